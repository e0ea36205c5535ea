package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const repository = "../.."

// small is a repository of the same shape: a program that writes manuals, and what goes with it.
var small = map[string]string{
	"go.mod": "module example.org/small\n\ngo 1.26\n",
	"cmd/prebounce/main.go": `package main

import (
	"fmt"
	_ "net" // would be linked to the system's library if it could
	"os"
)

func main() {
	if os.Args[1] == "completion" {
		fmt.Println("completes for", os.Args[2])
		return
	}
	page := []byte(".TH PREBOUNCE 1\n")
	if os.Mkdir(os.Args[2], 0o700) != nil || os.WriteFile(os.Args[2]+"/prebounce.1", page, 0o600) != nil {
		os.Exit(1)
	}
}
`,
	"LICENSE": "Free.\n", "README.md": "Read.\n", "CHANGELOG.md": "Changed.\n", "THIRD_PARTY_DATA.md": "Thanks.\n",
	"samples/contacts.csv": "Email\n", "samples/nightly/prebounce-nightly": "#!/bin/sh\n",
	"samples/nightly/prebounce-nightly.timer": "[Timer]\n",
}

// write makes a repository that no version control knows.
func write(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestTheSameSourceGivesTheSameOctetsWhereverItIsBuilt builds a release for this machine at two places, and looks into
// one. The program is a small one: what makes octets differ is how it is compiled and packed. What both builds share in
// the cache tells of no place.
func TestTheSameSourceGivesTheSameOctetsWhereverItIsBuilt(t *testing.T) {
	target := runtime.GOOS + "/" + runtime.GOARCH
	built := map[string][]byte{}
	for _, at := range []string{"here", "elsewhere"} {
		r := release{root: write(t, filepath.Join(t.TempDir(), at), small), out: filepath.Join(t.TempDir(), "dist")}
		names, err := r.build(t.Context(), []string{target})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(filepath.Join(r.out, name))
			if err != nil {
				t.Fatal(err)
			}
			if first, ok := built[name]; ok && !bytes.Equal(first, b) {
				t.Errorf("%s is not the same %s", name, at)
			}
			built[name] = b
		}
	}
	if len(built) != 2 {
		t.Fatalf("%d files", len(built))
	}
	top := "prebounce-devel-" + strings.ReplaceAll(target, "/", "-")
	name := top + kindFor(runtime.GOOS).ext
	if want := fmt.Sprintf("%x  %s\n", sha256.Sum256(built[name]), name); string(built["SHA256SUMS"]) != want {
		t.Errorf("SHA256SUMS is %q, want %q", built["SHA256SUMS"], want)
	}
	lookInto(t, top+"/", unpack(t, name, built[name], time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)))
}

// lookInto checks that an archive has what a release needs, in one folder.
func lookInto(t *testing.T, top string, members map[string]member) {
	t.Helper()
	program := top + "prebounce" + kindFor(runtime.GOOS).exe
	for _, want := range []string{
		"LICENSE", "README.md", "CHANGELOG.md", "THIRD_PARTY_DATA.md", "THIRD_PARTY_LICENSES.txt", "man/prebounce.1",
		"completions/prebounce.bash", "completions/_prebounce", "completions/prebounce.fish",
		"completions/prebounce.ps1",
		"samples/contacts.csv", "samples/nightly/prebounce-nightly", "samples/nightly/prebounce-nightly.timer",
	} {
		if len(members[top+want].text) == 0 {
			t.Errorf("there is no %s", want)
		}
	}
	for name, m := range members {
		script := path.Base(name) == "prebounce-nightly" || name == program
		if !strings.HasPrefix(name, top) || (m.mode&0o111 != 0) != script {
			t.Errorf("%s has mode %o", name, m.mode)
		}
	}
	if about, err := buildinfo.Read(bytes.NewReader(members[program].text)); err != nil ||
		about.Path != "example.org/small/cmd/prebounce" {
		t.Errorf("the program is %v: %v", about, err)
	}
	static(t, members[program].text)
}

// TestWhatGoesWithTheProgramIsThere: the documents, and a licence for each module that is linked.
func TestWhatGoesWithTheProgramIsThere(t *testing.T) {
	r := release{root: repository}
	if _, err := r.documents(); err != nil {
		t.Error(err)
	}
	b, err := output(r.command(t.Context(), "go", "list", "-deps", "-f",
		"{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./cmd/prebounce"))
	if err != nil {
		t.Fatal(err)
	}
	var deps []*debug.Module
	for _, line := range slices.Compact(slices.Sorted(strings.Lines(string(b)))) {
		if path, version, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			deps = append(deps, &debug.Module{Path: path, Version: version})
		}
	}
	licences, err := r.licences(t.Context(), deps)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range deps {
		if !strings.Contains(string(licences), "\n"+m.Path+" "+m.Version+": ") {
			t.Errorf("%s has no licence", m.Path)
		}
	}
	if !strings.Contains(string(licences), "\nGo: LICENSE\n") || len(deps) < 10 {
		t.Errorf("licences of %d modules:\n%.200s", len(deps), licences)
	}
}

// TestAProgramOpensItsPageWithoutATerminal: macOS finds the program within its application, Linux an entry
// for the menu.
func TestAProgramOpensItsPageWithoutATerminal(t *testing.T) {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	program := member{"prebounce", []byte("program"), 0o755}
	packed, err := packTar(within("top", inPlace("darwin", "v1.2.3", program)), at)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		path := filepath.Join(dir, h.Name)
		text, err2 := io.ReadAll(r)
		err = errors.Join(err, err2, os.MkdirAll(filepath.Dir(path), 0o700))
		if h.Typeflag == tar.TypeSymlink {
			err = errors.Join(err, os.Symlink(h.Linkname, path))
		} else {
			err = errors.Join(err, os.WriteFile(path, text, h.FileInfo().Mode()))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, "top/prebounce")); string(b) != "program" {
		t.Errorf("the link leads to %q: %v", b, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "top/prebounce.app/Contents/Info.plist"))
	open := regexp.MustCompile(`<key>CFBundleExecutable</key><string>(.*?)</string>`).FindSubmatch(b)
	if err != nil || open == nil || !bytes.Contains(b, []byte("<string>v1.2.3</string>")) {
		t.Fatalf("%v: %s", err, b)
	}
	if at, err := os.Stat(filepath.Join(dir, "top/prebounce.app/Contents/MacOS", string(open[1]))); err != nil ||
		at.Mode()&0o111 == 0 {
		t.Errorf("what it runs is %v: %v", at, err)
	}
	for _, m := range inPlace("linux", "v1.2.3", program) {
		if m.name == "prebounce.desktop" && !bytes.Contains(m.text, []byte("\nExec=prebounce serve -- %F\n")) {
			t.Errorf("%s", m.text)
		}
	}
	if n := len(inPlace("windows", "v1.2.3", program)); n != 1 {
		t.Errorf("%d files for Windows, where the program is enough", n)
	}
}

// static checks that a Linux program needs no loader.
func static(t *testing.T, program []byte) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return
	}
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool {
		return p.Type == elf.PT_INTERP ||
			p.Type == elf.PT_DYNAMIC
	}) {
		t.Error("the program is not static")
	}
}

// unpack reads an archive with its own kind's reader. All files must be of the same time.
func unpack(t *testing.T, name string, archive []byte, at time.Time) map[string]member {
	t.Helper()
	members := map[string]member{}
	if strings.HasSuffix(name, ".zip") {
		z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			members[f.Name] = member{f.Name, text, f.Mode()}
			if !f.Modified.Equal(at) {
				t.Errorf("%s is of %s", f.Name, f.Modified)
			}
		}
		return members
	}
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return members
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		members[h.Name] = member{h.Name, text, os.FileMode(h.Mode)}
		if !h.ModTime.Equal(at) {
			t.Errorf("%s is of %s", h.Name, h.ModTime)
		}
	}
}

func TestArchivesKeepWhatIsPut(t *testing.T) {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	members := []member{{"b/script", []byte("#!"), 0o755}, {"a", []byte("text"), 0o644}, {"empty", []byte{}, 0o644}}
	backwards := slices.Clone(members)
	slices.Reverse(backwards)
	for _, system := range []string{"windows", "linux", "darwin"} {
		r, sums := release{out: t.TempDir()}, &bytes.Buffer{}
		put := func(members []member) (string, []byte) {
			name, err := r.put(archive{kindFor(system), "top", members, at}, sums)
			if err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(filepath.Join(r.out, name))
			if err != nil {
				t.Fatal(err)
			}
			return name, b
		}
		name, packed := put(members)
		if want := fmt.Sprintf("%x  %s\n", sha256.Sum256(packed), name); sums.String() != want ||
			name != "top"+kindFor(system).ext {
			t.Errorf("the sums are %q, want %q", sums, want)
		}
		if _, again := put(backwards); !bytes.Equal(packed, again) {
			t.Errorf("%s: files in another order make another archive", system)
		}
		want := map[string]member{}
		for _, m := range within("top", members) {
			want[m.name] = m
		}
		if diff := cmp.Diff(want, unpack(t, name, packed, at), cmp.AllowUnexported(member{})); diff != "" {
			t.Errorf("%s:\n%s", system, diff)
		}
	}
}

func TestAModuleWithoutALicenceStopsTheRelease(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "README"), []byte("take it"), 0o600); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := appendLicences(&b, "example.org/free", dir); err == nil || !strings.Contains(err.Error(),
		"example.org/free comes without a licence") {
		t.Errorf("error %v", err)
	}
	for _, name := range []string{"LICENSE", "License.txt", "LICENSE-MIT", "COPYING", "NOTICE.md", "PATENTS"} {
		if !licence.MatchString(name) {
			t.Errorf("%s is not taken for a licence", name)
		}
	}
	if licence.MatchString("licensing.go") {
		t.Error("licensing.go is taken for a licence")
	}
}

func TestATargetThatIsNoneIsAnError(t *testing.T) {
	if _, err := (release{root: repository}).contents(t.Context(), t.TempDir(), "linux", nil); err == nil {
		t.Error("linux alone is a target")
	}
	if _, err := (release{root: repository}).contents(t.Context(), t.TempDir(), "plan10/amd64",
		nil); err == nil || !strings.Contains(err.Error(), "plan10") {
		t.Errorf("error %v", err)
	}
}

// TestTheImageIsEmptyAndNobodys: what holds for the last stage, and that the first copies only what there is.
func TestTheImageIsEmptyAndNobodys(t *testing.T) {
	b, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	build, last, ok := strings.Cut(string(b), "\nFROM scratch\n")
	if !ok || strings.Contains(last, "FROM ") {
		t.Fatal("the last stage is not scratch")
	}
	for _, want := range []string{`(?m)^USER [1-9]\d*:[1-9]\d*$`, `(?m)^ENTRYPOINT \["/usr/bin/prebounce"\]$`} {
		if !regexp.MustCompile(want).MatchString(last) {
			t.Errorf("the last stage has no %s", want)
		}
	}
	gomod, err := os.ReadFile(filepath.Join(repository, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	of := regexp.MustCompile(`(?m)^FROM golang:(\S+) AS build$`).FindStringSubmatch(build)
	if of == nil || !strings.Contains(string(gomod), "\ngo "+of[1]) {
		t.Errorf("it is built with %q", of)
	}
	for _, file := range []string{"LICENSE", "THIRD_PARTY_DATA.md", "cmd/prebounce"} {
		if _, err := os.Stat(filepath.Join(repository, file)); err != nil || !strings.Contains(build, file) {
			t.Errorf("%s: %v", file, err)
		}
	}
}
