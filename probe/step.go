package probe

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/reply"
)

// step works a lane once: one session, or a reason why there is none now. It leaves the lane with the time of its next session.
func (r *run) step(ctx context.Context, l *lane) error {
	if ended, err := r.gate(ctx, l); ended || err != nil {
		return err
	}
	now := time.Now()
	l.wake(now)
	manners, err := r.store.Manners(ctx, l.hosts[0].Name, now)
	if err != nil {
		return err
	}
	p, err := r.permit(ctx, l, manners)
	if err != nil || p.n == 0 {
		return err
	}
	t := &talk{run: r, lane: l, permit: p, manners: manners, before: manners}
	err = errors.Join(t.hold(ctx), t.done(context.WithoutCancel(ctx)), t.spoilt)
	if err == nil {
		err = r.after(ctx, t)
	}
	return err
}

// gate ends a lane that must not be asked, and lets one wait whose operator another process is asking.
func (r *run) gate(ctx context.Context, l *lane) (ended bool, err error) {
	op, now := l.operator, time.Now()
	if why := r.stopped(op); why != "" {
		return true, r.end(l, validate.Answer{Status: validate.Postponed, Detail: why, Again: op.Again})
	}
	until, why, err := r.store.Resting(ctx, op.Operator, now)
	if err != nil {
		return false, err
	}
	if until.After(now) {
		return true, r.end(l, validate.Answer{Status: validate.Postponed, Detail: "left alone since it refused us: " + why, Again: until})
	}
	other, err := r.lease(ctx, op, now)
	if err != nil || other.IsZero() {
		return false, err
	}
	if other.After(r.patience()) {
		return true, r.end(l, validate.Answer{Status: validate.Postponed, Detail: "another run is asking there", Again: other})
	}
	l.rest(other)
	return true, nil
}

// lease makes an operator ours for a while, or tells until when it is another process's.
func (r *run) lease(ctx context.Context, op *operator, now time.Time) (other time.Time, err error) {
	return r.store.Lease(ctx, op.Operator, now, now.Add(r.shorter(leaseFor)))
}

// end answers all that is open in a lane.
func (r *run) end(l *lane, a validate.Answer) error {
	var found []validate.Answered
	for _, p := range l.open() {
		if p.kind == contact {
			found = append(found, r.answered(l, p, a))
		}
	}
	return r.answer(found...)
}

// answered is an answer to an open question, counted.
func (r *run) answered(l *lane, p pending, a validate.Answer) validate.Answered {
	a.Operator, a.Tries = l.operator.Operator, int(p.tries)
	if a.At.IsZero() {
		a.At = time.Now()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	op := l.operator
	*[...]*int{validate.NoQuestion: new(int), validate.Said: &op.Answered, validate.Silent: &op.Silent, validate.Unaskable: &op.Unaskable,
		validate.Postponed: &op.Postponed, validate.Withdrawn: &op.Withdrawn}[a.Status]++
	if a.Status == validate.Postponed && op.Again.Before(a.Again) {
		op.Again = a.Again
	}
	return validate.Answered{ID: p.id, Answer: a}
}

// wait lets a lane wait, or ends it if that is more than the run's patience.
func (r *run) wait(l *lane, until time.Time, why string) error {
	if until.After(r.patience()) {
		return r.end(l, validate.Answer{Status: validate.Postponed, Detail: why, Again: until})
	}
	l.rest(until)
	return nil
}

// address is what the limits of a mail host go by: its first address, as many names may share it.
func (l *lane) address() string {
	h := l.hosts[0]
	if len(h.Addrs) == 0 {
		return h.Name
	}
	return h.Addrs[0].String()
}

// open connects to the first host of the lane that takes us: the next one is tried where there is no connection or the greeting is a
// 4yz, as a sending host does (RFC 5321 §5.1), and never after a 5yz.
func (t *talk) open(ctx context.Context) (*smtp.Session, *smtp.Trouble, error) {
	var last *smtp.Trouble
	for _, h := range t.lane.hosts {
		for _, addr := range h.Addrs {
			if !t.run.claim(addr) {
				continue
			}
			s, trouble, err := t.try(ctx, smtp.Host{Name: h.Name, Addr: addr, Plain: t.manners.Plain, TLS: t.manners.TLS})
			if s != nil || err != nil {
				return s, trouble, err
			}
			t.run.free(addr)
			if last = trouble; trouble != nil && !next(trouble) {
				return nil, trouble, nil
			}
		}
	}
	return nil, last, nil
}

// next tells whether the next host may be tried after this trouble.
func next(trouble *smtp.Trouble) bool {
	return trouble.Kind == smtp.Unreachable || trouble.Kind == smtp.Forbidden || trouble.Stage <= reply.Greeting && trouble.Reply.Code < 500
}

// try connects, unless that address was connected to a moment ago: then there is neither session nor trouble.
func (t *talk) try(ctx context.Context, h smtp.Host) (*smtp.Session, *smtp.Trouble, error) {
	within := t.run.shorter(betweenConnections)
	granted, again, err := t.run.store.Take(ctx, time.Now(), 1, validate.Cap{Key: "connect " + h.Addr.String(), Most: 1, Within: within})
	if err != nil {
		return nil, nil, err
	}
	if granted == 0 {
		t.soonest = later(t.soonest, again)
		return nil, nil, nil
	}
	s, trouble := t.run.Client.Open(ctx, h)
	if trouble != nil {
		s = nil
	}
	return s, trouble, ctx.Err()
}

// claim makes an address ours for one session; nobody else of this run talks to it.
func (r *run) claim(addr netip.Addr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inUse[addr] {
		return false
	}
	r.inUse[addr] = true
	return true
}

func (r *run) free(addr netip.Addr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.inUse, addr)
}
