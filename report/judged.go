package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// Judged counts the rows of a run by everything that a person could decide otherwise: counts, no addresses.
type Judged []JudgedRows

// JudgedRows are rows that are alike to the forecast and about which the same reasons speak.
type JudgedRows struct {
	Kind    risk.RowKind
	Reasons validate.Reasons
	Rows    int64
}

// judgedJSON is how the counts are kept: each row is [kind, reasons, rows], and the bits of its reasons stand
// for the names, the lowest for the first. Numbers of reasons change from version to version, names don't.
type judgedJSON struct {
	Version int        `json:"version"`
	Reasons []string   `json:"reasons"`
	Rows    [][3]int64 `json:"rows"`
}

// MarshalJSON keeps the counts, so that another choice can be tried without the list.
func (j Judged) MarshalJSON() ([]byte, error) {
	all := validate.Reasons(0)
	for _, r := range j {
		all |= r.Reasons
	}
	out := judgedJSON{Version: 1, Reasons: []string{}, Rows: make([][3]int64, 0, len(j))}
	reasons := all.All()
	for _, r := range reasons {
		out.Reasons = append(out.Reasons, r.String())
	}
	for _, r := range j {
		set := int64(0)
		for i, reason := range reasons {
			if r.Reasons.Has(reason) {
				set |= 1 << i
			}
		}
		out.Rows = append(out.Rows, [3]int64{int64(r.Kind), set, r.Rows})
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote, and refuses counts that no list could have.
func (j *Judged) UnmarshalJSON(b []byte) error {
	var in judgedJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	if in.Version != 1 {
		return fmt.Errorf("judged rows of version %d, want 1", in.Version)
	}
	var reasons []validate.Reason
	for _, name := range in.Reasons {
		r, err := validate.ParseReason(name)
		if err != nil {
			return fmt.Errorf("judged rows: %w", err)
		}
		reasons = append(reasons, r)
	}
	*j = (*j)[:0]
	for _, row := range in.Rows {
		r, err := judgedRows(row, reasons)
		if err != nil {
			return fmt.Errorf("judged rows: %w", err)
		}
		*j = append(*j, r)
	}
	return nil
}

func judgedRows(row [3]int64, reasons []validate.Reason) (r JudgedRows, err error) {
	r = JudgedRows{Kind: risk.RowKind(row[0]), Rows: row[2]}
	if r.Rows < 0 || r.Rows > 1<<40 || row[1] < 0 || bits.Len64(uint64(row[1])) > len(reasons) {
		return r, errors.New("counts that cannot be")
	}
	for i, reason := range reasons {
		if row[1]>>i&1 == 1 {
			r.Reasons |= validate.Of(reason)
		}
	}
	return r, r.Kind.Check()
}

// Judged keeps what speaks about the rows of each kind.
func (f *Forecaster) Judged(all []batch.JudgedCount) {
	type key struct {
		kind    risk.RowKind
		reasons validate.Reasons
	}
	at := map[key]int{}
	f.judged = nil
	for _, c := range all {
		k := key{f.tally.KindOf(f.row(c.RowKind, c.Days/c.Rows)), c.Reasons}
		i, ok := at[k]
		if !ok {
			i = len(f.judged)
			at[k] = i
			f.judged = append(f.judged, JudgedRows{Kind: k.kind, Reasons: k.reasons})
		}
		f.judged[i].Rows += c.Rows
	}
}
