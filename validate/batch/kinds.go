package batch

import (
	"context"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
)

// Kinds reads the list and tells the kind of each of its rows in order, and how many days before Now its date lies: what a forecast
// would look at, whatever became of it. Nothing is written and no mail host is asked; Dir and the sets of addresses may be left out.
// It needs a Forecaster.
func (r *Run) Kinds(ctx context.Context, see func(k Kind, days int64)) error {
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
	some := func(notes []note, earlier spool.Links) {
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
