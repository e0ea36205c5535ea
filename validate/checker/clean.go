package checker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
)

// Outputs are where the parts of a cleaned list go, each in the format of the list. A nil writer leaves its part out.
type Outputs struct {
	Clean, Review, Removed io.Writer
	// rows that can't be read, with line and why: CSV; nothing is written if there are none
	Rejected io.Writer
	Results  io.Writer // one row for each address: CSV with the columns of results.csv

	// Progress, if set, is told how far a phase is: octets, or domains while DNS is asked.
	Progress func(phase batch.Phase, done, total int64)
}

// Clean reads a list of any format to its end and divides it. Nothing is written before all of it is judged,
// so an error or the end of ctx before that leaves the writers untouched. The list is copied to a temporary
// file that only this user can read, and nothing of it stays. Whether limits on removals held rows back is in
// the summary's Brake.
func (c *Checker) Clean(ctx context.Context, list io.Reader, out Outputs) (_ *batch.Summary, err error) {
	if list == nil {
		return nil, errors.New("cleaning a list: there is none to read")
	}
	dir, err := os.MkdirTemp("", "prebounce-")
	if err != nil {
		return nil, fmt.Errorf("cleaning a list: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	source, err := contacts.Open(ctx, "-", contacts.Options{Stdin: list, TempDir: dir})
	if err != nil {
		return nil, fmt.Errorf("cleaning a list: %w", err)
	}
	defer source.Close()
	sum, err := c.run(source, dir, out.Progress).Do(ctx)
	if err != nil {
		return nil, fmt.Errorf("cleaning a list: %w", err)
	}
	return sum, out.take(ctx, filepath.Join(dir, outputs))
}

const outputs = "outputs"

func (c *Checker) run(source batch.Source, dir string, progress func(batch.Phase, int64, int64)) *batch.Run {
	r := &batch.Run{
		Name: "list", Source: source, Dir: filepath.Join(dir, outputs), Mode: 0o600, TempDir: dir,
		Lists: c.Lists, Policy: c.Policy, Suppressed: c.Suppressed, Progress: progress,
	}
	if c.Resolver != nil {
		r.Resolver, r.Store, r.Asker = c.Resolver, c.store(), c.Prober
	}
	return r
}

// take copies the outputs to their writers.
func (o *Outputs) take(ctx context.Context, dir string) error {
	for name, w := range map[string]io.Writer{
		"clean": o.Clean, "review": o.Review, "removed": o.Removed, "rejected": o.Rejected, "results": o.Results,
	} {
		if w == nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := copyOut(w, filepath.Join(dir, name+".*")); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}

// copyOut copies the file of a pattern, if there is one.
func copyOut(w io.Writer, pattern string) error {
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		return err
	}
	f, err := os.Open(found[0])
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}
