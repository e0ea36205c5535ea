package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/batch"
)

// results are the rows of a finished run's results.csv.
type results = iter.Seq2[batch.Result, error]

// withResults opens the results.csv of a finished run. Rows that its brake held back are marked.
func withResults(ctx context.Context, dir string, use func(results) error) error {
	if err := runFolder(dir); err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(dir, "results.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return &exit{code: exitFailed, err: err,
			hints: []string{"DIR is a folder that clean wrote, such as contacts-prebounce"}}
	}
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := report.Braked(dir, resultsOf(ctx, f))
	if err != nil {
		return err
	}
	return use(rows)
}

// resultsOf reads results, naming the file in errors.
func resultsOf(ctx context.Context, f *os.File) results {
	return func(yield func(batch.Result, error) bool) {
		for r, err := range report.Results(ctx, f) {
			if err != nil {
				err = fmt.Errorf("reading %s: %w", f.Name(), err)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}
