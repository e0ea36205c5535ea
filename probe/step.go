package probe

import (
	"context"
	"errors"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// step works a lane once: one session, or a reason why there is none now. It leaves the lane with the time of its
// next session.
func (r *run) step(ctx context.Context, l *queue) error {
	if ended, err := r.gate(ctx, l); ended || err != nil {
		return err
	}
	now := time.Now()
	l.wake(now)
	profile, err := r.store.HostProfile(ctx, l.hosts[0].Name, now)
	if err != nil {
		return err
	}
	p, err := r.permit(ctx, l, profile)
	if err != nil || p.n == 0 {
		return err
	}
	t := &hostSession{run: r, lane: l, permit: p, profile: profile, before: profile}
	err = errors.Join(t.hold(ctx), t.done(context.WithoutCancel(ctx)), t.spoilt)
	if err == nil {
		err = r.after(ctx, t)
	}
	return err
}

// gate ends a lane that must not be asked, and lets one wait whose operator another process is asking.
func (r *run) gate(ctx context.Context, l *queue) (ended bool, err error) {
	op, now := l.operator, time.Now()
	if why := r.stopped(op); why != "" {
		return true, r.end(l, validate.Answer{Status: validate.Postponed, Detail: why, Again: op.Again})
	}
	until, why, err := r.store.CoolingDown(ctx, op.Operator, now)
	if err != nil {
		return false, err
	}
	if until.After(now) {
		why = "left alone since it refused us: " + why
		return true, r.end(l, validate.Answer{Status: validate.Postponed, Detail: why, Again: until})
	}
	other, err := r.lease(ctx, op, now)
	if err != nil || other.IsZero() {
		l.stood = time.Time{}
		return false, err
	}
	if l.stood.IsZero() {
		l.stood = now
	}
	if other.After(r.prober.patienceSince(l.stood)) {
		const why = "another run is asking there"
		return true, r.end(l, validate.Answer{Status: validate.Postponed, Detail: why, Again: other})
	}
	l.rest(other)
	return true, nil
}

// end answers all that is open in a lane. What was accepted in an earlier run stays as it was.
func (r *run) end(l *queue, a validate.Answer) error {
	var found []validate.Answered
	for _, p := range l.open() {
		if p.kind == contact {
			found = append(found, r.answered(l, p, a))
		}
	}
	for _, d := range l.domains {
		found = append(found, d.proven()...)
	}
	return r.answer(found...)
}

// answered is an answer to an open question, counted.
func (r *run) answered(l *queue, p pending, a validate.Answer) validate.Answered {
	a.Operator, a.Tries = l.operator.Operator, int(p.tries)
	if a.At.IsZero() {
		a.At = time.Now()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	op := l.operator
	*[...]*int{validate.NoQuestion: new(int), validate.Said: &op.Answered, validate.Silent: &op.Silent,
		validate.Unaskable: &op.Unaskable,
		validate.Postponed: &op.Postponed, validate.Withdrawn: &op.Withdrawn}[a.Status]++
	if a.Status == validate.Postponed && op.Again.Before(a.Again) {
		op.Again = a.Again
	}
	return validate.Answered{ID: p.id, Answer: a}
}

// pause lets a lane wait for its next session, or ends it if a limit makes that longer than the run's patience. The
// few seconds between two sessions are no wait.
func (r *run) pause(l *queue, until time.Time) error {
	if until.After(time.Now().Add(r.prober.shorter(2 * betweenConnections))) {
		return r.wait(l, until, "a limit is reached, or the host wants fewer questions")
	}
	l.rest(until)
	return nil
}

// wait lets a lane wait, or ends it if that is more than the run's patience.
func (r *run) wait(l *queue, until time.Time, why string) error {
	if until.After(r.prober.patience()) {
		return r.end(l, validate.Answer{Status: validate.Postponed, Detail: why, Again: until})
	}
	l.rest(until)
	return nil
}
