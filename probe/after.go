package probe

import (
	"context"
	"time"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/reply"
)

// after learns from a session, or from the want of one, and says when the lane's next is.
func (r *run) after(ctx context.Context, t *hostSession) error {
	if err := r.rested(ctx, t.lane.operator); err != nil {
		return err
	}
	end, err := t.lesson(ctx)
	if err != nil {
		return err
	}
	if t.profile != t.before && !t.backup {
		if err := r.store.PutHostProfile(ctx, t.lane.hosts[0].Name, t.profile, time.Now()); err != nil {
			return err
		}
	}
	if end != nil {
		return r.end(t.lane, *end)
	}
	if err := r.pause(t.lane, t.soonest); err != nil {
		return err
	}
	if t.lane.settle(); !t.lane.done {
		return nil
	}
	var left []validate.Answered // accepted, and the control could not be asked about
	for _, d := range t.lane.domains {
		left = append(left, d.proven()...)
	}
	return r.answer(left...)
}

// rested leaves an operator alone in later runs too, once it has refused us.
func (r *run) rested(ctx context.Context, op *operator) error {
	r.mu.Lock()
	rest, until, why := op.Stopped != "" && !op.Again.IsZero() && !op.resting, op.Again, op.Reply
	op.resting = op.resting || rest
	r.mu.Unlock()
	if !rest {
		return nil
	}
	return r.store.CoolDown(ctx, op.Operator, until, why)
}

// lesson is what a session teaches: how the host likes to be asked, and whether there is a point in going on.
// Not nil: there is none, and that answers all that is open.
func (t *hostSession) lesson(ctx context.Context) (*validate.Answer, error) {
	switch {
	case t.session == nil && t.trouble == nil: // all addresses were busy, or talked to just now
		t.soonest = later(t.soonest, time.Now().Add(t.run.prober.shorter(betweenConnections)/4))
		return nil, nil
	case t.session == nil:
		return t.noSession(ctx)
	}
	l := t.lane
	if t.heard > 0 {
		l.silences = 0
	}
	if t.slowed {
		t.soonest = later(t.soonest, time.Now().Add(t.run.prober.shorter(time.Minute<<l.waits)))
		l.waits++
	}
	if t.session.Slower() {
		t.profile.Touchy = true
	}
	t.profile.TLS = t.profile.TLS || t.session.TLS() // it demanded that, and will again
	if t.trouble != nil && t.trouble.Kind != smtp.Held {
		return t.hungUp()
	}
	if l.share = 1; t.heard >= l.operator.rule.First && !t.slowed {
		t.profile.Tolerant = true
	}
	return nil, nil
}

// hungUp learns from a session that the host ended.
func (t *hostSession) hungUp() (*validate.Answer, error) {
	l, trouble := t.lane, t.trouble
	switch {
	case trouble.Kind == smtp.TLSFailed:
		t.profile.Plain = true
	case trouble.WantsTLS():
		t.profile.TLS = true
	case trouble.Kind == smtp.Closed || trouble.Kind == smtp.TimedOut:
		t.profile.Touchy = true
		l.share = min(2*l.share, 8)
	}
	if trouble.Reply.Code != 0 && len(l.domains) > 0 {
		c := t.context(trouble.Stage, "")
		if f := reply.Classify(trouble.Reply, c); f.Class == reply.SenderBlocked {
			if err := t.run.answer(t.run.aboutUs(l.domains[0], trouble.Reply, c, f)...); err != nil {
				return nil, err
			}
		}
	}
	if t.heard > 0 {
		return nil, nil
	}
	return t.silent(), nil
}

// noSession learns from a host that could not be talked to.
func (t *hostSession) noSession(ctx context.Context) (*validate.Answer, error) {
	trouble := t.trouble
	switch trouble.Kind {
	case smtp.Unreachable, smtp.NoEgress, smtp.TimedOut, smtp.Closed:
		if absent(trouble) {
			t.unreachable(ctx)
		}
	case smtp.Refused:
		c := t.context(trouble.Stage, "")
		f := reply.Classify(trouble.Reply, c)
		if !f.Permanent {
			return t.busy(), nil
		}
		if err := t.run.answer(t.run.aboutUs(t.lane.domains[0], trouble.Reply, c, f)...); err != nil {
			return nil, err
		}
		return t.unwelcome(), t.run.rested(ctx, t.lane.operator)
	}
	return t.silent(), nil
}

// silent gives a silent host another chance or two.
func (t *hostSession) silent() *validate.Answer {
	l := t.lane
	chance := time.Now().Add(t.run.prober.shorter(betweenChances))
	if l.silences++; l.silences < mostSilences && !chance.After(t.run.prober.patience()) {
		t.soonest = later(t.soonest, chance)
		return nil
	}
	t.profile.Greeted = false
	return &validate.Answer{Status: validate.Silent, Detail: t.trouble.Error(), Host: t.trouble.Host.Name,
		Again: time.Now().Add(t.run.prober.shorter(nextRun))}
}

const (
	mostSilences   = 3
	betweenChances = 20 * time.Second
)

// busy waits for a host that has no time at present.
func (t *hostSession) busy() *validate.Answer {
	l := t.lane
	until := time.Now().Add(t.run.prober.shorter(time.Minute << l.waits))
	if l.waits++; l.waits <= slowDowns && !until.After(t.run.prober.patience()) {
		t.soonest = later(t.soonest, until)
		return nil
	}
	return t.unwelcome()
}

// unwelcome is what was said to us before any recipient could be named, as the answer to all of them.
func (t *hostSession) unwelcome() *validate.Answer {
	return &validate.Answer{Status: validate.Said, Text: smtp.Redact(t.trouble.Reply, t.context(t.trouble.Stage, "")),
		Stage: t.trouble.Stage,
		Host:  t.trouble.Host.Name, Sender: t.run.prober.Client.From,
		Again: time.Now().Add(t.run.prober.shorter(nextRun))}
}
