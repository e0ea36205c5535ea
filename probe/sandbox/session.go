package sandbox

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// session is one connection at work. go-smtp answers in order, at once and in its own words, and speaks for a
// user's back end; a server that is to hold replies back, break off in the middle, talk too much or not at
// all has to write its own lines, as this one does.
type session struct {
	office *postOffice
	host   *mailHost // whose words and limits hold for the session
	conn   net.Conn
	in     *bufio.Reader
	out    *bufio.Writer
	log    *Session
	client netip.Addr

	before int // how many sessions the client had when it came
	helo   string
	user   string // who logged in
	tls    bool

	version, mechanism string        // of TLS and of AUTH
	last               string        // the reply that was said last
	param              string        // the parameter of MAIL or RCPT that was read last, or the command
	params             string        // all parameters before that one, too
	refusal            string        // the first reply that refused something
	kept               bool          // the inbox holds an attempt of this session
	early              bool          // it spoke before it was its turn
	strange            bool          // it has yet to pass the deep tests
	secret             bool          // what comes is part of a password
	held               time.Duration // see Line

	// errors; RSET, NOOP and VRFY; refused recipients, since RSET too; all recipients
	bad, idle, badRcpts, throttled, asked int
	domain                                string // the first recipient's
	mail                                  transaction
	wishes                                []wish // of the name said at EHLO
	login                                 string // the name said at AUTH, whether it was let in or not

	extended          bool // it began with EHLO
	chunks            chunks
	path              path   // of MAIL or RCPT, for what is said of its faults
	whose             string // sender or recipient
	unknowns, strikes int    // unknown commands; errors of syntax or order
	lastVerb          string
	rcptsRefused      []string // the replies to RCPT since MAIL, while all were refusals
}

// transaction is what MAIL begins.
type transaction struct {
	begun  bool
	sender address
	params []string
	tried  []Recipient
	draft  string // what the attempt is called in the inbox, which keeps it as refused until it has come to something

	rcptParams []string // of the present RCPT
	wishes     []wish   // of the sender

	utf8   bool
	prdr   bool // a reply for each recipient
	asked  int
	rcpts  []recipient
	author string // the domain of From, once there is a message
}

// recipient is an accepted one.
type recipient struct {
	address
	host   *mailHost
	box    Mailbox
	params []string
}

const (
	maxLine = 4096            // octets of a command; RFC 5321 §4.5.3.1.4 asks for 512 and extensions need more
	idle    = 5 * time.Minute // RFC 5321 §4.5.3.2.7
)

func (s *session) serve() {
	defer func() { s.conn.Close() }() // by then it may be another one, with TLS
	s.in, s.out = bufio.NewReaderSize(s.conn, maxLine), bufio.NewWriter(s.conn)
	if s.host.p.tlsFirst && !s.handshake(true) {
		s.leave()
		return
	}
	if s.greet() {
		for s.command() {
		}
	}
	s.leave()
	s.flush()
}

// leave notes the end, before the client reads the last words and comes again.
func (s *session) leave() {
	s.abandon()
	if !s.kept && s.refusal != "" {
		s.last = s.refusal
		s.keepRefused(Refused, nil)
	}
	s.office.recorder.end(s.log)
	s.office.memory(s.host).of(s.client, func(v *visitor) { v.open-- })
}

// command answers one command and reports whether the session goes on.
func (s *session) command() bool {
	line, err := s.readLine()
	if errors.Is(err, bufio.ErrBufferFull) { // Postfix and Exim take what they have room for
		if s.host.p.says["long-line"] != "" {
			return s.say("long-line")
		}
		err = nil
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return s.say("timeout")
	}
	if err != nil {
		return false
	}
	if s.host.p.looseWords {
		line = strings.TrimSpace(strings.ReplaceAll(line, "\t", " "))
	}
	verb, arg, _ := strings.Cut(line, " ")
	if s.host.p.hard > 0 && s.bad >= s.host.p.hard {
		return s.say("errors")
	}
	if s.host.p.pipelining == "strict" && s.in.Buffered() > 0 {
		s.say("pipelined")
		return false
	}
	verb, arg = strings.ToUpper(verb), strings.TrimSpace(arg)
	c, ok := commands[verb]
	if name := s.misplaced(verb, arg); name != "" {
		return s.say(name)
	}
	if !ok {
		return s.say("unrecognized")
	}
	defer func() { s.lastVerb = verb }()
	if c.stage != "" && s.fails(c.stage) {
		return false
	}
	return c.do(s, arg)
}

// readLine reads a command. A line that is too long is read to its end and is an error of its own.
func (s *session) readLine() (string, error) {
	if s.in.Buffered() == 0 {
		if err := s.flush(); err != nil {
			return "", err
		}
	}
	s.conn.SetReadDeadline(time.Now().Add(idle))
	raw, err := s.in.ReadSlice('\n')
	line := strings.Map(printable, strings.TrimRight(string(raw), "\r\n"))
	if len(line) > 0 || err == nil {
		s.office.recorder.line(s.log, true, s.held, s.private(line))
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = s.in.ReadSlice('\n')
	}
	if err == nil {
		return line, bufio.ErrBufferFull
	}
	return "", err
}

// printable keeps control characters out of replies, records and files.
func printable(r rune) rune {
	if unicode.IsControl(r) && r != '\t' {
		return '?'
	}
	return r
}

// private leaves passwords out of the record.
func (s *session) private(line string) string {
	if s.secret {
		return "..."
	}
	words := strings.Fields(line)
	if len(words) > 2 && strings.EqualFold(words[0], "AUTH") {
		return words[0] + " " + words[1] + " ..."
	}
	return line
}

// flush sends what was said, one round trip after it was asked for.
func (s *session) flush() error {
	if s.out.Buffered() == 0 {
		return nil
	}
	if !s.hold(s.rtt(), false) {
		return net.ErrClosed
	}
	s.conn.SetWriteDeadline(time.Now().Add(idle))
	return s.out.Flush()
}

func (s *session) rtt() time.Duration {
	if s.host.p.rtt > 0 {
		return s.host.p.rtt
	}
	return s.office.options.RTT
}

// hold keeps the client waiting, and reports whether the sandbox still runs. It counts as held where it is
// the server's will.
func (s *session) hold(d time.Duration, will bool) bool {
	if will {
		s.held += d
	}
	return s.office.clock.wait(s.office.closing, d)
}

// say gives a reply of the personality by its name.
func (s *session) say(name string) bool { return s.sayAs(s.host, name, address{}, Mailbox{}) }

// asksTooMuch are the replies that a polite client never gets.
var asksTooMuch = []string{"errors", "nonmail", "closing", "many-rcpts", "many-asked", "mixed-domains", "crowded",
	"hurried", "rcpt-hurried", "mined"}

// sayAs gives a reply in the words of a host: by name, or a reply itself.
func (s *session) sayAs(h *mailHost, name string, rcpt address, box Mailbox) bool {
	if slices.Contains(asksTooMuch, name) {
		s.office.recorder.change(func() { s.log.TooMany++ })
	}
	text := s.expand(h, h.p.text(name), rcpt, box)
	if name == "queued" && s.mail.prdr && len(s.mail.rcpts) > 1 {
		text = s.perRecipient() + text
	}
	return s.replyCounted(&h.p, text, "") && !slices.Contains(h.p.endsWith, name)
}

// expand fills in the words in braces. Nothing of a client can add a line.
func (s *session) expand(h *mailHost, text string, rcpt address, box Mailbox) string {
	if chunked := h.p.says["chunked"]; s.chunks.begun && chunked != "" && text == h.p.says["queued"] {
		text = chunked
	}
	return strings.NewReplacer(
		"{chunk}", strconv.Itoa(s.chunks.last), "{octets}", strconv.Itoa(s.chunks.octets(&h.p)),
		"{whose}", s.whose, "{before}", s.path.before, "{rest}", s.path.rest, "{params}", s.params, "{verb}", s.param,
		"{atom}", strings.TrimLeft(s.path.before, "<"),
		"{host}", s.nameOf(h), "{ip}", s.client.String(), "{helo}", s.helo, "{sender}", s.mail.sender.text,
		"{rcpt}", h.p.shown(rcpt),
		"{domain}", strings.TrimSuffix(rcpt.domain, "."), "{new}", box.MovedTo, "{id}", s.queueID(),
		"{author}", s.mail.author, "{param}", s.param, "{date}", s.office.clock.now().UTC().Format(time.RFC1123Z),
	).Replace(text)
}

// shown is how the host writes an address.
func (p *personality) shown(a address) string {
	if p.unquotes && strings.HasPrefix(a.text, `"`) {
		return a.local + a.text[strings.LastIndexByte(a.text, '@'):]
	}
	return a.text
}

func (s *session) queueID() string { return fmt.Sprintf("%08X", s.log.ID*1000+s.asked) }

// nameOf is what a host calls itself: one of many names has a first label too.
func (s *session) nameOf(h *mailHost) string {
	if strings.HasPrefix(h.owner, "*.") {
		return "mx." + h.name
	}
	return h.name
}

// reply says the lines of a reply and reports whether the session goes on, which it does not after a 421.
func (s *session) reply(text string) bool {
	code := codeOf(text)
	s.last = text
	if code >= 400 {
		s.bad++
		if s.refusal == "" {
			s.refusal = text
		}
	}
	p := &s.host.p
	delay := p.tarpit
	if p.soft > 0 && s.bad > p.soft {
		delay += p.pause
	}
	if !s.hold(delay, true) {
		return false
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		s.office.recorder.line(s.log, false, s.held, line)
		s.out.WriteString(line + "\r\n")
	}
	if delay > 0 && code != 421 && s.in.Buffered() > 0 && s.flush() != nil { // what was held back goes out with it
		return false
	}
	return code != 421
}

// fails plays the host's failure at a stage, if it has one there, until the client or the sandbox is gone.
func (s *session) fails(stage string) bool {
	p := &s.host.p
	switch {
	case slices.Contains(p.hangup, stage):
	case slices.Contains(p.silent, stage):
		s.flush()
		s.conn.SetReadDeadline(time.Time{})
		io.Copy(io.Discard, s.conn)
	case slices.Contains(p.endless, stage):
		s.babble()
	default:
		return false
	}
	return true
}

// maxBabble bounds an endless reply.
const maxBabble = 1 << 20

// babble says lines of a reply that never ends.
func (s *session) babble() {
	s.office.recorder.line(s.log, false, s.held, "250-and so on ...")
	for range maxBabble {
		s.conn.SetWriteDeadline(time.Now().Add(idle))
		if _, err := s.out.WriteString("250-and so on, and so forth, and further still\r\n"); err != nil ||
			s.flush() != nil {
			return
		}
	}
}

// startTLS is the handshake after the 220. What came in plain text before is forgotten (RFC 3207 §4.2).
func (s *session) startTLS() bool {
	s.flush()
	if !s.hold(s.rtt(), false) {
		return false
	}
	return s.handshake(s.host.p.starttls == "works")
}

// handshake begins TLS. One that fails is noted, because nothing else tells of it.
func (s *session) handshake(works bool) bool {
	s.conn.SetDeadline(time.Now().Add(idle))
	conn := tls.Server(s.conn, s.office.tlsConfig(works))
	if err := conn.Handshake(); err != nil {
		s.refusal = "TLS handshake failed: " + strings.Map(printable, err.Error())
		s.office.recorder.line(s.log, true, s.held, "("+s.refusal+")")
		return false
	}
	s.conn = conn
	s.conn.SetDeadline(time.Time{})
	s.in, s.out = bufio.NewReaderSize(conn, maxLine), bufio.NewWriter(conn)
	s.tls, s.version, s.helo, s.extended = true, tls.VersionName(conn.ConnectionState().Version), "", false
	s.mail, s.chunks = transaction{}, chunks{}
	s.office.recorder.change(func() { s.log.TLS = true })
	return true
}
