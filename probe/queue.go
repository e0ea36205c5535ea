package probe

import (
	"net/netip"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// queue is the domains that share their mail hosts. Its questions are asked one session after the other.
type queue struct {
	operator *operator
	hosts    []validate.MailHost
	domains  []*domain

	ready    []*domain // have something to ask about now
	late     []*domain // wait for their time
	due      time.Time // of the next session
	done     bool
	estimate time.Duration // the schedule's: how long it will last

	alike    alike
	settled  bool       // postmaster@ was asked, which happens once
	silences int        // sessions in a row that gave no answer
	down     bool       // the preferred servers were down when last called, and a backup was asked
	shutOut  bool       // a backup refused us: none is asked again
	greeted  bool       // the server greeted us in an earlier run
	at       netip.Addr // of the server reached last
	stood    time.Time  // since when it has waited for another run that asks its operator
	waits    int        // times in a row that the host wanted fewer questions
	share    int        // transactions get this part of their size: 1, then 2, 4 after trouble
}

// begin sorts the domains.
func (l *queue) begin() {
	l.share = 1
	for _, d := range l.domains {
		l.queue(d)
	}
	l.rest(time.Time{})
}

// queue puts a domain where it belongs.
func (l *queue) queue(d *domain) {
	if len(d.todo) > 0 && !d.ready {
		d.ready = true
		l.ready = append(l.ready, d)
	}
	if len(d.late) > 0 && !d.waits {
		d.waits = true
		l.late = append(l.late, d)
	}
}

// wake takes up what was put off and whose time has come.
func (l *queue) wake(now time.Time) {
	waiting := l.late
	l.late = nil
	for _, d := range waiting {
		d.waits = false
		d.wake(now)
		l.queue(d)
	}
}

// rest says when the lane's next session is, not before soonest, or that there is none.
func (l *queue) rest(soonest time.Time) {
	l.due = soonest
	if len(l.ready) > 0 {
		return
	}
	if l.done = len(l.late) == 0; l.done {
		return
	}
	first := l.late[0].due
	for _, d := range l.late {
		if d.due.Before(first) {
			first = d.due
		}
	}
	l.due = later(soonest, first)
}

// left is how long the lane will last at least, at the polite pace.
func (l *queue) left() time.Duration {
	n := 0
	for _, d := range l.ready {
		n += len(d.todo)
	}
	if l.done || n == 0 {
		return 0
	}
	rule := &l.operator.rule
	return l.takes(n, (n+rule.Session-1)/rule.Session)
}

// open lists the questions that are still open and forgets them.
func (l *queue) open() (ids []pending) {
	for _, queue := range [][]*domain{l.ready, l.late} {
		for _, d := range queue {
			ids = append(ids, d.open()...)
			d.ready, d.waits = false, false
		}
	}
	l.ready, l.late, l.done = nil, nil, true
	return ids
}

// transaction is what goes after one MAIL: recipients of one domain, or of several where the operator's rule says so.
type transaction struct {
	asked []asked
	utf8  bool
}

// asked is one recipient of a transaction.
type asked struct {
	domain *domain
	pending
}

// take takes the next transaction of at most n recipients off the queues, of one domain if only isn't nil.
func (l *queue) take(n int, only *domain) (t transaction) {
	for len(l.ready) > 0 && len(t.asked) < n {
		d := l.ready[0]
		if len(d.todo) == 0 { // its domain was shut
			d.ready, l.ready = false, l.ready[1:]
			continue
		}
		if (only != nil && d != only) || (len(t.asked) > 0 && !d.todo[0].joins(t.asked[0].pending)) {
			break
		}
		k := 1
		for k < n-len(t.asked) && k < len(d.todo) && d.todo[k].joins(d.todo[0]) {
			k++
		}
		for _, p := range d.todo[:k] {
			t.asked = append(t.asked, asked{d, p})
		}
		if d.todo = d.todo[k:]; len(d.todo) > 0 {
			break
		}
		d.todo, d.ready = nil, false
		l.ready = l.ready[1:]
	}
	t.utf8 = len(t.asked) > 0 && t.asked[0].utf8
	return t
}

// joins reports whether a question may share a transaction that another one begins: a recipient that needs SMTPUTF8, and
// one of our own, goes apart from the rest, but for the control, which recipients of the list may follow.
func (p pending) joins(first pending) bool {
	return p.utf8 == first.utf8 && p.kind == contact && (first.kind == contact || first.kind == control)
}

// giveBack queues recipients that were not answered.
func (l *queue) giveBack(back []asked) {
	for _, a := range back {
		a.domain.todo = append(a.domain.todo, a.pending)
		l.queue(a.domain)
	}
}

// wants is how many recipients the lane would ask about in one go, controls included; what is beyond a session isn't
// counted.
func (l *queue) wants() int {
	n := 1
	for _, d := range l.ready {
		if n += len(d.todo) + 1; n > l.operator.rule.Session {
			break
		}
	}
	return n
}
