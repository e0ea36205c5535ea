package outdir

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// ErrExists is returned when the folder of outputs already exists.
var ErrExists = errors.New("it already exists")

// ErrForeign is returned when the place of the outputs holds something that no earlier run wrote, and that is
// therefore not replaced.
var ErrForeign = errors.New("it is not a prebounce output folder; refusing to replace it")

// StrangersError reports that a folder of outputs also holds files that prebounce did not write and that replacing it
// would delete.
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
	return fmt.Sprintf("%s also holds files that prebounce did not write, and replacing it would delete them: %s",
		e.Dir, names)
}

// Vacant returns an error unless a run may put its outputs at dir. It may if nothing is there, or if force is set and
// dir is an empty folder or an earlier run's folder that holds no other files (*StrangersError).
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
