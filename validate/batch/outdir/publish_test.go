package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// broken is a disk on which the nth step fails, or from which on nothing happens any more, as after a kill or
// a power cut.
type broken struct {
	system
	at, n      int
	dies       bool
	noExchange bool
	failed     string // the step
}

var errBroken = errors.New("broken on purpose")

func (b *broken) step(what, path string) error {
	if b.n++; b.n == b.at || (b.dies && b.n > b.at) {
		if b.failed == "" {
			b.failed = what + " " + filepath.Base(path)
		}
		return errBroken
	}
	return nil
}

func (b *broken) mkdir(path string, mode fs.FileMode) error {
	return either(b.step("mkdir", path), func() error { return b.system.mkdir(path, mode) })
}

func (b *broken) write(path string, text []byte, mode fs.FileMode) error {
	return either(b.step("write", path), func() error { return b.system.write(path, text, mode) })
}

func (b *broken) chmod(path string, mode fs.FileMode) error {
	return either(b.step("chmod", path), func() error { return b.system.chmod(path, mode) })
}

func (b *broken) sync(path string) error {
	return either(b.step("sync", path), func() error { return b.system.sync(path) })
}

func (b *broken) rename(from, to string) error {
	return either(b.step("rename", from), func() error { return b.system.rename(from, to) })
}

func (b *broken) exchange(one, other string) error {
	if b.noExchange {
		return errNoExchange
	}
	return either(b.step("exchange", one), func() error { return b.system.exchange(one, other) })
}

func (b *broken) remove(path string) error {
	return either(b.step("remove", path), func() error { return b.system.remove(path) })
}

// removeAll takes one file after another, so that a kill comes in between.
func (b *broken) removeAll(path string) error {
	files, folders, err := contents(path)
	for _, name := range append(append(files, folders...), ".") {
		if err == nil {
			err = b.remove(filepath.Join(path, name))
		}
	}
	return err
}

func either(err error, do func() error) error {
	if err != nil {
		return err
	}
	return do()
}

// TestEveryStepOfTheEndMayFail: whichever step fails, and after whichever the process is killed, the earlier
// outputs or the new ones are there, whole; and the next run finds its way and leaves nothing behind.
func TestEveryStepOfTheEndMayFail(t *testing.T) {
	for _, replacing := range []bool{false, true} {
		for _, dies := range []bool{false, true} {
			for _, noExchange := range []bool{false, true} {
				t.Run(fmt.Sprintf("replacing %v, dies %v, without an exchange %v", replacing, dies, noExchange),
					func(t *testing.T) {
						at := 1
						for ; breakAt(t, replacing, &broken{at: at, dies: dies, noExchange: noExchange}); at++ {
						}
						if most := map[bool]int{false: 4, true: 15}[replacing]; at < most {
							t.Errorf("only %d steps were taken", at)
						}
					})
			}
		}
	}
}

// breakAt reports whether there was such a step.
func breakAt(t *testing.T, replacing bool, b *broken) bool {
	t.Helper()
	p := newPlace(t)
	var before map[string]string
	if replacing {
		before = p.earlier(t)
	}
	err := p.make("new", Options{Mode: 0o640, Force: replacing, disk: b})
	step := fmt.Sprintf("step %d, %s", b.at, b.failed)
	if b.failed == "" {
		if err != nil {
			t.Errorf("nothing is broken, yet: %v", err)
		}
		return false
	}
	if here := read(t, p.dir); here != nil || !b.dies || !b.noExchange {
		whole(t, step, before, here)
	}
	notes := Recover(p.dir)
	if b.dies {
		whole(t, step+", put back", before, read(t, p.dir))
		if left := hidden(t, p.home); len(left) > 0 {
			t.Errorf("%s: left are %q; %q", step, left, notes)
		}
	}
	if err := p.make("new", Options{Mode: 0o640, Force: true}); err != nil {
		t.Errorf("%s, and then: %v", step, err)
	}
	if left := hidden(t, p.home); len(left) > 0 {
		t.Errorf("%s: after the next run %q are left", step, left)
	}
	return true
}

// place is where a test makes folders.
type place struct{ home, dir string }

func newPlace(t *testing.T) place {
	home := t.TempDir()
	return place{home, filepath.Join(home, "out")}
}

// files are what every folder of the tests holds, beside its report.
var files = map[string]string{"clean.csv": "email\n", "review.csv": "email\n", "removed.csv": "email\n",
	Results: ResultsStart + "\n"}

// make makes a folder of outputs with a report.
func (p place) make(report string, o Options) error {
	f, err := New(p.dir, o)
	if err != nil {
		return err
	}
	defer f.Discard()
	for name, text := range files {
		file, err := f.Create(name)
		if err != nil {
			return err
		}
		_, err = file.WriteString(text)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	if err := os.WriteFile(f.Path("report.json"), []byte(report), 0o644); err != nil {
		return err
	}
	return f.Publish()
}

// earlier makes a folder that is recognised.
func (p place) earlier(t *testing.T) map[string]string {
	t.Helper()
	if err := p.make("old", Options{Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	return read(t, p.dir)
}

func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	if _, err := os.Lstat(dir); err != nil {
		return nil
	}
	all := map[string]string{}
	names, _, err := contents(dir)
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// whole: the folder is as it was, or the new one with all that belongs into it.
func whole(t *testing.T, step string, before, here map[string]string) {
	t.Helper()
	if here["report.json"] != "new" {
		if diff := cmp.Diff(before, here); diff != "" {
			t.Errorf("%s: the earlier outputs changed: %s", step, diff)
		}
		return
	}
	for _, name := range []string{"clean.csv", "review.csv", "removed.csv", "results.csv"} {
		if _, ok := here[name]; !ok {
			t.Errorf("%s: the new outputs have no %s", step, name)
		}
	}
}

func hidden(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestFilesOfSomebodyElseStopARun(t *testing.T) {
	for name, add := range map[string]func(dir string) error{
		"notes.txt":    func(dir string) error { return os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600) },
		"rejected.csv": func(dir string) error { return os.WriteFile(filepath.Join(dir, "rejected.csv"), nil, 0o600) },
		"sub/notes.txt": func(dir string) error {
			sub := filepath.Join(dir, "sub")
			return errors.Join(os.Mkdir(sub, 0o700), os.WriteFile(filepath.Join(sub, "notes.txt"), nil, 0o600))
		},
		"mine/": func(dir string) error { return os.Mkdir(filepath.Join(dir, "mine"), 0o700) },
		"link":  func(dir string) error { return os.Symlink("results.csv", filepath.Join(dir, "link")) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			p.earlier(t)
			if err := add(p.dir); err != nil {
				t.Fatal(err)
			}
			err := p.make("new", Options{Force: true})
			if others := (*StrangersError)(nil); !errors.As(err, &others) || !slices.Equal(others.Files,
				[]string{name}) {
				t.Errorf("error %v", err)
			}
			if _, err := os.Lstat(filepath.Join(p.dir, name)); err != nil {
				t.Error(err)
			}
			if left := hidden(t, p.home); len(left) > 0 {
				t.Errorf("left are %q", left)
			}
		})
	}
}

// TestAFileThatComesAtTheLastMomentIsKept: after the last look, and before the earlier folder goes.
func TestAFileThatComesAtTheLastMomentIsKept(t *testing.T) {
	p := newPlace(t)
	p.earlier(t)
	if err := p.make("new", Options{Force: true, disk: &late{file: filepath.Join(p.dir, "notes.txt")}}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, p.dir)["notes.txt"]; got != "mine" {
		t.Errorf("the file is %q", got)
	}
}

type late struct {
	system
	file string
}

func (l *late) exchange(_, _ string) error { return errNoExchange }

func (l *late) rename(from, to string) error {
	if from == filepath.Dir(l.file) {
		if err := os.WriteFile(l.file, []byte("mine"), 0o600); err != nil {
			return err
		}
	}
	return l.system.rename(from, to)
}

func TestOutputsAreNoMoreOpenThanTheList(t *testing.T) {
	for _, mode := range []fs.FileMode{0o600, 0o640, 0o644, 0o400} {
		p := newPlace(t)
		if err := p.make("new", Options{Mode: mode}); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(p.dir)
		if err != nil || len(entries) < 5 {
			t.Fatal(err)
		}
		for _, e := range entries {
			if at, err := e.Info(); err != nil || at.Mode().Perm()&^(mode|0o600) != 0 ||
				at.Mode().Perm()&0o600 != 0o600 {
				t.Errorf("from a list with %v comes %s with %v: %v", mode, e.Name(), at.Mode(), err)
			}
		}
		if at, err := os.Stat(p.dir); err != nil || at.Mode().Perm()&^folderMode(mode|0o600) != 0 {
			t.Errorf("from a list with %v comes a folder with %v: %v", mode, at.Mode(), err)
		}
	}
}
