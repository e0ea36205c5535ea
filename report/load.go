package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// mostJSON bounds report.json, in octets: it holds counts, however long the list is.
const mostJSON = 64 << 20

// Load reads the report.json of a finished run. Its forecast is made again from what was counted: it is the
// same one, with the distributions that JSON doesn't keep.
func Load(dir string) (*Result, error) {
	f, err := os.Open(filepath.Join(dir, "report.json"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostJSON+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", f.Name(), err)
	}
	if len(b) > mostJSON {
		return nil, fmt.Errorf("reading %s: longer than %d octets", f.Name(), mostJSON)
	}
	r := &Result{}
	if err := r.UnmarshalJSON(b); err != nil {
		return nil, fmt.Errorf("reading %s: %w", f.Name(), err)
	}
	return r, nil
}

// UnmarshalJSON reads a report.json and makes its forecast again, as [Load] does.
func (r *Result) UnmarshalJSON(b []byte) error {
	type fields Result // without this method
	if err := json.Unmarshal(b, (*fields)(r)); err != nil {
		return err
	}
	if r.Summary == nil || r.List == "" {
		return errors.New("it isn't the summary of a run")
	}
	if r.Risk == nil || r.Tally == nil {
		return nil
	}
	return r.Rejudge(func(*risk.Options) {})
}

// ErrNoForecast reports that a run left nothing to make a forecast from.
var ErrNoForecast = errors.New("the run made no forecast")

// Rejudge makes the forecast again with changed options, such as another sending service. It uses no network.
func (r *Result) Rejudge(change func(*risk.Options)) error {
	if r.Risk == nil || r.Tally == nil {
		return ErrNoForecast
	}
	o, err := r.Risk.Options()
	if err != nil {
		return fmt.Errorf("making the forecast again: %w", err)
	}
	change(&o)
	f, err := risk.Predict(r.Tally, o)
	if err != nil {
		return fmt.Errorf("making the forecast again: %w", err)
	}
	r.Risk = f
	return nil
}

// mostExamples is how many addresses are shown of each reason.
const mostExamples = 100

// ReadExamples reads from the results.csv of a finished run the first addresses that were kept out of
// clean.csv, by reason.
func (r *Result) ReadExamples(ctx context.Context, dir string) error {
	f, err := os.Open(filepath.Join(dir, "results.csv"))
	if err != nil {
		return err
	}
	defer f.Close()
	r.Examples = []Examples{}
	for _, c := range r.Reasons {
		if c.List != validate.Clean {
			r.Examples = append(r.Examples, Examples{Reason: c.Reason.String(), List: c.List.String()})
		}
	}
	for row, err := range Results(ctx, f) {
		if err != nil {
			return fmt.Errorf("reading %s: %w", f.Name(), err)
		}
		r.exemplify(row)
	}
	r.Examples = slices.DeleteFunc(r.Examples, func(e Examples) bool { return e.Addresses == 0 })
	return nil
}

func (r *Result) exemplify(row batch.Result) {
	i := slices.IndexFunc(r.Examples, func(e Examples) bool { return e.Reason == row.Reason && e.List == row.List })
	if i < 0 || row.Address == "" {
		return
	}
	e := &r.Examples[i]
	if e.Addresses++; len(e.First) < mostExamples {
		e.First = append(e.First, row)
	}
}
