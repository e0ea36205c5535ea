package contacts

import (
	"errors"
	"fmt"
	"io/fs"
)

// OpenError explains why a list cannot be read, and what the user can do.
type OpenError struct {
	Path  string // as it was given; "-" is standard input
	What  string // "it is an Excel workbook"
	Hint  string // what to type or to do next; may be empty
	Err   error  // the cause underneath, if there is one
	Holds string // what the columns hold, if none of them holds addresses

	lacks bool // it is a list, but hasn't what the person named
}

func (e *OpenError) Error() string {
	name := e.Path
	if name == "-" {
		name = "standard input"
	}
	if e.Err != nil && e.Err != fs.ErrNotExist && e.Err != fs.ErrPermission { // What says those
		return fmt.Sprintf("%s: %s: %v", name, e.What, e.Err)
	}
	return fmt.Sprintf("%s: %s", name, e.What)
}

func (e *OpenError) Unwrap() error { return e.Err }

// unreadable is an OpenError that Open has yet to give its path.
func unreadable(what, hint string, err error) error {
	return &OpenError{What: what, Hint: hint, Err: err}
}

// located gives an error of Open the path of the list.
func located(path string, err error) error {
	var e *OpenError
	if errors.As(err, &e) {
		e.Path = path
		return e
	}
	return fmt.Errorf("reading %s: %w", path, err)
}

// fileError puts what the system says about a path in a person's words.
func fileError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return unreadable("file not found", "check the file name and the folder", fs.ErrNotExist)
	case errors.Is(err, fs.ErrPermission):
		return unreadable("permission denied", "change its permissions, or copy it to a folder of your own",
			fs.ErrPermission)
	}
	return unreadable("cannot open it", "", err)
}
