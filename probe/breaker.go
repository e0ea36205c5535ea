package probe

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/known"
	"github.com/prebounce/prebounce/validate/reply"
)

// operator is how asking goes at one operator. What the schedule keeps is the schedule's; the rest is guarded by the
// run.
type operator struct {
	validate.Asking
	rule Rule

	busy    int      // the schedule's: lanes at work
	open    int      // the schedule's: lanes that are not done
	waiting []*queue // the schedule's

	named       int      // replies that name us, since the last proof of good faith
	refused     []uint32 // refusals since then, to be withdrawn
	resting     bool     // the store knows that it is to be left alone
	leased      bool     // it is ours to ask, until the lease ends
	leasedUntil time.Time
}

// breaker stops asking where we turn out to be unwelcome (the numbers are judgement, none of them was measured).
type breaker struct {
	why  string // not empty: everything is stopped
	port port
}

const (
	namedTwice     = 2   // replies that name us, until an operator is stopped
	tiedTwice      = 2   // replies about us without a name, until the control recipient shows whether they are
	bigStopped     = 2   // big operators stopped, until everything is
	enoughLanes    = 20  // operators, for a share of them to mean anything
	shareOfStopped = 0.1 // of the operators
)

// againstUs reports whether a reply refuses us, whoever the recipient is.
func againstUs(f reply.Finding) bool {
	refused := f.Class == reply.ProtocolProblem || f.Class == reply.ContentRejected
	return f.Class == reply.SenderBlocked || (f.Permanent && refused)
}

// aboutUs takes note of a reply about us and tells what has to be withdrawn for it. One that names nobody may be about
// a single recipient, such as a list for its members: then the control recipient shows whether everybody is refused
// so.
func (r *run) aboutUs(d *domain, said reply.Reply, c reply.Context, f reply.Finding) []validate.Answered {
	r.mu.Lock()
	defer r.mu.Unlock()
	op := d.lane.operator
	if r.names(said, f) {
		return r.named(op, said, c, f)
	}
	switch d.against++; {
	case d.against < tiedTwice:
		return nil
	case c.Stage == reply.RCPT:
		d.lane.askControl(d)
		return nil
	}
	return r.shut(d)
}

// named counts a reply that names us. Before a recipient was named, once is enough. The run is locked.
func (r *run) named(op *operator, said reply.Reply, c reply.Context, f reply.Finding) []validate.Answered {
	if op.named++; c.Stage < reply.MAIL {
		op.named = namedTwice
	}
	if op.named < namedTwice || op.Stopped != "" {
		return nil
	}
	return r.stop(op, smtp.Redact(said, c), f, "it refuses us, not the recipients")
}

// refusesControl takes note of a reply about us to the control recipient: where contacts got such replies, nobody gets
// others.
func (r *run) refusesControl(d *domain, said reply.Reply, c reply.Context, f reply.Finding) []validate.Answered {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.names(said, f):
		return r.named(d.lane.operator, said, c, f)
	case d.against >= tiedTwice:
		return r.shut(d)
	}
	return nil
}

// shut ends asking about a domain whose hosts refuse us for its sake. The run is locked.
func (r *run) shut(d *domain) (found []validate.Answered) {
	now := time.Now()
	for _, p := range d.open() {
		if p.kind == contact {
			found = append(found, validate.Answered{ID: p.id, Answer: validate.Answer{
				Status: validate.Postponed, Operator: d.lane.operator.Operator,
				Detail: "the host refuses us for this domain",
				Tries:  int(p.tries), At: now, Again: now.Add(r.prober.shorter(restAfterBlock)),
			}})
		}
	}
	d.lane.operator.Postponed += len(found)
	return append(found, d.proven()...)
}

// names reports whether a reply names us, a block list, or the address of a client, which is ours even if we don't
// know it by that address.
func (r *run) names(said reply.Reply, f reply.Finding) bool {
	if f.List != "" {
		return true
	}
	text := strings.ToLower(said.Text())
	for _, own := range r.own {
		if own != "" && strings.Contains(text, strings.ToLower(own)) {
			return true
		}
	}
	return f.Class == reply.SenderBlocked && namesClient(text)
}

// namesClient reports whether a refusal speaks of an IP address. What another host said to the one that we talk to is
// about that one.
func namesClient(text string) bool {
	if strings.Contains(text, "said:") {
		return false
	}
	for _, word := range strings.FieldsFunc(text,
		func(c rune) bool { return strings.ContainsRune(" \t\r\n[]()<>,;'\"=", c) }) {
		if _, err := netip.ParseAddr(strings.TrimPrefix(strings.TrimRight(word, ".:!"), "ipv6:")); err == nil {
			return true
		}
	}
	return false
}

// stop ends asking at an operator. The run is locked.
func (r *run) stop(op *operator, said string, f reply.Finding, why string) []validate.Answered {
	op.Stopped, op.Reply, op.BlockList = why, said, f.List
	op.Again = time.Now().Add(r.prober.shorter(restAfterBlock))
	r.breaker.why = cmp.Or(r.breaker.why, StopAll(r.report()))
	return op.withdraw(why)
}

// withdraw takes back the refusals since the last proof of good faith.
func (op *operator) withdraw(why string) []validate.Answered {
	back := make([]validate.Answered, len(op.refused))
	for i, id := range op.refused {
		back[i] = validate.Answered{ID: id, Answer: validate.Answer{
			Status: validate.Withdrawn, Detail: why, Operator: op.Operator, At: time.Now(), Again: op.Again,
		}}
	}
	op.Withdrawn += len(back)
	op.refused = nil
	return back
}

// StopAll says why nobody may be asked any more, by how asking went at each operator, or "": two of them name one block
// list, several big ones refuse us, or a good part of them does.
func StopAll(asked []validate.Asking) string {
	stopped, big, lists := 0, 0, make(map[string]string)
	for _, a := range asked {
		if a.Stopped == "" || strings.HasPrefix(a.Stopped, validate.StoppedEverywhere) {
			continue
		}
		stopped++
		if _, ok := known.OperatorNamed(a.Operator); ok {
			big++
		}
		if other, ok := lists[a.BlockList]; ok && a.BlockList != "" {
			return fmt.Sprintf("%s and %s both name the block list %s", other, a.Operator, a.BlockList)
		}
		lists[a.BlockList] = a.Operator
	}
	switch {
	case big >= bigStopped:
		return fmt.Sprintf("%d big operators refuse us", big)
	case len(asked) >= enoughLanes && float64(stopped) > shareOfStopped*float64(len(asked)):
		return fmt.Sprintf("%d of %d operators refuse us", stopped, len(asked))
	}
	return ""
}

// stopped returns why an operator isn't asked any more, or "".
func (r *run) stopped(op *operator) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.breaker.judgePort()
	if op.Stopped == "" && r.breaker.why != "" {
		op.Stopped = validate.StoppedEverywhere + r.breaker.why
	}
	return op.Stopped
}

// goodFaith notes that an operator tells recipients apart when we ask: what it refused so far stands.
func (r *run) goodFaith(op *operator) {
	r.mu.Lock()
	defer r.mu.Unlock()
	op.named, op.refused = 0, nil
}
