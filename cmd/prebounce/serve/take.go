package serve

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Take copies lists of this computer into a new run, and returns the path of its page, without a slash at the front.
func (s *Server) Take(paths []string) (page string, err error) {
	run, err := s.runs.make(func(run *Run) error {
		for _, path := range paths {
			if err := s.runs.takeFile(run, path); err != nil {
				return fmt.Errorf("taking %s: %w", path, err)
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return "runs/" + run.ID, nil
}

func (r *runs) takeFile(run *Run, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if at, err := f.Stat(); err == nil && at.Size() > r.o.MaxUpload {
		return r.fits(at.Size())
	}
	return r.add(run, filepath.Base(path), io.LimitReader(f, r.o.MaxUpload))
}
