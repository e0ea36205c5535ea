package mcp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// folders are those that may be read. An [os.Root] follows no link and no ".." out of its folder.
type folders struct {
	paths []string // absolute
	roots []*os.Root
}

func openFolders(paths []string) (*folders, error) {
	f := &folders{}
	for _, path := range paths {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, errors.Join(err, f.close())
		}
		root, err := os.OpenRoot(absolute)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("--folder %s: %w", path, err), f.close())
		}
		f.paths, f.roots = append(f.paths, absolute), append(f.roots, root)
	}
	return f, nil
}

func (f *folders) close() (err error) {
	for _, root := range f.roots {
		err = errors.Join(err, root.Close())
	}
	return err
}

// open opens a file by its path, or by its name relative to a folder; the first folder that has it is taken.
func (f *folders) open(path string) (*os.File, error) {
	if len(f.roots) == 0 {
		return nil, errors.New("no file may be read: start prebounce mcp with --folder DIR")
	}
	found := error(fmt.Errorf("%s is not below %s", path, strings.Join(f.paths, " or ")))
	for i, root := range f.roots {
		name := path
		if filepath.IsAbs(path) {
			var err error
			if name, err = filepath.Rel(f.paths[i], path); err != nil || !filepath.IsLocal(name) {
				continue
			}
		}
		file, err := openFile(root, name)
		if err == nil {
			return file, nil
		}
		found = fmt.Errorf("%s can't be read below %s: %w", path, f.paths[i], reasonOf(err))
	}
	return nil, found
}

// openFile opens a regular file. What a pipe or a device holds is never waited for.
func openFile(root *os.Root, name string) (*os.File, error) {
	at, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !at.Mode().IsRegular() {
		return nil, errors.New("it is not a file")
	}
	return root.Open(name)
}

// reasonOf is an error without the path in front of it, which the caller names.
func reasonOf(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
