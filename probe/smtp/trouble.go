package smtp

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/prebounce/prebounce/validate/reply"
)

// Kind is what went wrong, by what the caller can do about it. The set is closed.
type Kind uint8

const (
	Invalid   Kind = iota // the caller's mistake: a name or address that must not be sent. Nothing was
	Forbidden             // an address that no mail host of the internet has; it was not dialled
	Canceled              // the context ended; says nothing about the host
	// the fault is at our end: no route, no such local address, the proxy, a local rule. Says nothing about the host
	NoEgress
	Unreachable // no connection, or none in time
	Refused     // the host's greeting, or its reply to EHLO or MAIL, is a no
	Closed      // 421, or the connection ended or was reset; Reply is the host's last word, if it had one
	TimedOut    // connected, but a reply did not come in time
	TLSFailed   // the TLS handshake failed; without TLS it may work (see [Host.Plain])
	NoTLS       // the host demands TLS and won't or may not have it
	NoUTF8      // SMTPUTF8 is needed and not offered; the question was not put
	Held        // our own ration ([Session.Ration]) was spent; the question was not put
	Nonsense    // no SMTP, more than anybody needs to say, or replies that can't be told apart
)

var kindNames = [...]string{
	"invalid", "forbidden", "canceled", "no_egress", "unreachable", "refused", "closed", "timed_out",
	"tls_failed", "no_tls", "no_utf8", "held", "nonsense",
}

func (k Kind) String() string {
	if int(k) >= len(kindNames) {
		return fmt.Sprintf("kind(%d)", uint8(k))
	}
	return kindNames[k]
}

// Trouble is why a conversation, or a transaction, went no further. After [Refused] (of MAIL), [NoTLS],
// [NoUTF8], [Held] and [Invalid] the session may be used again; [Session.Ended] tells.
type Trouble struct {
	Kind Kind
	Host Host
	// the command that it came at: STARTTLS counts as EHLO, and RSET, which makes way for the next one, as MAIL
	Stage   reply.Stage
	Command string      // its name in words: "greeting", "EHLO", "RCPT"; "connect" before there is a connection
	Reply   reply.Reply // what the host said; zero if nothing. It is about us or the session, never about a recipient
	Err     error       // what the system or the check said; nil if Reply says it
}

// Error tells people what happened. The text of the reply is not part of it: it is the host's, and may hold addresses.
func (t *Trouble) Error() string {
	parts := []string{t.Host.String() + ": " + t.what()}
	if codes := t.codes(); codes != "" {
		parts[0] += " (" + codes + ")"
	}
	if t.Err != nil {
		parts = append(parts, t.Err.Error())
	}
	return strings.Join(parts, ": ")
}

func (t *Trouble) Unwrap() error { return t.Err }

// Is makes what the end of a context broke off match [context.Canceled], whatever the system called it.
func (t *Trouble) Is(target error) bool {
	return t.Kind == Canceled && target == context.Canceled && !errors.Is(t.Err, context.DeadlineExceeded)
}

func (t *Trouble) codes() string {
	codes := t.Reply
	codes.Lines = nil
	return codes.String()
}

func (t *Trouble) what() string {
	switch t.Kind {
	case Invalid:
		return "can't be asked this"
	case Forbidden:
		return "not a public address"
	case Canceled:
		return "interrupted at " + t.Command
	case NoEgress:
		return "no way out from here"
	case Unreachable:
		return "no connection"
	case Refused:
		return "refused us at " + t.Command
	case Closed:
		return "ended the session at " + t.Command
	case TimedOut:
		return "no reply in time to " + t.Command
	case TLSFailed:
		return "the TLS handshake failed"
	case NoTLS:
		return "demands TLS, which can't be had"
	case NoUTF8:
		return "does not take UTF-8 addresses"
	case Held:
		return "was asked enough for now"
	}
	return "does not speak SMTP as it should, at " + t.Command
}

// WantsTLS tells that the host's last word was that it takes nothing without TLS. If the session was not
// under TLS and has ended, the next one needs [Host.TLS].
func (t *Trouble) WantsTLS() bool { return demandsTLS(t.Reply) }

// Host is a mail host to talk to.
type Host struct {
	Name  string // for TLS and for people; nothing is looked up
	Addr  netip.Addr
	Plain bool // never start TLS, since a handshake failed before
	TLS   bool // start TLS at once, since the host hung up on us without; otherwise only when it is demanded
}

func (h Host) String() string {
	if h.Name == "" {
		return h.Addr.String()
	}
	return fmt.Sprintf("%s (%s)", h.Name, h.Addr)
}
