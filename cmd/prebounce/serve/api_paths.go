package serve

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// takePaths copies lists of this computer into a run that a program names by path. Only those below a folder that the
// person named are read, and no link leads out of it.
func (r *runs) takePaths(run *Run, paths []string) error {
	for _, path := range paths {
		f, err := r.openBelow(path)
		if err != nil {
			return err
		}
		err = r.addFile(run, f)
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *runs) addFile(run *Run, f *os.File) error {
	at, err := f.Stat()
	if err == nil && !at.Mode().IsRegular() {
		return errPath
	}
	if err == nil {
		err = r.fits(at.Size())
	}
	if err != nil {
		return err
	}
	return r.add(run, filepath.Base(f.Name()), io.LimitReader(f, r.o.MaxUpload))
}

// errPath refuses a path, whether or not there is a file.
var errPath = &tooMuch{"this path can't be read: want a list below a folder of --folder", http.StatusForbidden}

// openBelow opens a file below one of the folders.
func (r *runs) openBelow(path string) (*os.File, error) {
	for _, folder := range r.o.Folders {
		inside, err := filepath.Rel(folder, path)
		if err != nil || !filepath.IsAbs(path) || inside == ".." || strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
			continue
		}
		root, err := os.OpenRoot(folder)
		if err != nil {
			return nil, fmt.Errorf("the folder of --folder: %w", err)
		}
		defer root.Close()
		if at, err := root.Stat(inside); err != nil || !at.Mode().IsRegular() { // opening a pipe would wait for its writer
			return nil, errPath
		}
		f, err := root.Open(inside)
		if err != nil {
			return nil, errPath
		}
		return f, nil
	}
	return nil, errPath
}
