package outdir

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// ErrExists says that the folder of outputs is there already.
var ErrExists = errors.New("it exists already")

// ErrForeign says that what stands at the place of the outputs is not the work of an earlier run, so that nothing replaces it.
var ErrForeign = errors.New("it is not a folder of outputs, and nothing else is replaced")

// StrangersError says that a folder of outputs also holds files that are not a run's, which replacing it would delete.
type StrangersError struct {
	Dir   string
	Files []string // below it
}

func (e *StrangersError) Error() string {
	const shown = 5
	names := strings.Join(e.Files[:min(len(e.Files), shown)], ", ")
	if more := len(e.Files) - shown; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%s also holds files that prebounce did not write, and replacing it would delete them: %s", e.Dir, names)
}

// Vacant reports whether a run may put its outputs at dir: nothing is there, or force is given and what is there is an empty folder
// or an earlier run's, with nothing in it that is somebody else's ([*StrangersError]).
func Vacant(dir string, force bool) error {
	at, err := os.Lstat(dir)
	switch {
	case err != nil: // if something else is wrong with dir, that comes out when the folder is made
		return nil
	case !force:
		return fmt.Errorf("%s: %w", dir, ErrExists)
	case !at.IsDir():
		return fmt.Errorf("%s: %w", dir, ErrForeign)
	}
	if names, err := os.ReadDir(dir); err == nil && len(names) == 0 {
		return nil
	}
	foreign, ours, err := strangers(dir)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", dir, err)
	case !ours:
		return fmt.Errorf("%s: %w", dir, ErrForeign)
	case len(foreign) > 0:
		return &StrangersError{dir, foreign}
	}
	return nil
}
