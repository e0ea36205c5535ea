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

// Outcome is how an attempt to send a message ended.
type Outcome string

// The outcomes.
const (
	Accepted  Outcome = "accepted"
	Refused   Outcome = "refused"   // at any stage: the connection, EHLO, AUTH, MAIL, every recipient, or the message
	Abandoned Outcome = "abandoned" // the client took its leave although recipients were accepted
)

// Recipient is one that a client named.
type Recipient struct {
	Address    string   `json:"address"`
	Parameters []string `json:"parameters,omitempty"` // of RCPT (RFC 5321 §4.1.1.11)
	Accepted   bool     `json:"accepted"`
	Reply      string   `json:"reply"`
}

// Message is one attempt to send. Without Inbox only those that a host accepted are kept.
type Message struct {
	Outcome Outcome `json:"outcome"`
	Reply   string  `json:"reply"`              // the last one, which decided
	QueueID string  `json:"queue_id,omitempty"` // of an accepted message

	Host    string     `json:"host"`
	Client  netip.Addr `json:"client"`
	HELO    string     `json:"helo"`
	TLS     bool       `json:"tls"`
	Version string     `json:"tls_version,omitempty"`
	Auth    string     `json:"auth,omitempty"` // the mechanism that was tried last
	User    string     `json:"user,omitempty"` // who logged in
	From    string     `json:"from"`           // empty for the null reverse-path
	To      []string   `json:"to"`             // who was accepted

	Parameters []string    `json:"parameters,omitempty"` // of MAIL
	Recipients []Recipient `json:"recipients"`           // all that were named, in their order

	Received time.Time `json:"received"`            // by the world's clock
	Session  int       `json:"session"`             // its Session.ID
	BounceOf string    `json:"bounce_of,omitempty"` // the queue id of the message that this one returns
	Text     []byte    `json:"-"`                   // as it came, without the dots of RFC 5321 §4.5.2
}

// maxMessage bounds a message that a host without a size of its own takes.
const maxMessage = 25 << 20

// gtube is the text that filters agree to call spam: https://spamassassin.apache.org/gtube/.
const gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"

// takeMessage is DATA.
func (s *session) takeMessage(string) bool {
	s.param = "DATA"
	switch {
	case s.chunks.begun:
		return s.say("data-after-bdat")
	case !s.mail.begun:
		return s.sayNeedRcpt("data-before-mail")
	}
	s.office.recorder.change(func() { s.log.Data++ })
	if len(s.mail.rcpts) == 0 {
		return s.sayNeedRcpt("need-rcpt")
	}
	if name := s.refusedAt(s.host, "data"); name != "" {
		return s.say(name)
	}
	if d, rcpt, ok := s.demandedBy("cmd"); ok {
		return s.obey(d, rcpt)
	}
	if !s.say("data") || s.flush() != nil {
		return false
	}
	text, err := s.readMessage()
	if err != nil && !errors.Is(err, errTooBig) {
		return false
	}
	return s.answerMessage(text, err)
}

// answerMessage says what becomes of a message that was read, or of one that was too large.
func (s *session) answerMessage(text []byte, err error) bool {
	s.mail.author = auth.Author(text)
	if d, rcpt, ok := s.demandedBy("data"); ok && err == nil {
		goesOn := s.obey(d, rcpt)
		s.keepRefused(Refused, text)
		s.mail = transaction{}
		return goesOn
	}
	at, rcpt, name := s.judgeMessage(text, err != nil)
	stored := ""
	if name == "queued" {
		m := s.message(text)
		m.Outcome, m.QueueID, m.Reply = Accepted, s.queueID(), s.expand(at, at.p.text(name), rcpt.address, rcpt.box)
		if stored, err = s.keep(m); err != nil {
			name = "no-room"
			s.office.complain(fmt.Errorf("a message was refused: %w", err))
		}
	}
	goesOn := s.sayAs(at, name, rcpt.address, rcpt.box)
	switch {
	case name != "queued":
		s.keepRefused(Refused, text)
	case stored != "":
		s.kept = true
		s.office.inbox.transcribe(stored, s.office.recorder.transcript(s.log))
	}
	s.mail = transaction{}
	return goesOn
}

// demandedBy is what the client, or one of the accepted recipients, demands at a stage of DATA. The client's demand is
// about the message, not about each of its recipients.
func (s *session) demandedBy(stage string) (d demand, rcpt address, ok bool) {
	if d, ok = s.wished(stage); ok {
		return d, s.mail.rcpts[0].address, true
	}
	for _, r := range s.mail.rcpts {
		if d, ok = s.told(r, stage); ok {
			return d, r.address, true
		}
	}
	return d, rcpt, false
}

// demandedOf is what a recipient, or the client that names it, demands at RCPT.
func (s *session) demandedOf(r recipient) (d demand, ok bool) {
	if d, ok = s.wished("rcpt"); ok {
		return d, true
	}
	return s.told(r, "rcpt")
}

// told is what a recipient demands at a stage.
func (s *session) told(r recipient, stage string) (d demand, ok bool) {
	if r.box.Kind != Told {
		return d, false
	}
	return s.meet(wish{r.box.Reply, r.text, "rcpt"}, stage)
}

// abandon ends a transaction that came to nothing. One that named nobody leaves no trace.
func (s *session) abandon() {
	switch {
	case s.mail.begun && len(s.mail.rcpts) > 0:
		s.keepRefused(Abandoned, nil)
	case s.mail.begun && len(s.mail.tried) > 0:
		s.keepRefused(Refused, nil)
	}
	s.mail, s.chunks = transaction{}, chunks{}
}

// keepRefused notes an attempt that failed, with the message if there was one.
func (s *session) keepRefused(outcome Outcome, text []byte) {
	if s.office.inbox.dir == nil {
		return
	}
	s.kept = true
	m := s.message(text)
	m.Outcome, m.Reply = outcome, s.last
	// whatever a DATA that was pipelined got
	if tried := s.mail.tried; outcome == Refused && len(s.mail.rcpts) == 0 && len(tried) > 0 {
		m.Reply = tried[len(tried)-1].Reply
	}
	s.mail.draft = s.office.inbox.addRefused(s.mail.draft, m, s.office.recorder.transcript(s.log))
}

// judgeMessage names the reply to a message: what any of its hosts and mailboxes has against it, else that it
// is queued.
func (s *session) judgeMessage(text []byte, tooBig bool) (at *mailHost, rcpt recipient, name string) {
	verdict := sync.OnceValue(func() auth.Verdict { return s.authenticate(text) })
	for _, r := range s.mail.rcpts {
		p, unauthentic := &r.host.p, ""
		if len(p.check) > 0 && s.user == "" { // who has logged in is believed
			unauthentic = p.unauthentic(verdict())
		}
		switch {
		case tooBig, p.size > 0 && len(text) > p.size:
			return r.host, r, "too-big"
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
	s.conn.SetReadDeadline(time.Now().Add(idle))
	text, err := readDots(s.in, s.maxSize())
	if err == nil {
		s.office.recorder.line(s.log, true, s.held, fmt.Sprintf("(%d octets)", len(text)))
	}
	return text, err
}

// message is what an inbox keeps.
func (s *session) message(text []byte) Message {
	m := Message{
		Host: s.log.Host, Client: s.client, HELO: s.helo, TLS: s.tls, Version: s.version, Auth: s.mechanism,
		User: s.user,
		From: s.mail.sender.text, Received: s.office.clock.now(), Session: s.log.ID, Text: text, To: []string{},
		Parameters: s.mail.params, Recipients: append([]Recipient{}, s.mail.tried...),
	}
	for _, r := range s.mail.rcpts {
		m.To = append(m.To, r.text)
	}
	return m
}
