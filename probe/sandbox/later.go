package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"slices"
	"strings"
	"time"
)

// Fate is what became of an accepted recipient.
type Fate struct {
	Message   Message
	Recipient string
	Host      string    // the host whose reply it is
	Reply     string    // the last word on it: below 400 if it was delivered
	At        time.Time // by the world's clock
}

// Delivered reports whether the recipient has the message.
func (f Fate) Delivered() bool { return codeOf(f.Reply) < 400 }

// Status is the enhanced code of the reply, or the class alone: 5.0.0.
func (f Fate) Status() string {
	if m := enhanced.FindStringSubmatch(f.Reply); m != nil && m[1][0] == f.Reply[0] {
		return m[1]
	}
	if f.Reply == "" {
		return ""
	}
	return f.Reply[:1] + ".0.0"
}

// fate is a Fate with what only the sandbox knows.
type fate struct {
	Fate
	host   *mailHost
	params []string      // of RCPT
	after  time.Duration // of the message's end
}

// maxPending bounds the bounces and events that wait. Meanwhile messages are refused with 452.
const maxPending = 1 << 14

var errPending = errors.New("too many bounces wait already")

// keep keeps a message, and has its recipients meet their fates.
func (s *session) keep(m Message) (stored string, err error) {
	if s.office.overflows() {
		return "", errPending
	}
	if stored, err = s.office.inbox.add(s.mail.draft, m); err == nil {
		s.office.follow(m, s.fates())
	}
	return stored, err
}

func (p *postOffice) overflows() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pending >= maxPending
}

// fates are what becomes of the recipients of an accepted message.
func (s *session) fates() (all []fate) {
	ofAll, demanded := s.wished("bounce")
	for _, r := range s.mail.rcpts {
		name, delay := "queued", time.Duration(0)
		if r.host.p.verify == "bounce" {
			name = r.host.p.verdict(r.box, "bounce")
		}
		if name == "rcpt" {
			name = "queued"
		}
		d, ok := ofAll, demanded
		if !ok {
			d, ok = s.told(r, "bounce")
		}
		if ok {
			name, delay = d.reply, d.delay
		}
		f := Fate{Recipient: r.text, Host: s.nameOf(r.host), Reply: s.expand(r.host, r.host.p.text(name), r.address,
			r.box)}
		one := fate{f, r.host, r.params, 0}
		if !f.Delivered() {
			one.after = s.office.bouncesAfter(r.host, delay)
		}
		all = append(all, one)
	}
	return all
}

// end is a kind of fate: the recipients of one end share a bounce and an event.
type end struct {
	host      *mailHost
	delivered bool
	after     time.Duration
}

// follow has the recipients of a message meet their fates, each after its time.
func (p *postOffice) follow(m Message, fates []fate) {
	ends := make(map[end][]fate)
	for _, f := range fates {
		f.Message = m
		e := end{f.host, f.Delivered(), f.after}
		ends[e] = append(ends[e], f)
	}
	for e, all := range ends {
		if e.delivered && p.options.Fates == nil {
			continue
		}
		p.begin(func() {
			if !p.clock.wait(p.closing, e.after) {
				return
			}
			if !e.delivered {
				p.bounce(e.host, m, all)
			}
			p.report(all)
		})
	}
}

// begin runs a task on the side. The sandbox waits for it when it closes, as it does for sessions.
func (p *postOffice) begin(task func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.pending++
	p.serving.Go(func() {
		task()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.pending--
	})
}

// bouncesAfter is how long a mail takes to bounce: as the demand has it, or the command line, or the world.
func (p *postOffice) bouncesAfter(h *mailHost, demanded time.Duration) time.Duration {
	return cmp.Or(demanded, p.options.BounceAfter, h.p.bounceAfter)
}

// report hands the fates to who asked for them.
func (p *postOffice) report(fates []fate) {
	if p.options.Fates == nil {
		return
	}
	var all []Fate
	for _, f := range fates {
		f.At = p.clock.now()
		all = append(all, f.Fate)
	}
	p.under(func(ctx context.Context) { p.options.Fates(ctx, all) })
}

// bounce returns a message to its sender. Nothing is returned to the null sender, which is how bounces of
// bounces are avoided (RFC 5321 §4.5.5), and nothing about a recipient that wants to hear of no failure (RFC
// 3461 §4.1).
func (p *postOffice) bounce(h *mailHost, m Message, fates []fate) {
	fates = slices.DeleteFunc(slices.Clone(fates), func(f fate) bool { return !notifies(f.params) })
	sender, ok := splitAddress(m.From)
	if !ok || len(fates) == 0 {
		return
	}
	b := p.newBounce(h, m, fates)
	if _, err := p.inbox.add("", b); err != nil {
		p.complain(fmt.Errorf("bounce of %s: %w", m.QueueID, err))
	}
	if p.options.BouncesTo == "" {
		return
	}
	p.under(func(ctx context.Context) {
		if err := sendBounce(ctx, p.options.BouncesTo, h.name, sender.text, b.Text); err != nil {
			p.complain(fmt.Errorf("bounce of %s to %s: %w", m.QueueID, p.options.BouncesTo, err))
		}
	})
}

// notifies reports whether the parameters of RCPT allow a bounce.
func notifies(params []string) bool {
	value, ok := valueOf(params, "NOTIFY")
	return !ok || slices.ContainsFunc(strings.Split(value, ","), func(w string) bool {
		return strings.EqualFold(w,
			"FAILURE")
	})
}

// valueOf is the value of a parameter of MAIL or RCPT.
func valueOf(params []string, name string) (value string, ok bool) {
	for _, param := range params {
		if key, value, _ := strings.Cut(param, "="); strings.EqualFold(key, name) {
			return value, true
		}
	}
	return "", false
}

func (p *postOffice) complain(err error) {
	select {
	case <-p.closing: // what is cut off because the sandbox ends is not a problem
	default:
		if p.options.Problem != nil {
			p.options.Problem(err)
		}
	}
}

// sendTime bounds a bounce that is sent by SMTP.
const sendTime = 30 * time.Second

// sendBounce sends by SMTP, without TLS and once, from the null sender. The address is one of loopback.
func sendBounce(ctx context.Context, addr, helo, to string, text []byte) error {
	d := net.Dialer{Timeout: sendTime}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	conn.SetDeadline(time.Now().Add(sendTime))
	c, err := smtp.NewClient(conn, helo)
	if err != nil {
		return err
	}
	if err := c.Hello(helo); err != nil {
		return err
	}
	if err := c.Mail(""); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Quit() // whatever comes of it, the bounce is there
	return nil
}
