package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/prebounce/prebounce/validate/batch"
)

// Braked marks those rows of the finished run in dir that its brake held back.
func Braked(dir string, rows iter.Seq2[batch.Result, error]) (iter.Seq2[batch.Result, error], error) {
	brake, err := brakeOf(dir)
	if err != nil {
		return nil, err
	}
	return func(yield func(batch.Result, error) bool) {
		for r, err := range rows {
			r.Braked = err == nil && brake.Holds(&r)
			if !yield(r, err) {
				return
			}
		}
	}, nil
}

// brakeOf reads from the report.json of a finished run what its brake did. Without that file nobody knows,
// and the brake counts as pulled: what lies in review is then not believed.
func brakeOf(dir string) (batch.Brake, error) {
	f, err := os.Open(filepath.Join(dir, "report.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return batch.Brake{Pulled: true}, nil
	}
	if err != nil {
		return batch.Brake{}, err
	}
	defer f.Close()
	var r struct {
		Brake *batch.Brake `json:"brake"`
	}
	if err := json.NewDecoder(io.LimitReader(f, mostJSON)).Decode(&r); err != nil {
		return batch.Brake{}, fmt.Errorf("reading %s: %w", f.Name(), err)
	}
	if r.Brake == nil {
		return batch.Brake{Pulled: true}, nil
	}
	return *r.Brake, nil
}
