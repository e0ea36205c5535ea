package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/prebounce/prebounce/probe/auth"
)

// Message is one that a host accepted.
type Message struct {
	Host     string     `json:"host"`
	Client   netip.Addr `json:"client"`
	HELO     string     `json:"helo"`
	TLS      bool       `json:"tls"`
	User     string     `json:"user,omitempty"` // who logged in
	From     string     `json:"from"`           // empty for the null reverse-path
	To       []string   `json:"to"`
	Received time.Time  `json:"received"` // by the world's clock
	Session  int        `json:"session"`  // its Session.ID
	Text     []byte     `json:"-"`        // as it came, without the dots of RFC 5321 §4.5.2
}

// maxMessage bounds a message that a host without a size of its own takes.
const maxMessage = 25 << 20

// gtube is the text that filters agree to call spam: https://spamassassin.apache.org/gtube/.
const gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"

// takeMessage is DATA.
func (s *session) takeMessage(string) bool {
	if !s.mail.begun {
		return s.say("need-mail")
	}
	s.recorder.change(func() { s.log.Data++ })
	if len(s.mail.rcpts) == 0 {
		return s.say("need-rcpt")
	}
	if name := s.refusedAt(s.host, "data"); name != "" {
		return s.say(name)
	}
	if !s.say("data") || s.flush() != nil {
		return false
	}
	text, err := s.readMessage()
	if err != nil && !errors.Is(err, errTooBig) {
		return false
	}
	s.mail.author = auth.Author(text)
	at, rcpt, name := s.judgeMessage(text, err != nil)
	stored := ""
	if name == "queued" {
		if stored, err = s.inbox.add(s.message(text)); err != nil {
			name = "no-room"
		}
	}
	goesOn := s.sayAs(at, name, rcpt.address, rcpt.box)
	if stored != "" {
		s.inbox.transcribe(stored, s.recorder.transcript(s.log))
	}
	s.mail = transaction{}
	return goesOn
}

// judgeMessage names the reply to a message: what any of its hosts and mailboxes has against it, else that it is queued.
func (s *session) judgeMessage(text []byte, tooBig bool) (at *mailHost, rcpt recipient, name string) {
	verdict := sync.OnceValue(func() auth.Verdict { return s.authenticate(text) })
	for _, r := range s.mail.rcpts {
		p, late, unauthentic := &r.host.p, "", ""
		if d, ok := demanded(r.box.Reply); ok && r.box.Kind == Told {
			late = d.reply
		}
		if len(p.check) > 0 && s.user == "" { // who has logged in is believed
			unauthentic = p.unauthentic(verdict())
		}
		switch {
		case tooBig, p.size > 0 && len(text) > p.size:
			return r.host, r, "too-big"
		case late != "":
			return r.host, r, late
		case p.says["after-data"] != "":
			return r.host, r, "after-data"
		case unauthentic != "":
			return r.host, r, unauthentic
		case bytes.Contains(text, []byte(gtube)):
			return r.host, r, "spam"
		case p.verify == "data" && p.verdict(r.box, "data") != "rcpt":
			return r.host, r, p.verdict(r.box, "data")
		}
	}
	return s.host, s.mail.rcpts[0], "queued"
}

var errTooBig = errors.New("too big")

// readMessage reads to the dot that ends it.
func (s *session) readMessage() ([]byte, error) {
	size := s.host.p.size
	if size <= 0 || size > maxMessage {
		size = maxMessage
	}
	s.conn.SetReadDeadline(time.Now().Add(idle))
	text, err := readDots(s.in, size)
	if err == nil {
		s.recorder.line(s.log, true, s.held, fmt.Sprintf("(%d octets)", len(text)))
	}
	return text, err
}

// message is what an inbox keeps.
func (s *session) message(text []byte) Message {
	m := Message{
		Host: s.log.Host, Client: s.client, HELO: s.helo, TLS: s.tls, User: s.user,
		From: s.mail.sender.text, Received: s.clock.now(), Session: s.log.ID, Text: text,
	}
	for _, r := range s.mail.rcpts {
		m.To = append(m.To, r.text)
	}
	return m
}
