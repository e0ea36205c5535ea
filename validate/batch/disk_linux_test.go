package batch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// disk is a small file system in memory.
func disk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		why := fmt.Sprintf("a tmpfs can't be mounted (%v): run the tests as root", err)
		if os.Getenv("REQUIRE_ALL") != "" {
			t.Fatal("REQUIRE_ALL is set, but ", why)
		}
		t.Skip(why)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestAFullDiskForTheOutputs(t *testing.T) {
	p := newTrouble(t, 20_000)
	p.home = disk(t, "128k")
	p.run.Dir = filepath.Join(p.home, "out")
	_, err := p.run.Do(t.Context())
	if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "writing "+p.run.Dir) ||
		strings.Contains(err.Error(), ".part-") {
		t.Errorf("error %v", err)
	}
	p.nothingLeft(t)
}

func TestAFullDiskForTheReport(t *testing.T) {
	p := newTrouble(t, 10)
	p.home = disk(t, "64k")
	p.run.Dir = filepath.Join(p.home, "out")
	p.run.Finish = func(dir string, _ *Summary) error {
		return os.WriteFile(filepath.Join(dir, "report.json"), make([]byte, 1<<20), 0o600)
	}
	_, err := p.run.Do(t.Context())
	if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "writing "+p.run.Dir) {
		t.Errorf("error %v", err)
	}
	p.nothingLeft(t)
}

func TestAFullDiskForWorkingData(t *testing.T) {
	p := newTrouble(t, 20_000)
	p.temp = disk(t, "8k")
	p.run.TempDir = p.temp
	_, err := p.run.Do(t.Context())
	if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "writing a temporary file: ") {
		t.Errorf("error %v", err)
	}
	p.nothingLeft(t)
}

func TestAFolderThatMayNotBeWritten(t *testing.T) {
	p := newTrouble(t, 10)
	p.home = disk(t, "64k")
	p.run.Dir = filepath.Join(p.home, "out")
	if err := syscall.Mount("", p.home, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	_, err := p.run.Do(t.Context())
	if want := fmt.Sprintf("creating the folder %s: read-only file system", p.run.Dir); err == nil ||
		err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	p.nothingLeft(t)
}
