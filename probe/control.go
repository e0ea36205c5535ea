package probe

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/reply"
)

// accepted sees to it that the control of a domain is known once it took somebody, as an acceptance is worth nothing
// without.
func (t *hostSession) accepted(ctx context.Context, d *domain, found *validate.Answered) (err error) {
	if !d.tested {
		d.tested = true
		if d.control, err = t.run.store.Control(ctx, d.name, time.Now()); err != nil {
			return err
		}
		if d.control == validate.ControlUnknown {
			t.lane.askControl(d)
		}
	}
	found.Control = d.control
	switch d.control {
	case validate.ControlUnknown:
		d.unproven = append(d.unproven, *found)
	case validate.ControlRefused:
		t.run.goodFaith(t.lane.operator)
	}
	return nil
}

// askControl puts the control recipient before all others of the domain, unless it is there already.
func (l *queue) askControl(d *domain) {
	if !d.controlling {
		d.controlling = true
		l.first(d, pending{kind: control, local: madeUp()})
	}
}

// madeUp is a local part that nobody has: 16 characters without meaning, a letter first.
func madeUp() string { return "x" + strings.ToLower(rand.Text()[:15]) }

// control learns whether a domain takes anybody. Three values: what is neither a yes nor a plain no leaves it unknown.
func (t *hostSession) control(ctx context.Context, h heard, f reply.Finding) (proven []validate.Answered, err error) {
	d := h.domain
	d.controlling = false
	if t.backup { // it may accept anybody, and refuse anybody
		return d.proven(), nil
	}
	if againstUs(f) {
		return append(t.run.refusesControl(d, h.said, h.context, f), d.proven()...), nil
	}
	d.against = 0
	text := smtp.Redact(h.said, h.context)
	switch {
	case f.Class == reply.Accepted:
		d.control = validate.ControlAccepted
	case f.Permanent:
		d.control = validate.ControlRefused
		t.run.goodFaith(t.lane.operator)
		proven = t.proofs(d).controlSaid(text)
	default:
		return d.proven(), nil
	}
	err = t.run.store.PutControl(ctx, d.name, d.control, t.session.Host().Name, text, time.Now())
	return append(proven, d.proven()...), err
}

// proven are the acceptances that the control now has a meaning for.
func (d *domain) proven() []validate.Answered {
	found := d.unproven
	d.unproven = nil
	for i := range found {
		found[i].Control = d.control
	}
	return found
}

// knownGood hears of a recipient that must be accepted: where it isn't, that is about us.
func (t *hostSession) knownGood(ctx context.Context, h heard, f reply.Finding) ([]validate.Answered, error) {
	if f.Class == reply.Accepted && !t.backup {
		nobody, unproven := validate.Answered{Answer: validate.Answer{Host: t.session.Host().Name}}, h.domain.unproven
		proven, err := t.welcomed(ctx, h.domain, nobody)
		h.domain.unproven = unproven
		return proven[:len(proven)-1], err
	}
	if !f.Permanent || t.backup {
		return nil, nil
	}
	t.run.mu.Lock()
	defer t.run.mu.Unlock()
	if t.lane.operator.Stopped != "" {
		return nil, nil
	}
	return t.run.stop(t.lane.operator, smtp.Redact(h.said, h.context), f,
		"it refuses a recipient that is known to exist"), nil
}

// settle asks about postmaster@, once for a lane, where its hosts have refused everybody with the same words that
// name no cause: is it the recipients or us?
func (l *queue) settle() {
	if !l.done || l.settled || !l.alike.suspects() {
		return
	}
	l.settled, l.done = true, false
	l.first(l.domains[0], pending{kind: postmaster, local: "postmaster"})
}

// postmaster tells what the others' replies were about.
func (t *hostSession) postmaster(_ context.Context, h heard, f reply.Finding) ([]validate.Answered, error) {
	text := smtp.Redact(h.said, h.context)
	if !f.Permanent || f.Class == reply.Accepted || text != t.lane.alike.text || t.backup {
		return nil, nil
	}
	back := t.lane.alike.withdraw()
	t.run.mu.Lock()
	defer t.run.mu.Unlock()
	t.lane.operator.Withdrawn += len(back)
	return back, nil
}

// welcome puts the recipients that are known to exist before all others of their domains, where these are asked at all.
func (r *run) welcome() {
	for _, address := range r.prober.KnownGood {
		a, err := validate.Parse(address)
		if d := r.plan.domains[a.Domain]; err == nil && d != nil && d.lane.operator.rule.Ask {
			d.todo = append([]pending{{kind: knownGood, local: a.Local, utf8: a.UTF8}}, d.todo...)
		}
	}
}
