package probe

import (
	"context"
	"strings"
	"time"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/reply"
)

// heard is a reply with the recipient it is about.
type heard struct {
	asked
	said    reply.Reply
	address string
	place   int // in its transaction
	context reply.Context
}

// hear takes note of one reply about one recipient: what is found, if it isn't to be asked again.
func (t *hostSession) hear(ctx context.Context, h heard) ([]validate.Answered, error) {
	h.context = t.context(reply.RCPT, h.address)
	f := reply.Classify(h.said, h.context)
	if t.again(h, f) {
		return nil, nil
	}
	return t.hearing(h.kind)(ctx, h, f)
}

// hearing is who takes note of a reply that stands.
func (t *hostSession) hearing(k kind) func(context.Context, heard, reply.Finding) ([]validate.Answered, error) {
	return [...]func(context.Context, heard, reply.Finding) ([]validate.Answered, error){
		contact: t.contact, control: t.control, knownGood: t.knownGood, postmaster: t.postmaster,
	}[k]
}

// again puts a recipient back whose reply says nothing of it yet; false if this is the last word.
func (t *hostSession) again(h heard, f reply.Finding) bool {
	switch {
	case tooMany(h.said) && h.place > 0:
		t.profile.Recipients = h.place
		t.lane.giveBack([]asked{h.asked})
		return true
	case f.Permanent:
		return false
	case f.Class == reply.RateLimited && f.Subject != reply.Mailbox && t.lane.waits < slowDowns:
		t.slowed = true
		t.lane.giveBack([]asked{h.asked})
		return true
	case f.Class == reply.Greylisted || f.Class == reply.Temporary || f.Class == reply.RateLimited:
		return t.putOff(h.asked)
	}
	return false
}

// tooMany reports whether the transaction held more recipients than the host takes, which says nothing of the one it
// answers (RFC 5321 §4.5.3.1.10).
func tooMany(said reply.Reply) bool {
	const words = "too many recipients"
	enhanced := said.Enhanced.Subject == 5 && said.Enhanced.Detail == 3
	return said.Code == 452 && (enhanced || strings.Contains(strings.ToLower(said.Text()), words))
}

// putOff leaves a recipient for a later round of its domain; false if there is none, or patience ends before.
func (t *hostSession) putOff(a asked) bool {
	if int(a.tries) >= len(rounds) {
		return false
	}
	due := time.Now().Add(t.run.prober.shorter(rounds[a.tries]))
	if due.After(t.run.prober.patience()) {
		return false
	}
	a.tries++
	a.domain.putOff(a.pending, due)
	t.lane.queue(a.domain)
	return true
}

// rounds: soon, for hosts that only serve who comes twice (postscreen); after the usual five minutes of greylisting;
// and once more.
var rounds = [...]time.Duration{5 * time.Second, 310 * time.Second, 20 * time.Minute}

// contact makes an answer of a reply about a recipient of the list.
func (t *hostSession) contact(ctx context.Context, h heard, f reply.Finding) ([]validate.Answered, error) {
	found := t.fact(h.asked, h.said, h.context)
	if !f.Permanent && f.Class != reply.Accepted {
		found.Again = time.Now().Add(t.run.prober.shorter(nextRun))
	}
	if t.backup {
		return t.backupSaid(h.domain, found, f), nil
	}
	t.lane.alike.hear(found, f)
	switch {
	case f.Class == reply.Accepted:
		return t.welcomed(ctx, h.domain, found)
	case againstUs(f):
		found.Again = time.Now().Add(t.run.prober.shorter(restAfterBlock))
		return append([]validate.Answered{found}, t.run.aboutUs(h.domain, h.said, h.context, f)...), nil
	case found.EdgeRefusal():
		found = t.proofs(h.domain).refused(found)
		t.wantControl(h.domain)
	case f.Class.Removes():
		h.domain.against = 0
		t.refused(found.ID)
	}
	return []validate.Answered{found}, nil
}

// welcomed sees to a recipient that was accepted, and to what that proves of others.
func (t *hostSession) welcomed(ctx context.Context, d *domain, found validate.Answered) ([]validate.Answered, error) {
	d.against = 0
	proven := t.proofs(d).took(found.Host)
	err := t.accepted(ctx, d, &found)
	t.wantControl(d)
	return append(proven, found), err
}

// nextRun is how long what can't be answered at present is left to a later run.
const nextRun = time.Hour

// fact is what was said about a recipient, without addresses.
func (t *hostSession) fact(a asked, said reply.Reply, c reply.Context) validate.Answered {
	host := smtp.Host{}
	if t.session != nil {
		host = t.session.Host()
	} else if t.trouble != nil {
		host = t.trouble.Host
	}
	return t.run.answered(t.lane, a.pending, validate.Answer{
		Status: validate.Said, Text: smtp.Redact(said, c), Stage: c.Stage, Host: host.Name, Sender: c.Sender,
	})
}

// context is what is known of a reply besides its words.
func (t *hostSession) context(stage reply.Stage, recipient string) reply.Context {
	return reply.Context{Stage: stage, Operator: t.lane.operator.Operator, Sender: t.run.prober.Client.From,
		Recipient: recipient}
}

// refused notes a refusal that has to be taken back should the operator turn out to be talking about us.
func (t *hostSession) refused(id uint32) {
	t.run.mu.Lock()
	defer t.run.mu.Unlock()
	t.lane.operator.refused = append(t.lane.operator.refused, id)
}

// unheard sees to the recipients of a transaction that were not answered.
func (t *hostSession) unheard(rest []asked) []validate.Answered {
	trouble := t.trouble
	switch trouble.Kind {
	case smtp.NoUTF8, smtp.Invalid:
		t.trouble = nil // the session goes on
		return t.each(rest, validate.Answer{
			Status: validate.Unaskable, Detail: "the host takes no such local parts", Host: trouble.Host.Name,
		})
	case smtp.Held:
		t.lane.giveBack(rest)
		return nil
	case smtp.NoTLS:
		return t.each(rest, validate.Answer{Status: validate.Silent, Detail: trouble.Error(), Host: trouble.Host.Name})
	case smtp.Refused:
		return t.refusedAtMail(rest)
	}
	if t.heard == 0 { // otherwise what was said before is why
		rest[0].hung++
	}
	if rest[0].hung < mostHungUp {
		t.lane.giveBack(append(rest[1:], rest[0]))
		return nil
	}
	t.lane.giveBack(rest[1:])
	return t.each(rest[:1], validate.Answer{Status: validate.Silent, Detail: trouble.Error(), Host: trouble.Host.Name})
}

// mostHungUp is how often a host may hang up when a recipient's turn comes.
const mostHungUp = 3

// refusedAtMail sees to a transaction whose MAIL was refused: that is about our sender, or about too much for now.
func (t *hostSession) refusedAtMail(rest []asked) (found []validate.Answered) {
	said := t.trouble.Reply
	c := t.context(reply.MAIL, "")
	f := reply.Classify(said, c)
	if !f.Permanent {
		late := rest
		rest = nil
		for _, a := range late {
			if !t.putOff(a) {
				rest = append(rest, a)
			}
		}
	}
	for _, a := range rest {
		if a.kind == contact {
			found = append(found, t.fact(a, said, c))
		}
	}
	if f.Permanent {
		found = append(found, t.run.aboutUs(rest[0].domain, said, c, f)...)
	}
	return found
}

// each gives recipients of the list the same answer.
func (t *hostSession) each(all []asked, a validate.Answer) (found []validate.Answered) {
	for _, one := range all {
		if one.kind == contact {
			found = append(found, t.run.answered(t.lane, one.pending, a))
		}
	}
	return found
}
