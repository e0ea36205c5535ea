package probe

import (
	"context"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// begin takes up what earlier runs left: which mail servers greeted us, which are called first, and who was accepted
// before the domain's control was known.
func (r *run) begin(ctx context.Context) error {
	known, err := r.store.Greeted(ctx, time.Now())
	if err != nil {
		return err
	}
	for _, l := range r.plan.lanes {
		l.greeted = known[l.hosts[0].Name]
		for _, d := range l.domains {
			if err := r.takeUp(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeUp asks about the control of a domain where recipients were accepted without, unless it has become known.
func (r *run) takeUp(ctx context.Context, d *domain) (err error) {
	if len(d.taken) == 0 {
		return nil
	}
	d.lane.operator.Answered += len(d.taken)
	d.unproven, d.taken, d.tested = d.taken, nil, true
	d.control, err = r.store.Control(ctx, d.name, time.Now())
	switch {
	case err != nil:
		return err
	case d.control == validate.ControlUnknown:
		d.lane.askControl(d)
		return nil
	}
	return r.answer(d.proven()...)
}
