package probe

import (
	"time"

	"github.com/prebounce/prebounce/validate"
)

// domain is one domain of a lane, with the questions still open.
type domain struct {
	name string
	lane *queue
	todo []pending // to be asked about now
	late []pending // put off by the host; asked about together, at due
	due  time.Time // of late

	ready, waits bool // stands in the lane's queue of that name

	control     validate.Control
	tested      bool                // the control was asked about in this run, or remembered
	unproven    []validate.Answered // accepted before the control was known
	taken       []validate.Answered // accepted in an earlier run, before the control was known
	against     int                 // replies about us without a name, since a reply that told recipients apart
	controlling bool                // the control recipient is in the queue
}

// pending is one open question.
type pending struct {
	id    uint32
	tries uint8 // how often it was put off
	hung  uint8 // how often the host hung up when it was its turn
	kind  kind
	utf8  bool
	local string
}

// kind is whose question it is.
type kind uint8

const (
	contact    kind = iota // the list's
	control                // a recipient that can't exist; only asked about where somebody was accepted
	knownGood              // a recipient that is known to take mail: a refusal is about us
	postmaster             // one that must exist (RFC 5321 §4.5.1), asked about where everybody is refused alike
)

func (d *domain) add(q *validate.Question) {
	p := pending{id: q.ID, tries: uint8(min(q.Tries, 255)), utf8: q.Address.UTF8, local: q.Address.Local}
	if q.Taken != nil {
		d.taken = append(d.taken, validate.Answered{ID: q.ID, Answer: *q.Taken})
		return
	}
	if q.Again.IsZero() {
		d.todo = append(d.todo, p)
		return
	}
	d.putOff(p, q.Again)
}

// putOff leaves a question for later. A domain is asked in one pass, so the latest moment counts for all.
func (d *domain) putOff(p pending, until time.Time) {
	d.late = append(d.late, p)
	if until.After(d.due) {
		d.due = until
	}
}

// wake takes up what was put off, once it is due.
func (d *domain) wake(now time.Time) {
	if len(d.late) > 0 && !d.due.After(now) {
		d.todo, d.late, d.due = append(d.todo, d.late...), nil, time.Time{}
	}
}

func (d *domain) address(p *pending) string { return p.local + "@" + d.name }

// first puts one of our own questions before all others of the domain.
func (l *queue) first(d *domain, p pending) {
	d.todo = append([]pending{p}, d.todo...)
	if !d.ready {
		d.ready = true
		l.ready = append([]*domain{d}, l.ready...)
	}
}

// open takes the questions that are still open, if any, out of the queues' hands.
func (d *domain) open() []pending {
	all := append(d.todo, d.late...)
	d.todo, d.late = nil, nil
	return all
}
