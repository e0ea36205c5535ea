package smtp

import (
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate/reply"
)

// Timeouts bound the waiting. Zero fields have the values in brackets, which real servers' delays are known to need.
type Timeouts struct {
	Connect  time.Duration // [10 s]
	Greeting time.Duration // to its last line [30 s]: some wait on purpose to see who talks early
	Command  time.Duration // the reply to EHLO, MAIL, RSET or STARTTLS, and the TLS handshake [10 s]
	RCPT     time.Duration // each reply [30 s]: the host may have to ask another one
	Quit     time.Duration // [2 s]
	// all waiting for one host's replies together [5 min]; what the caller waits between questions is not part of it
	Session time.Duration
}

func (t Timeouts) orDefault() Timeouts {
	for _, f := range []struct {
		set *time.Duration
		to  time.Duration
	}{
		{&t.Connect, 10 * time.Second},
		{&t.Greeting, 30 * time.Second},
		{&t.Command, 10 * time.Second},
		{&t.RCPT, 30 * time.Second},
		{&t.Quit, 2 * time.Second},
		{&t.Session, 5 * time.Minute},
	} {
		if *f.set <= 0 {
			*f.set = f.to
		}
	}
	return t
}

// verb is a command of the conversation. These are all; there is no other way to write to a host.
type verb struct {
	name   string
	stage  reply.Stage
	yes    []int // what may be said besides no; any other code below 400 is nonsense
	within func(*Timeouts) time.Duration
}

func soon(t *Timeouts) time.Duration { return t.Command }

var (
	connect  = verb{"connect", reply.Greeting, nil, func(t *Timeouts) time.Duration { return t.Connect }}
	greeting = verb{"greeting", reply.Greeting, []int{220}, func(t *Timeouts) time.Duration { return t.Greeting }}
	ehlo     = verb{"EHLO", reply.EHLO, []int{250}, soon}
	helo     = verb{"HELO", reply.EHLO, []int{250}, soon}
	starttls = verb{"STARTTLS", reply.EHLO, []int{220}, soon}
	mail     = verb{"MAIL", reply.MAIL, []int{250}, soon}
	rset     = verb{"RSET", reply.MAIL, []int{250}, soon}
	rcpt     = verb{"RCPT", reply.RCPT, []int{250, 251, 252}, func(t *Timeouts) time.Duration { return t.RCPT }}
	quit     = verb{"QUIT", reply.StageUnknown, []int{221}, func(t *Timeouts) time.Duration { return t.Quit }}
)

func (v *verb) fits(a answer) bool { return a.negative() || slices.Contains(v.yes, a.code) }

// command is a verb and how it is written.
type command struct {
	verb      *verb
	line      string
	recipient string // of RCPT
}
