package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// release is one build of all archives.
type release struct {
	root string // of the repository
	out  string
}

// build writes the archives and then SHA256SUMS, and returns their names.
func (r release) build(ctx context.Context, targets []string) (names []string, err error) {
	work, err := os.MkdirTemp("", "prebounce-dist-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	common, err := r.common(ctx, work)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(r.out, 0o777); err != nil {
		return nil, err
	}
	var sums bytes.Buffer
	for _, target := range targets {
		a, err := r.contents(ctx, work, target, common)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", target, err)
		}
		name, err := r.put(a, &sums)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return append(names, "SHA256SUMS"), os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), sums.Bytes(), 0o666)
}

// archive is one archive of a release before it is packed.
type archive struct {
	kind
	folder  string // that holds all its files, and its name without the extension
	members []member
	at      time.Time
}

// put packs an archive and writes it down, its sum with the others.
func (r release) put(a archive, sums *bytes.Buffer) (name string, err error) {
	packed, err := a.pack(within(a.folder, a.members), a.at)
	if err != nil {
		return "", err
	}
	name = a.folder + a.ext
	fmt.Fprintf(sums, "%x  %s\n", sha256.Sum256(packed), name)
	return name, os.WriteFile(filepath.Join(r.out, name), packed, 0o666)
}

// contents are what the archive for one target holds, as GOOS/GOARCH.
func (r release) contents(ctx context.Context, work, target string, common []member) (a archive, err error) {
	system, processor, ok := strings.Cut(target, "/")
	if !ok {
		return a, errors.New("it is not like linux/amd64")
	}
	binary, err := r.compile(ctx, system, processor, work)
	if err != nil {
		return a, err
	}
	about, err := buildinfo.ReadFile(binary)
	if err != nil {
		return a, err
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		return a, err
	}
	licences, err := r.licences(ctx, about.Deps)
	if err != nil {
		return a, err
	}
	a = archive{kind: kindFor(system), folder: fmt.Sprintf("prebounce-%s-%s-%s", version(about), system, processor),
		at: built(about)}
	a.members = append(inPlace(system, version(about), member{"prebounce" + a.exe, program, 0o755}),
		member{"THIRD_PARTY_LICENSES.txt", licences, 0o644})
	a.members = append(a.members, common...)
	return a, nil
}

// compile builds the program into a folder, unless it is there: static, without paths of this machine.
func (r release) compile(ctx context.Context, system, processor, folder string) (program string, err error) {
	to := filepath.Join(folder, system+"-"+processor+kindFor(system).exe)
	if _, err := os.Stat(to); err == nil {
		return to, nil
	}
	c := r.command(ctx, "go", "build", "-trimpath", "-buildvcs=auto", "-ldflags=-s -w", "-o", to, "./cmd/prebounce")
	c.Env = append(c.Env, "GOOS="+system, "GOARCH="+processor)
	_, err = output(c)
	return to, err
}

// command is a program to run at the root, with nothing from the environment that changes what is built.
func (r release) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = r.root
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOEXPERIMENT=", "GOAMD64=v1",
		"GOARM64=v8.0")
	return c
}

// output runs a command; its error says what it said.
func output(c *exec.Cmd) ([]byte, error) {
	var said bytes.Buffer
	c.Stderr = &said
	b, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, said.Bytes())
	}
	return b, nil
}

// version is what the Go tool built in, fit for the name of a file.
func version(about *buildinfo.BuildInfo) string {
	return strings.Trim(cmp.Or(about.Main.Version, "devel"), "()")
}

// built is when the commit was made. Without one it is the first day that a zip can tell.
func built(about *buildinfo.BuildInfo) time.Time {
	for _, s := range about.Settings {
		if at, err := time.Parse(time.RFC3339, s.Value); s.Key == "vcs.time" && err == nil {
			return at.UTC()
		}
	}
	return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
}

// common is what every archive holds: documents, examples, and what the program says of itself.
func (r release) common(ctx context.Context, work string) ([]member, error) {
	members, err := r.documents()
	if err != nil {
		return nil, err
	}
	own, err := r.manual(ctx, work)
	return append(members, own...), err
}

func (r release) documents() (members []member, err error) {
	for _, pattern := range []string{"LICENSE", "README.md", "CHANGELOG.md", "THIRD_PARTY_DATA.md",
		"samples/contacts.csv", "samples/nightly/*"} {
		found, err := filepath.Glob(filepath.Join(r.root, filepath.FromSlash(pattern)))
		if err != nil || len(found) == 0 {
			return nil, errors.Join(fmt.Errorf("there is no %s", pattern), err)
		}
		for _, file := range found {
			name := path.Join(path.Dir(pattern), filepath.Base(file))
			if members, err = add(members, name, file); err != nil {
				return nil, err
			}
		}
	}
	return members, nil
}

// add appends a file. A script stays one.
func add(to []member, name, file string) ([]member, error) {
	b, err := os.ReadFile(file)
	mode := os.FileMode(0o644)
	if bytes.HasPrefix(b, []byte("#!")) {
		mode = 0o755
	}
	return append(to, member{name, b, mode}), err
}

// completions are the shells that the program writes completions for, and what these call the file.
var completions = [...][2]string{{"bash", "prebounce.bash"}, {"zsh", "_prebounce"}, {"fish", "prebounce.fish"},
	{"powershell", "prebounce.ps1"}}

// manual has the man pages and the completions, from the program as it runs here.
func (r release) manual(ctx context.Context, work string) (members []member, err error) {
	program, err := r.compile(ctx, runtime.GOOS, runtime.GOARCH, work)
	if err != nil {
		return nil, err
	}
	pages := filepath.Join(work, "man")
	if _, err := output(r.command(ctx, program, "man", pages)); err != nil {
		return nil, err
	}
	files, err := os.ReadDir(pages)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if members, err = add(members, "man/"+f.Name(), filepath.Join(pages, f.Name())); err != nil {
			return nil, err
		}
	}
	for _, shell := range completions {
		script, err := output(r.command(ctx, program, "completion", shell[0]))
		if err != nil {
			return nil, err
		}
		members = append(members, member{"completions/" + shell[1], script, 0o644})
	}
	return members, nil
}
