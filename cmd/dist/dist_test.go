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
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const repository = "../.."

// copyTo makes a copy of the repository, which no version control knows.
func copyTo(t *testing.T, dir string) string {
	t.Helper()
	for _, name := range []string{"cmd", "validate", "probe", "report", "samples"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(repository, name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "go.sum", "LICENSE", "README.md", "CHANGELOG.md", "THIRD_PARTY_DATA.md"} {
		b, err := os.ReadFile(filepath.Join(repository, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestTheSameSourceGivesTheSameOctetsWhereverItIsBuilt makes what an archive for this machine holds at two places, and looks into it.
// Without a profile both builds can share what the cache has of the packages, as long as nothing in them tells where they lay.
func TestTheSameSourceGivesTheSameOctetsWhereverItIsBuilt(t *testing.T) {
	target := runtime.GOOS + "/" + runtime.GOARCH
	var first archive
	for i, at := range []string{"here", "elsewhere"} {
		r, work := release{root: copyTo(t, filepath.Join(t.TempDir(), at)), pgo: "off"}, t.TempDir()
		common, err := r.common(t.Context(), work)
		if err != nil {
			t.Fatal(err)
		}
		a, err := r.contents(t.Context(), work, target, common)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = a
			continue
		}
		if a.folder != first.folder || !a.at.Equal(first.at) || len(a.members) != len(first.members) {
			t.Errorf("%s of %s with %d files, and %s of %s with %d", a.folder, a.at, len(a.members), first.folder, first.at, len(first.members))
		}
		for i, m := range first.members {
			if other := a.members[i]; other.name != m.name || other.mode != m.mode || !bytes.Equal(other.text, m.text) {
				t.Errorf("%s is not the same %s", m.name, at)
			}
		}
	}
	if want := "prebounce-devel-" + strings.ReplaceAll(target, "/", "-"); first.folder != want {
		t.Errorf("it is called %s, not %s", first.folder, want)
	}
	lookInto(t, first)
}

// lookInto checks that an archive has what a release needs.
func lookInto(t *testing.T, a archive) {
	t.Helper()
	members := map[string]member{}
	for _, m := range a.members {
		members[m.name] = m
	}
	for _, want := range []string{
		"LICENSE", "README.md", "THIRD_PARTY_DATA.md", "THIRD_PARTY_LICENSES.txt", "man/prebounce.1", "man/prebounce-clean.1",
		"completions/prebounce.bash", "completions/_prebounce", "completions/prebounce.fish", "completions/prebounce.ps1",
		"samples/contacts.csv", "samples/nightly/prebounce-nightly", "samples/nightly/prebounce-nightly.timer",
	} {
		if len(members[want].text) == 0 {
			t.Errorf("there is no %s", want)
		}
	}
	for name, m := range members {
		script := path.Base(name) == "prebounce-nightly" || strings.TrimSuffix(path.Base(name), ".exe") == "prebounce"
		if (m.mode&0o111 != 0) != script {
			t.Errorf("%s has mode %o", name, m.mode)
		}
	}
	program := members["prebounce"+a.exe].text
	about, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	licences := string(members["THIRD_PARTY_LICENSES.txt"].text)
	for _, m := range about.Deps {
		if !strings.Contains(licences, "\n"+m.Path+" "+m.Version+": ") {
			t.Errorf("%s has no licence", m.Path)
		}
	}
	if !strings.Contains(licences, "\nGo: LICENSE\n") || len(about.Deps) < 10 {
		t.Errorf("licences of %d modules:\n%.200s", len(about.Deps), licences)
	}
	static(t, program)
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
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC }) {
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
		if want := fmt.Sprintf("%x  %s\n", sha256.Sum256(packed), name); sums.String() != want || name != "top"+kindFor(system).ext {
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
	if err := appendLicences(&b, "example.org/free", dir); err == nil || !strings.Contains(err.Error(), "example.org/free comes without a licence") {
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
	if _, err := (release{root: repository}).contents(t.Context(), t.TempDir(), "plan10/amd64", nil); err == nil || !strings.Contains(err.Error(), "plan10") {
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
