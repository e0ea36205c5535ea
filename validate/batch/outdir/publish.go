package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Publish moves the folder into place. All files must be closed.
func (f *Folder) Publish() error {
	if err := f.settle(); err != nil {
		return err
	}
	return f.appear()
}

// settle lists what is in the folder, and narrows the rights on it. If it is to replace earlier outputs, it
// waits until the disk has it: a power cut must not take both. Otherwise there is nothing to lose but a run,
// and waiting for the disk would take as long as the run.
func (f *Folder) settle() error {
	files, folders, err := contents(f.building)
	if err != nil {
		return f.FailedAt(err)
	}
	for _, name := range files {
		if err := f.narrow(name); err != nil {
			return f.Failed(name, err)
		}
	}
	m := manifest{program, files}
	if err := f.disk.write(filepath.Join(f.building, manifestName), m.text(), f.mode); err != nil {
		return f.Failed(manifestName, err)
	}
	if _, err := os.Lstat(f.dir); err != nil {
		return nil
	}
	for _, name := range append(append(append(files, manifestName), folders...), ".") {
		if err := f.disk.sync(filepath.Join(f.building, name)); err != nil {
			return f.Failed(name, err)
		}
	}
	return nil
}

// narrow takes from a file, whoever wrote it, the rights that the list doesn't give.
func (f *Folder) narrow(name string) error {
	path := filepath.Join(f.building, name)
	at, err := os.Lstat(path)
	if err != nil || at.Mode().Perm()&^f.mode == 0 {
		return err
	}
	return f.disk.chmod(path, at.Mode().Perm()&f.mode)
}

// folderMode lets enter those who may read.
func folderMode(files fs.FileMode) fs.FileMode { return files | files&0o444>>2 }

// appear puts the folder in its place, and in that of one that may be replaced.
func (f *Folder) appear() error {
	if err := Vacant(f.dir, f.force); err != nil { // somebody may have been faster
		return err
	}
	if _, err := os.Lstat(f.dir); err == nil {
		return f.replace()
	}
	if err := f.disk.rename(f.building, f.dir); err != nil {
		return fmt.Errorf("moving %s into place: %w", f.dir, cause(err))
	}
	f.building = ""
	return nil
}

// replace puts the folder in the place of an earlier one, which it takes away when the disk knows of it.
func (f *Folder) replace() error {
	earlier, err := claimDir(f.dir)
	if err != nil && !errors.Is(err, errNoLock) {
		return fmt.Errorf("replacing %s: %w", f.dir, cause(err))
	}
	defer earlier.Release()
	old, err := f.swap()
	if err == nil {
		if err = f.disk.sync(filepath.Dir(f.dir)); err != nil {
			f.swapBack(old)
		}
	}
	if err != nil {
		return fmt.Errorf("replacing %s: %w", f.dir, cause(err))
	}
	f.building = ""
	if err := takeAway(f.disk, old, f.dir); err != nil {
		return fmt.Errorf("%s is complete; removing the folder that it replaced: %w", f.dir, err)
	}
	return nil
}

// swap changes places with the earlier folder and returns where that is now.
func (f *Folder) swap() (old string, err error) {
	if err := f.disk.exchange(f.building, f.dir); !errors.Is(err, errNoExchange) {
		return f.building, err
	}
	old = f.building + oldMark
	if err := f.disk.rename(f.dir, old); err != nil {
		return old, err
	}
	if err := f.disk.rename(f.building, f.dir); err != nil {
		f.disk.rename(old, f.dir) // where that fails, too, the next run does it
		return old, err
	}
	return old, nil
}

func (f *Folder) swapBack(old string) {
	if old == f.building {
		f.disk.exchange(f.building, f.dir)
		return
	}
	if f.disk.rename(f.dir, f.building) == nil {
		f.disk.rename(old, f.dir)
	}
}
