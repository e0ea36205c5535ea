package facts

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

// mount makes a small file system in memory for the test.
func mount(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		cannot(t, fmt.Sprintf("a tmpfs can't be mounted (%v): run the tests as root", err))
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestFullDiskTurnsTheStoreOff(t *testing.T) {
	t.Parallel()
	path := filepath.Join(mount(t, "size=512k"), "facts.db")
	now := time.Now().Truncate(time.Second)
	s := mustOpen(t, path)
	s.batch = 500
	first := map[string]validate.Mail{"first.example": sampleMail(1, now)}
	put(t, s, first)
	for i := 0; s.whyOff() == nil; i++ {
		if i == 100_000 {
			t.Fatal("the disk took more than it holds")
		}
		s.Put(fmt.Sprintf("%d.example", i), sampleMail(1, now))
	}
	if err := s.Close(); err == nil {
		t.Error("Close says nothing of the facts that are lost")
	}
	if notes := s.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "full") || !strings.Contains(notes[0],
		"continuing without it") {
		t.Errorf("notes: %q", notes)
	}
	got := loaded(t, path, now)
	if _, ok := got["first.example"]; !ok {
		t.Error("what was committed before is lost")
	}
}

func TestLimitsHoldWhenTheDiskIsFull(t *testing.T) {
	t.Parallel()
	path := filepath.Join(mount(t, "size=512k"), "facts.db")
	s := mustOpen(t, path)
	c := limits.Cap{Key: "host 192.0.2.1", Most: 10, Within: time.Minute}
	if n := mustTake(t, s, noon, 7, c); n != 7 {
		t.Fatal(n)
	}
	putAnswers(t, s, map[string]validate.Answer{"first@example.com": said("550 5.1.1 User unknown")})
	for i := 0; s.whyOff() == nil; i++ {
		if i == 100_000 {
			t.Fatal("the disk took more than it holds")
		}
		a := KeyedAnswer{Key: s.Key(fmt.Sprintf("%d@example.com", i)), Answer: said("550 5.1.1 User unknown " +
			strings.Repeat("x", 1000))}
		if err := s.PutAnswers(t.Context(), []KeyedAnswer{a}); err != nil {
			t.Fatal(err)
		}
	}
	asIfOn(t, s, noon.Add(time.Second), c)
	if n := mustTake(t, s, noon.Add(time.Minute), 10, c); n != 7 {
		t.Errorf("%d are granted when the first 7 no longer count", n)
	}
	if err := s.Close(); err == nil {
		t.Error("Close says nothing of the answers that are lost")
	}
	if notes := s.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "full") {
		t.Errorf("notes: %q", notes)
	}
	if got := answers(t, mustOpen(t, path), noon, "first@example.com"); len(got) != 1 {
		t.Error("what was committed before is lost")
	}
}

func TestFullDiskFromTheStart(t *testing.T) {
	dir := mount(t, "size=64k")
	hog, err := os.Create(filepath.Join(dir, "hog"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = hog.Write(make([]byte, 4096))
	}
	hog.Close()
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if s, err := Open(t.Context(), filepath.Join(dir, "facts.db")); err == nil {
		s.Close()
		t.Error("opened on a full disk")
	}
}

func TestReadOnlyFolder(t *testing.T) {
	dir := mount(t, "size=4m")
	path := filepath.Join(dir, "facts.db")
	keep(t, path, map[string]validate.Mail{"a.example": sampleMail(1, time.Now())})
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, filepath.Join(dir, "new.db"), filepath.Join(dir, "new", "facts.db")} {
		if s, err := Open(t.Context(), name); !errors.Is(err, syscall.EROFS) {
			t.Errorf("%s: got %v, want a read-only file system", name, err)
			if err == nil {
				s.Close()
			}
		}
	}
	if aside := setAsideFiles(path); aside != nil {
		t.Errorf("a sound store was set aside: %q", aside)
	}
}
