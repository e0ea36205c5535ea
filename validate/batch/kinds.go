package batch

import (
	"context"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
)

// Kinds reads the list and calls see for each of its rows in order, with the kind of the row and the number of days
// between its date and Now. This is what a forecast would look at. Kinds writes nothing and asks no mail server. It
// needs a Forecaster; Dir and the sets of addresses may be left out.
func (r *Run) Kinds(ctx context.Context, see func(k RowKind, days int64)) error {
	if err := r.complete(); err != nil {
		return err
	}
	run := *r
	run.Progress, run.temp = meter(r.Progress, r.size()), &spool.Dir{Path: r.TempDir}
	defer run.temp.Wait()
	s, err := run.survey(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := run.look(ctx, s)
	if err != nil {
		return err
	}
	run.markDomains(l, false)
	keys := run.keyer(l)
	some := func(notes []rowNote, earlier spool.Links) {
		for row, n := range notes {
			key, _ := keys.key(n, earlier.At(uint32(row)))
			k, days := kindOf(key), int64(n.days())
			if k.Settled != validate.NotProbed || !k.Dated || k.Future {
				days = 0
			}
			see(k, days)
		}
	}
	return l.eachRow(1, func(int) seeRows { return some })
}
