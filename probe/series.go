package probe

import (
	"sync"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Series is what several runs about one list have in common: how many RCPT commands are left to them, how asking goes
// at each operator, and why it was stopped. IDs of questions must be unique in it. The zero value is ready; it serves
// one run at a time.
type Series struct {
	RCPTs int // commands at most, of all runs together, controls and repeats included; 0: any number

	operators map[string]*operator
	breaker   breaker
	proofs    map[string]*proofs // by domain

	mu   sync.Mutex
	sent int
	lent int // to sessions that go on
}

func (c *Series) put(name string, op *operator) {
	if c.operators == nil {
		c.operators = make(map[string]*operator)
	}
	c.operators[name] = op
}

// lend takes up to n commands out for a session, and reports whether others may bring some back where there are none.
func (c *Series) lend(n int) (lent int, wait bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.RCPTs > 0 {
		n = max(min(n, c.RCPTs-c.sent-c.lent), 0)
	}
	wait = c.lent > 0
	c.lent += n
	return n, wait
}

// settle brings back what a session did not send of what it was lent.
func (c *Series) settle(lent, sent int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lent -= lent
	c.sent += sent
}

// afford cuts leave down to what the course has left. Where that is nothing the lane ends, unless other sessions may
// leave some over.
func (r *run) afford(l *queue, p *permit) (tooMany int, err error) {
	lent, wait := r.plan.series.lend(p.n)
	tooMany = p.n - lent
	p.n, p.lent = lent, lent
	switch {
	case lent > 0:
	case wait:
		l.rest(time.Now().Add(r.prober.shorter(time.Second)))
	default:
		err = r.end(l, validate.Answer{Status: validate.Postponed, Detail: "the RCPT commands of this run are spent"})
	}
	return tooMany, err
}
