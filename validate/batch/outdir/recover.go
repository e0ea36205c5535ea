package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// oldMark ends the name of a folder that is being replaced by two renames.
const oldMark = "-old"

func isOld(name string) bool { return strings.HasSuffix(name, oldMark) }

// makingOf begins the names of the folders in which the outputs at dir are made.
func makingOf(dir string) string {
	return filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+".part-")
}

// Recover cleans up after killed runs for the outputs at dir. It restores an earlier folder that was about to be
// replaced and removes unfinished folders. It leaves alone what another run is using. The notes tell a person what was
// done.
func Recover(dir string) (notes []string) { return recoverAt(system{}, filepath.Clean(dir)) }

func recoverAt(d fileSystem, dir string) (notes []string) {
	found := abandoned(makingOf(dir))
	defer func() {
		for _, c := range found {
			c.Release()
		}
	}()
	for _, c := range found {
		if _, err := os.Lstat(dir); isOld(c.Dir) && errors.Is(err, fs.ErrNotExist) {
			notes = append(notes, putBack(d, c.Dir, dir))
		}
	}
	for _, c := range found {
		if _, err := os.Lstat(c.Dir); err != nil { // put back
			continue
		}
		notes = append(notes, sweep(d, c.Dir, dir))
	}
	return notes
}

func putBack(d fileSystem, old, dir string) string {
	if err := d.rename(old, dir); err != nil {
		return fmt.Sprintf("%s is in %s because a run was killed while replacing it; restoring it: %s", dir, old,
			cause(err))
	}
	return fmt.Sprintf("restored %s: a run was killed while replacing it", dir)
}

// SweepAbandoned removes folders whose name is prefix and a number, as NewClaim creates them, unless a run is using
// them. The notes tell a person what was removed.
func SweepAbandoned(prefix string) (notes []string) {
	for _, c := range abandoned(prefix) {
		notes = append(notes, sweep(system{}, c.Dir, filepath.Dir(c.Dir)))
		c.Release()
	}
	return notes
}

// sweep takes away a folder that a run left which was killed, and says so.
func sweep(d fileSystem, path, dir string) string {
	size := sizeOf(path)
	if err := takeAway(d, path, dir); err != nil {
		return fmt.Sprintf("%s was left by a run that was killed, and cannot be removed: %s", path, cause(err))
	}
	return fmt.Sprintf("removed %s (%s), left by a run that was killed", path, size)
}

// takeAway takes a folder of outputs away. Should somebody have put a file of their own into it at the last
// moment, that goes to dir.
func takeAway(d fileSystem, path, dir string) error {
	if _, err := readManifest(path); err == nil {
		foreign, _, err := strangers(path)
		if err != nil {
			return err
		}
		for _, name := range foreign {
			to := filepath.Join(dir, name)
			if _, err := os.Lstat(to); err == nil {
				return fmt.Errorf("%s is not a prebounce folder, and %s already exists", filepath.Join(path, name), to)
			}
			if err := d.rename(filepath.Join(path, name), to); err != nil {
				return err
			}
		}
	}
	return d.removeAll(path)
}

// sizeOf says how much is in a folder.
func sizeOf(path string) string {
	var octets int64
	_ = filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error { // what can't be read doesn't count
		if err != nil {
			return nil
		}
		if at, err := e.Info(); err == nil && !e.IsDir() {
			octets += at.Size()
		}
		return nil
	})
	switch {
	case octets < 1e3:
		return fmt.Sprintf("%d bytes", octets)
	case octets < 1e6:
		return fmt.Sprintf("%d kB", octets/1e3)
	}
	return fmt.Sprintf("%d MB", octets/1e6)
}
