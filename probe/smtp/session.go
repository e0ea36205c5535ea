package smtp

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/prebounce/prebounce/validate/reply"
)

// Session is a conversation with one host. It is not for use by several goroutines at once.
type Session struct {
	client   *Client
	host     Host
	timeouts Timeouts
	wire     *wire
	pace     pace

	greeting reply.Reply
	echo     string
	offers   map[string]bool

	secure   bool // under TLS
	standing bool // a transaction stands open: MAIL was accepted
	ended    bool // nothing more can be asked
	closed   bool
	left     bool // the host has taken leave, or hung up

	refusals, transactions, resets int
	ration                         func(ctx context.Context, n int) (leave int, last bool) // nil: no end of it
	hearer                         func([]reply.Reply)                                     // of this Ask; nil: nobody
}

// Host is whom the session was opened with.
func (s *Session) Host() Host { return s.host }

// Greeting is what the host said first.
func (s *Session) Greeting() reply.Reply { return s.greeting }

// Echo is the first line of the latest reply to EHLO, without its code. Many hosts name there the address
// that they see us come from.
func (s *Session) Echo() string { return s.echo }

// Offers reports whether the latest reply to EHLO has the extension, such as "PIPELINING". Under TLS it may
// differ from before.
func (s *Session) Offers(extension string) bool { return s.offers[strings.ToUpper(extension)] }

// UTF8 reports whether UTF-8 local parts can be asked about (RFC 6531).
func (s *Session) UTF8() bool { return s.Offers("SMTPUTF8") }

// TLS reports whether the session is under TLS.
func (s *Session) TLS() bool { return s.secure }

// Ration has leave asked for before each write that holds recipients: leave tells how many of n may go out at this
// moment, and whether they are the last of the session. Where that is none, the transaction ends with [Held]. QUIT goes
// out with the last ones where the host offers PIPELINING and has accepted a MAIL before; then the session has ended.
func (s *Session) Ration(leave func(ctx context.Context, n int) (now int, last bool)) {
	s.ration = leave
}

// Hearer has replies told while the next [Session.Ask] goes on: before each write those that came since, in order and
// without a refusal that was the last word, as the host may yet hang up with it. Ask returns them all the same.
func (s *Session) Hearer(hear func([]reply.Reply)) { s.hearer = hear }

// Ended tells that nothing more can be asked: take leave and, if there is more to ask, open another session.
func (s *Session) Ended() bool { return s.ended }

// Refusals counts the replies of this session that were a no, 4yz and 5yz, whatever they answered: hosts
// count so before they slow down or hang up.
func (s *Session) Refusals() int { return s.refusals }

// Transactions counts the MAIL commands that were accepted.
func (s *Session) Transactions() int { return s.transactions }

// Resets counts the RSET commands.
func (s *Session) Resets() int { return s.resets }

// Slower tells that the host has begun to hold its replies back: one of those to the latest write came about
// a second later than the first ones did. That starts afresh in a new session.
func (s *Session) Slower() bool { return s.pace.slower() }

// Left tells that the host has ended the session, too. Where it hasn't when we close the connection, it may still be busy
// with what we said, and count another session as a second one.
func (s *Session) Left() bool { return s.left }

// Quit takes leave, waits a moment for the host to do the same, and closes the connection. It is right after
// any trouble. Once the context has ended it only closes.
func (s *Session) Quit(ctx context.Context) {
	defer s.Close()
	if s.wire == nil {
		return
	}
	defer s.until(ctx)()
	defer s.wire.within(quit.within(&s.timeouts))()
	if s.closed || ctx.Err() != nil || s.wire.write(quit.name) != nil || s.ended {
		return
	}
	_, err := s.wire.hear()
	s.left = !errors.Is(err, os.ErrDeadlineExceeded)
}

// Close hangs up without a word.
func (s *Session) Close() {
	s.ended, s.closed = true, true
	if s.wire != nil {
		s.wire.raw.Close()
	}
}

// until makes the end of a context end the session at once.
func (s *Session) until(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { s.wire.raw.Close() })
}
