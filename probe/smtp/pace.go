package smtp

import "time"

// delay is how much later replies come when a host has begun to slow us down. Postfix adds a second; no clock
// hits that exactly.
const delay = 800 * time.Millisecond

// pace is how long replies take.
type pace struct {
	hello  time.Duration // to EHLO
	first  time.Duration // to the first three of MAIL and RCPT: the longest
	heard  int
	latest time.Duration // since the latest write: the longest to MAIL and RCPT
	reset  time.Duration // to the latest RSET
}

func (p *pace) begin() { p.latest = 0 }

func (p *pace) note(v *verb, took time.Duration) {
	switch v {
	case &ehlo, &helo:
		p.hello = took
	case &rset:
		p.reset = took
	case &mail, &rcpt:
		if p.heard++; p.heard <= 3 {
			p.first = max(p.first, took)
		}
		p.latest = max(p.latest, took)
	}
}

// slower compares replies to what needs looking up with the first of these, since a host may have to ask
// another one. RSET needs nothing of the sort: it shows the delays of a host that holds all replies to a
// batch back from the first batch on.
func (p *pace) slower() bool { return p.latest >= p.first+delay || p.reset >= p.hello+delay }
