package batch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// This file is about the last steps of a run. Whatever fails, and whenever the process is killed, either what was at the place before is
// there, whole, or the new folder is; what remains beside it is swept by the next run: see Recover.

// finish closes all files, lets more be written, and puts the folder in its place.
func (o *outputs) finish(more func(string, *Summary) error, s *Summary) error {
	if err := o.close(); err != nil {
		return err
	}
	if more != nil {
		if err := more(o.building, s); err != nil {
			return o.failedMore(err)
		}
	}
	if err := o.settle(); err != nil {
		return err
	}
	return o.appear()
}

// settle lists what is in the folder, narrows the rights on it, and waits until the disk has it: after a power cut a folder in its place
// is whole.
func (o *outputs) settle() error {
	files, folders, err := contents(o.building)
	if err != nil {
		return o.failedMore(err)
	}
	for _, name := range files {
		if err := o.narrow(name); err != nil {
			return o.failed(name, err)
		}
	}
	m := manifest{program, files}
	if err := o.disk.write(filepath.Join(o.building, manifestName), m.text(), o.mode); err != nil {
		return o.failed(manifestName, err)
	}
	for _, name := range append(append(append(files, manifestName), folders...), ".") {
		if err := o.disk.sync(filepath.Join(o.building, name)); err != nil {
			return o.failed(name, err)
		}
	}
	return nil
}

// narrow takes from a file, whoever wrote it, the rights that the list doesn't give.
func (o *outputs) narrow(name string) error {
	path := filepath.Join(o.building, name)
	at, err := os.Lstat(path)
	if err != nil || at.Mode().Perm()&^o.mode == 0 {
		return err
	}
	return o.disk.chmod(path, at.Mode().Perm()&o.mode)
}

// folderMode lets enter those who may read.
func folderMode(files fs.FileMode) fs.FileMode { return files | files&0o444>>2 }

// appear puts the folder in its place, and in that of one that may be replaced.
func (o *outputs) appear() error {
	if err := Vacant(o.dir, o.force); err != nil { // somebody may have been faster
		return err
	}
	if _, err := os.Lstat(o.dir); err == nil {
		return o.replace()
	}
	if err := o.disk.rename(o.building, o.dir); err != nil {
		return fmt.Errorf("putting %s in its place: %w", o.dir, cause(err))
	}
	o.building = ""
	if err := o.disk.sync(filepath.Dir(o.dir)); err != nil {
		return fmt.Errorf("%s is complete, but the disk may not know of it yet: %w", o.dir, cause(err))
	}
	return nil
}

// replace puts the folder in the place of an earlier one, which it takes away when the disk knows of it.
func (o *outputs) replace() error {
	earlier, err := claim(o.dir)
	if err != nil && !errors.Is(err, errNoLock) {
		return fmt.Errorf("replacing %s: %w", o.dir, cause(err))
	}
	defer earlier.Release()
	old, err := o.swap()
	if err == nil {
		if err = o.disk.sync(filepath.Dir(o.dir)); err != nil {
			o.swapBack(old)
		}
	}
	if err != nil {
		return fmt.Errorf("replacing %s: %w", o.dir, cause(err))
	}
	o.building = ""
	if err := takeAway(o.disk, old, o.dir); err != nil {
		return fmt.Errorf("%s is complete; taking away what it replaced: %w", o.dir, err)
	}
	return nil
}

// swap changes places with the earlier folder and returns where that is now.
func (o *outputs) swap() (old string, err error) {
	if err := o.disk.exchange(o.building, o.dir); !errors.Is(err, errNoExchange) {
		return o.building, err
	}
	old = o.building + oldMark
	if err := o.disk.rename(o.dir, old); err != nil {
		return old, err
	}
	if err := o.disk.rename(o.building, o.dir); err != nil {
		o.disk.rename(old, o.dir) // where that fails, too, the next run does it
		return old, err
	}
	return old, nil
}

func (o *outputs) swapBack(old string) {
	if old == o.building {
		o.disk.exchange(o.building, o.dir)
		return
	}
	if o.disk.rename(o.dir, o.building) == nil {
		o.disk.rename(old, o.dir)
	}
}
