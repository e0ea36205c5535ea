package outdir

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// fileSystem is what the end of a run does to the file system, one call of the system or so at a time: tests
// fail each of them.
type fileSystem interface {
	mkdir(path string, mode fs.FileMode) error
	write(path string, text []byte, mode fs.FileMode) error
	chmod(path string, mode fs.FileMode) error
	sync(path string) error // a file or a folder: what it holds is on the disk
	rename(from, to string) error
	exchange(one, other string) error // errNoExchange where the system or the file system can't
	remove(path string) error         // a file or an empty folder
	removeAll(path string) error
}

var errNoExchange = errors.New("it cannot exchange two folders")

// system is the disk itself.
type system struct{}

func (system) mkdir(path string, mode fs.FileMode) error        { return os.Mkdir(path, mode) }
func (system) chmod(path string, mode fs.FileMode) error        { return os.Chmod(path, mode) }
func (system) rename(from, to string) error                     { return os.Rename(from, to) }
func (system) remove(path string) error                         { return os.Remove(path) }
func (system) removeAll(path string) error                      { return os.RemoveAll(path) }
func (system) exchange(one, other string) error                 { return exchange(one, other) }
func (system) write(path string, b []byte, m fs.FileMode) error { return os.WriteFile(path, b, m) }

func (system) sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	// Some file systems can't do it with a folder, and then there is nothing to wait for.
	if err := f.Sync(); !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// cause is what the system said, without the paths.
func cause(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	if link := (*os.LinkError)(nil); errors.As(err, &link) {
		return link.Err
	}
	return err
}
