package smtp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Client opens sessions. The zero value plus HELO and From is ready; it may be used by several goroutines,
// and must not change meanwhile.
type Client struct {
	HELO string // our name, with A-labels; also an address literal
	From string // envelope sender; "" is <>
	Dial Dial   // nil: a [net.Dialer]
	Port uint16 // 0: 25

	// AllowPrivate lets it dial addresses that no mail host of the internet has: for labs.
	AllowPrivate bool

	Timeouts Timeouts
	Trace    func(Line) // if set, hears of each line, from whatever goroutine holds the session
}

// Line is a line of a conversation.
type Line struct {
	Host Host
	Sent bool
	At   time.Time
	// as it went over the wire, at most 2 KiB of it, without its end: who prints it escapes control characters
	Text string
}

// Open connects to the host, waits for the last line of its greeting, and says EHLO, or HELO where EHLO is
// not known. A host that says no gets a QUIT. Addresses that are not public are not dialled, see
// [Client.AllowPrivate]. End the session with [Session.Quit] or [Session.Close].
//
// The error is a [*Trouble], or nil.
func (c *Client) Open(ctx context.Context, h Host) (*Session, error) {
	s, t := c.begin(ctx, h)
	if t != nil {
		return nil, t
	}
	return s, nil
}

func (c *Client) begin(ctx context.Context, h Host) (*Session, *Trouble) {
	s := &Session{client: c, host: h, timeouts: c.Timeouts.orDefault()}
	conn, t := s.dial(ctx)
	if t != nil {
		return nil, t
	}
	s.wire = newWire(conn, s.timeouts.Session, s.trace())
	if t := s.open(ctx); t != nil {
		s.Quit(ctx)
		return nil, t
	}
	return s, nil
}

func (s *Session) open(ctx context.Context) *Trouble {
	defer s.until(ctx)()
	said, t := s.say(ctx, command{verb: &greeting})
	if t != nil {
		return t
	}
	s.greeting = said.reply()
	t = s.hello(ctx)
	if s.host.Plain || s.ended {
		return t
	}
	switch {
	case t != nil && demandsTLS(t.Reply):
		return s.startTLS(ctx)
	case t == nil && s.host.TLS && s.Offers("STARTTLS"):
		if t = s.startTLS(ctx); t != nil && t.Kind == NoTLS && !s.ended {
			return nil // it changed its mind; if not, it will say so again
		}
	}
	return t
}

func (s *Session) dial(ctx context.Context) (net.Conn, *Trouble) {
	at := &command{verb: &connect}
	if err := checkIdentity(s.client.HELO, s.client.From); err != nil {
		return nil, s.trouble(Invalid, at, err)
	}
	if !s.host.Addr.IsValid() {
		return nil, s.trouble(Invalid, at, errors.New("no address"))
	}
	if !s.client.AllowPrivate && !validate.Public(s.host.Addr) {
		return nil, s.trouble(Forbidden, at, nil)
	}
	dial := s.client.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	limited, cancel := context.WithTimeout(ctx, s.timeouts.Connect)
	defer cancel()
	conn, err := dial(limited, "tcp", netip.AddrPortFrom(s.host.Addr, s.port()).String())
	switch {
	case err == nil:
		return conn, nil
	case over(ctx):
		return nil, s.trouble(Canceled, at, err)
	}
	return nil, s.trouble(blames(err), at, err)
}

// over reports whether a context has ended, or is about to: connections have its deadline as well, and may be quicker.
func over(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || (ok && !time.Now().Before(deadline))
}

func (s *Session) port() uint16 {
	if s.client.Port == 0 {
		return 25
	}
	return s.client.Port
}

func (s *Session) trace() func(bool, string) {
	if s.client.Trace == nil {
		return nil
	}
	return func(sent bool, text string) {
		s.client.Trace(Line{Host: s.host, Sent: sent, At: time.Now(), Text: text})
	}
}

// hello introduces us and notes what the host offers.
func (s *Session) hello(ctx context.Context) *Trouble {
	said, t := s.say(ctx, command{verb: &ehlo, line: "EHLO " + s.client.HELO})
	if t != nil && !s.ended && (t.Reply.Code == 500 || t.Reply.Code == 502) {
		said, t = s.say(ctx, command{verb: &helo, line: "HELO " + s.client.HELO})
		said.lines = said.lines[:min(len(said.lines), 1)] // what HELO answers offers nothing
	}
	if t != nil {
		return t
	}
	s.echo, s.offers = text(said.lines[0]), map[string]bool{}
	for _, line := range said.lines[1:] {
		keyword, _, _ := strings.Cut(text(line), " ")
		s.offers[strings.ToUpper(keyword)] = true
	}
	return nil
}
