package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

var (
	errTaken  = errors.New("another run is using it")
	errNoLock = errors.New("its file system does not support locks")
)

// Claim is a folder in the making that is ours. The lock on it says so, and ends with the process: a number
// of a process would say nothing to another container, and outlive a crash.
type Claim struct {
	Dir    string
	folder *os.File
}

// NewClaim creates a folder and claims it. Its name is prefix and the first free number.
func NewClaim(prefix string, mode fs.FileMode) (*Claim, error) {
	return newClaim(system{}, prefix, mode)
}

func newClaim(d fileSystem, prefix string, mode fs.FileMode) (*Claim, error) {
	for n := os.Getpid(); ; n++ {
		dir := fmt.Sprintf("%s%d", prefix, n)
		err := d.mkdir(dir, mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		c, err := claimDir(dir)
		switch {
		case errors.Is(err, errTaken) || errors.Is(err, fs.ErrNotExist): // taken for an abandoned one, just now
			continue
		case errors.Is(err, errNoLock):
			return &Claim{Dir: dir}, nil
		}
		return c, err
	}
}

// claimDir claims a folder that is there.
func claimDir(dir string) (*Claim, error) {
	f, err := os.OpenFile(dir, os.O_RDONLY|openFolder, 0)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		f.Close()
		return nil, err
	}
	// Whoever had it before may have put another one in its place, or taken it away.
	here, err := os.Lstat(dir)
	if locked, err2 := f.Stat(); err == nil && err2 == nil && os.SameFile(here, locked) {
		return &Claim{dir, f}, nil
	}
	f.Close()
	return nil, fs.ErrNotExist
}

// Release gives the folder up. Releasing twice is once.
func (c *Claim) Release() {
	if c != nil && c.folder != nil {
		c.folder.Close()
		c.folder = nil
	}
}

// abandoned finds the folders that begin with prefix and a number and that nobody is at work on, and claims them.
func abandoned(prefix string) (found []*Claim) {
	entries, _ := os.ReadDir(filepath.Dir(prefix)) // where nothing can be listed, nothing can be taken away either
	for _, e := range entries {
		path := filepath.Join(filepath.Dir(prefix), e.Name())
		if !e.IsDir() || !numberedName(e.Name(), filepath.Base(prefix)) {
			continue
		}
		if c, err := claimDir(path); err == nil {
			found = append(found, c)
		}
	}
	return found
}

// numberedName reports whether a name is a prefix and a number, or what an exchange of two renames leaves for a moment.
func numberedName(name, prefix string) bool {
	if len(name) <= len(prefix) || name[:len(prefix)] != prefix {
		return false
	}
	rest := name[len(prefix):]
	if isOld(rest) {
		rest = rest[:len(rest)-len(oldMark)]
	}
	for _, c := range []byte(rest) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return rest != ""
}
