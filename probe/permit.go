package probe

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate/limits"
)

// permit is leave to ask n recipients, taken when a session is begun, so that nobody connects in vain. As a
// session may be slow, it is taken again at the moment of asking if it has become stale.
type permit struct {
	n    int
	lent int // by the course
	at   time.Time
	caps []limits.Cap // of the host and the operator
}

// stale is how old leave may be when it is used: the spans of the limits are longer by as much.
const stale = time.Second

// caps are the limits on a lane's recipients.
func (r *run) caps(l *queue, m limits.HostProfile) []limits.Cap {
	return r.capsOf(l.address(), l.operator.Operator, &l.operator.rule, m)
}

// address is what the limits of a mail server go by: the address where it was reached last, or else its first, as many
// names may share it.
func (l *queue) address() string {
	switch h := l.hosts[0]; {
	case l.at.IsValid():
		return l.at.String()
	case len(h.Addrs) == 0:
		return h.Name
	default:
		return h.Addrs[0].String()
	}
}

// capsOf are the limits on recipients at one address, and at its operator.
func (r *run) capsOf(address, operator string, rule *Rule, m limits.HostProfile) []limits.Cap {
	op := "operator " + operator
	minute := rule.First
	if m.Tolerant {
		minute = rule.Minute
	}
	return []limits.Cap{
		{Key: "rcpt " + address, Most: r.prober.most(minute), Within: time.Minute + stale},
		{Key: op, Most: r.prober.most(rule.Hour), Within: time.Hour + stale},
		{Key: op, Most: r.prober.most(rule.Day), Within: 24*time.Hour + stale},
	}
}

// all is what our own address may ask in all.
func (r *run) all() limits.Cap {
	return limits.Cap{Key: "all", Most: r.prober.most(PerMinute), Within: time.Minute + stale}
}

// permit asks for leave for the lane's next session, for a whole transaction at least if there is so much to
// ask. Where none is to be had in time the lane ends; otherwise it waits.
func (r *run) permit(ctx context.Context, l *queue, m limits.HostProfile) (permit, error) {
	p := permit{at: time.Now(), caps: r.caps(l, m)}
	want := min(l.operator.rule.Session, l.wants())
	granted, again, err := r.store.Take(ctx, p.at, want, p.caps...)
	if err != nil {
		return permit{}, err
	}
	if granted == 0 {
		return permit{}, r.wait(l, again, "a limit of this operator is reached")
	}
	if few := min(want, l.operator.rule.Transaction); granted < few && again.Sub(p.at) <= time.Minute+stale &&
		!again.After(r.prober.patience()) {
		l.rest(again)
		return permit{}, r.store.GiveBack(ctx, p.at, granted, p.caps...)
	}
	if p, err = r.ours(ctx, l, p, granted); err != nil || p.n == 0 {
		return p, err
	}
	tooMany, err := r.afford(l, &p)
	return p, errors.Join(err, r.store.GiveBack(ctx, p.at, tooMany, p.caps...))
}

// ours asks for the same leave from what our own address may ask in all. Where that is spent, nobody may ask
// for a while.
func (r *run) ours(ctx context.Context, l *queue, p permit, granted int) (_ permit, err error) {
	all := r.all()
	var again time.Time
	if p.n, again, err = r.store.Take(ctx, p.at, granted, all); err != nil {
		return permit{}, err
	}
	patient := !again.After(r.prober.patience())
	if p.n < granted {
		if patient {
			r.mu.Lock()
			r.full = later(r.full, again)
			r.mu.Unlock()
		}
		err = r.store.GiveBack(ctx, p.at, granted-p.n, p.caps...)
	}
	p.caps = append(p.caps, all)
	switch {
	case err != nil || p.n >= min(granted, l.operator.rule.Transaction):
		return p, err
	case p.n == 0:
		return permit{}, r.wait(l, again, "the limit on what we may ask in all is reached")
	case patient: // a session for less is one too many
		l.rest(again)
		return permit{}, r.store.GiveBack(ctx, p.at, p.n, p.caps...)
	}
	return p, nil
}

// ration lets n recipients go out now, as far as the permit reaches and the operator is still ours. Those that exhaust it
// are the last. A touchy host may hang up at any of them, and what it said before is lost if more than that was written.
func (t *hostSession) ration(ctx context.Context, n int) (now int, last bool) {
	now = t.allowed(ctx, n)
	return now, t.permit.n == 0 && !t.profile.Touchy
}

func (t *hostSession) allowed(ctx context.Context, n int) int {
	n = min(n, t.permit.n, t.bearable())
	if n <= 0 || t.spoilt != nil || t.slowed || t.run.stopped(t.lane.operator) != "" {
		return 0
	}
	now := time.Now()
	var other time.Time
	if other, t.spoilt = t.run.lease(ctx, t.lane.operator, now); t.spoilt != nil || !other.IsZero() {
		return 0
	}
	if n > 0 && now.Sub(t.permit.at) > stale {
		t.restock(ctx, now)
		n = min(n, t.permit.n)
	}
	t.permit.n -= n
	t.sent += n
	return n
}

// settleIn makes the permit one for the address that was reached: its limits count, whatever address was expected, and
// a backup's operator has limits of its own.
func (t *hostSession) settleIn(ctx context.Context) error {
	l, h := t.lane, t.session.Host()
	l.at = h.Addr
	operator, rule := l.operator.Operator, &l.operator.rule
	if t.backup {
		operator, rule = t.run.plan.runs(h.Name, l.operator)
	}
	caps := append(t.run.capsOf(h.Addr.String(), operator, rule, t.profile), t.run.all())
	if !slices.Equal(caps, t.permit.caps) {
		t.exchange(ctx, time.Now(), caps)
	}
	return t.spoilt
}

// restock takes what is left of a stale permit again, as of now.
func (t *hostSession) restock(ctx context.Context, now time.Time) {
	t.exchange(ctx, now, t.permit.caps)
}

// exchange gives back what is left of a permit and takes one of the same size under these limits, as of now.
func (t *hostSession) exchange(ctx context.Context, now time.Time, caps []limits.Cap) {
	p := &t.permit
	if t.spoilt = t.run.store.GiveBack(ctx, p.at, p.n, p.caps...); t.spoilt != nil {
		p.n = 0
		return
	}
	had := p.n
	p.caps = caps
	p.n, t.soonest, t.spoilt = t.run.store.Take(ctx, now, had, p.caps...)
	p.at = now
}

// done counts what was sent and gives back what was not.
func (t *hostSession) done(ctx context.Context) error {
	t.run.plan.series.settle(t.permit.lent, t.sent)
	t.run.mu.Lock()
	t.lane.operator.Asked += t.sent
	t.run.mu.Unlock()
	return t.run.store.GiveBack(ctx, t.permit.at, t.permit.n, t.permit.caps...)
}
