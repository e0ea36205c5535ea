//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package outdir

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestWhatAnotherRunIsAtWorkOnStays: the lock on the folder says so, not the number in its name.
func TestWhatAnotherRunIsAtWorkOnStays(t *testing.T) {
	p := newPlace(t)
	theirs, err := NewClaim(makingOf(p.dir), 0o700)
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Release()
	abandoned, mine := filepath.Join(p.home, ".out.part-1"), filepath.Join(p.home, ".out.part-mine")
	for _, dir := range []string{abandoned, mine} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(abandoned, "clean.csv"), []byte("email\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var notes []string
	tell := func(note string) { notes = append(notes, note) }
	if err := p.make("new", Options{Tell: tell}); err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Base(mine), filepath.Base(theirs.Dir)}
	slices.Sort(want)
	if left := hidden(t, p.home); !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "removed "+abandoned+" (6 bytes)") {
		t.Errorf("it said %q", notes)
	}
}

// TestAFolderThatWasBeingReplacedComesBack: earlier versions renamed it away first, and so do systems without
// an exchange.
func TestAFolderThatWasBeingReplacedComesBack(t *testing.T) {
	p := newPlace(t)
	before := p.earlier(t)
	if err := os.Rename(p.dir, filepath.Join(p.home, ".out.part-77-old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(p.home, ".out.part-77"), 0o700); err != nil {
		t.Fatal(err)
	}
	notes := Recover(p.dir)
	if here := read(t, p.dir); len(here) != len(before) || here["clean.csv"] != before["clean.csv"] {
		t.Errorf("it came back as %q", here)
	}
	if left := hidden(t, p.home); len(left) > 0 || len(notes) != 2 {
		t.Errorf("left are %q; it said %q", left, notes)
	}
}
