package batch

import (
	"fmt"

	"github.com/prebounce/prebounce/validate"
)

// The brake on files: one that would remove more than this share of the rows, and at least this many, is
// taken for the wrong file.
const (
	fileBrakeShare = 0.5
	fileBrakeCount = 50
)

// FileBrakeError reports that a file of addresses would remove too large a part of the list. No output was written.
type FileBrakeError struct {
	File       string
	Rows, Of   int64
	PastBounce bool // a file of bounces; otherwise a suppression file
}

func (e *FileBrakeError) Error() string {
	return fmt.Sprintf("%s would remove %d of %d rows", e.File, e.Rows, e.Of)
}

// hits counts the rows whose address stands in files, by reason.
type hits struct {
	suppressed, bounced map[fileSet]int64
}

// see counts an address that one of the sets holds.
func (h *hits) see(r *Run, set validate.Reasons, a *validate.Address) {
	if set.Has(validate.Suppressed) && r.Suppressed.Has(a) {
		countHits(&h.suppressed, r.Suppressed.from(a), 1)
	}
	if set.Has(validate.PastBounce) && r.Bounced.Has(a) {
		countHits(&h.bounced, r.Bounced.from(a), 1)
	}
}

func countHits(m *map[fileSet]int64, s fileSet, n int64) {
	if *m == nil {
		*m = map[fileSet]int64{}
	}
	(*m)[s] += n
}

// add takes over the counts of a job.
func (h *hits) add(job *hits) {
	for s, n := range job.suppressed {
		countHits(&h.suppressed, s, n)
	}
	for s, n := range job.bounced {
		countHits(&h.bounced, s, n)
	}
	clear(job.suppressed)
	clear(job.bounced)
}

// fileBrake fails if one of the files would remove too much.
func (r *Run) fileBrake(s *survey) error {
	if r.YesRemove {
		return nil
	}
	for _, of := range [...]struct {
		reason validate.Reason
		set    *AddressSet
		hits   map[fileSet]int64
	}{{validate.Suppressed, r.Suppressed, s.hits.suppressed}, {validate.PastBounce, r.Bounced, s.hits.bounced}} {
		if of.set == nil || r.Policy.List(of.reason) != validate.Removed {
			continue
		}
		rows := make([]int64, len(of.set.files.names))
		for files, n := range of.hits {
			of.set.files.add(rows, files, n)
		}
		for file, n := range rows {
			if n >= fileBrakeCount && float64(n) > fileBrakeShare*float64(s.rows) {
				return &FileBrakeError{of.set.files.names[file], n, int64(s.rows), of.reason == validate.PastBounce}
			}
		}
	}
	return nil
}
