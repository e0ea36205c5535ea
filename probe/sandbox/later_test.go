package sandbox_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/reply"
)

// laterWorld has hosts that accept everything and return what they can't deliver.
const laterWorld = `
mx.later.test SMTP postfix verify=bounce bounce-after=1ms
mx.later.test A 192.0.2.31
later.test MX 10 mx.later.test
later.test MAILBOX ann full=full moved=moved:new@later.test odd=550-5.1.1.bounce
mx.exim.test SMTP exim verify=bounce bounce-after=1ms
mx.exim.test A 192.0.2.32
exim.test MX 10 mx.exim.test
exim.test MAILBOX ann full=full
mx.qmail.test SMTP plain verify=bounce bounce=qmail bounce-after=1ms
mx.qmail.test A 192.0.2.33
qmail.test MX 10 mx.qmail.test
qmail.test MAILBOX ann full=full
`

// laterLab runs that world and sends its bounces to bounces as well, which gets them as they come by SMTP.
func laterLab(t *testing.T, o sandbox.Options) (at string, s *sandbox.Sandbox) {
	t.Helper()
	w, err := sandbox.Parse(laterWorld)
	if err != nil {
		t.Fatal(err)
	}
	o.SMTP = "127.0.0.1:0"
	if s, err = sandbox.Start(t.Context(), w, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return places(s)["* everything"], s
}

// mailbox is an SMTP server that hands on what it gets.
type mailbox struct{ got chan sandbox.Message }

func (m *mailbox) NewSession(*gosmtp.Conn) (gosmtp.Session, error) { return &delivery{box: m}, nil }

type delivery struct {
	box *mailbox
	sandbox.Message
}

func (d *delivery) AuthMechanisms() []string                      { return nil }
func (d *delivery) Auth(string) (sasl.Server, error)              { return nil, gosmtp.ErrAuthUnsupported }
func (d *delivery) Reset()                                        { d.Message = sandbox.Message{} }
func (d *delivery) Logout() error                                 { return nil }
func (d *delivery) Mail(from string, _ *gosmtp.MailOptions) error { d.From = from; return nil }
func (d *delivery) Rcpt(to string, _ *gosmtp.RcptOptions) error   { d.To = append(d.To, to); return nil }

func (d *delivery) Data(r io.Reader) error {
	var b bytes.Buffer
	_, err := b.ReadFrom(r)
	d.Text = b.Bytes()
	d.box.got <- d.Message
	return err
}

// serveMailbox listens on loopback.
func serveMailbox(t *testing.T) (addr string, got chan sandbox.Message) {
	t.Helper()
	box := &mailbox{make(chan sandbox.Message, 16)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := gosmtp.NewServer(box)
	server.EnableSMTPUTF8 = true
	served := make(chan struct{})
	go func() {
		defer close(served)
		server.Serve(l)
	}()
	t.Cleanup(func() {
		server.Close()
		<-served
	})
	return l.Addr().String(), box.got
}

func await[T any](t *testing.T, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(time.Minute):
		t.Fatal("nothing came within a minute")
	}
	return v
}

func TestAcceptedMailBounces(t *testing.T) {
	t.Parallel()
	mailboxAt, got := serveMailbox(t)
	at, s := laterLab(t, sandbox.Options{BouncesTo: mailboxAt, Problem: func(err error) { t.Error(err) }})
	for _, tt := range []struct {
		to   string
		want string // class and enhanced code as the bounce is read
		form string // what only this form has
	}{
		{"nobody@later.test", "mailbox_unknown 5.1.1", "report-type=delivery-status"},
		{"full@later.test", "mailbox_full 5.2.2", "report-type=delivery-status"},
		{"moved@later.test", "mailbox_moved 5.1.6", "new@later.test"},
		{"odd@later.test", "mailbox_unknown 5.1.1", "report-type=delivery-status"},
		{"550-5.7.1-listed.bounce@reply.later.test", "sender_blocked 5.7.1", "report-type=delivery-status"},
		{"nobody@exim.test", "mailbox_unknown", "X-Failed-Recipients: nobody@exim.test"},
		{"full@exim.test", "mailbox_full", "X-Failed-Recipients: full@exim.test"},
		{"nobody@qmail.test", "mailbox_unknown 5.1.1", "This is the qmail-send program"},
	} {
		text := "From: news@wellsent.test\r\nSubject: to " + tt.to + "\r\n\r\nSpring is here.\r\n"
		if err := smtp.SendMail(at, nil, "news@wellsent.test", []string{tt.to}, []byte(text)); err != nil {
			t.Fatalf("%s: %v", tt.to, err)
		}
		m := await(t, got)
		if m.From != "" || fmt.Sprint(m.To) != "[news@wellsent.test]" {
			t.Errorf("%s: the bounce is from <%s> to %v", tt.to, m.From, m.To)
		}
		if !strings.Contains(string(m.Text), tt.form) || !strings.Contains(string(m.Text), text) {
			t.Errorf("%s: %s\nwant %q and the message", tt.to, m.Text, tt.form)
		}
		bounces := reply.Mail(m.Text)
		if len(bounces) != 1 || bounces[0].Address != tt.to {
			t.Errorf("%s: read as %+v\n%s", tt.to, bounces, m.Text)
			continue
		}
		class, code, _ := strings.Cut(tt.want, " ")
		b := bounces[0]
		if b.Finding.Class.String() != class || (code != "" && fmt.Sprint(b.Reply.Enhanced) != code) {
			t.Errorf("%s: read as %s %s, want %s\n%s", tt.to, b.Finding.Class, b.Reply.Enhanced, tt.want, m.Text)
		}
	}
	var returned int
	for _, m := range s.Messages() {
		if m.BounceOf != "" {
			returned++
		}
	}
	if returned != 8 {
		t.Errorf("the inbox has %d bounces, want 8", returned)
	}
}

// TestNothingBounces: neither mail from the null sender, nor what was delivered, nor what was not to be reported.
func TestNothingBounces(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	fates := make(chan sandbox.Fate, 16)
	_, s := laterLab(t, sandbox.Options{Fates: func(_ context.Context, all []sandbox.Fate) {
		mu.Lock()
		defer mu.Unlock()
		for _, f := range all {
			fates <- f
		}
	}})
	at := places(s)["mx.later.test postfix"] // which has DSN
	for _, tt := range []struct {
		from, to, params string
		delivered        bool
	}{
		{"", "nobody@later.test", "", false},
		{"news@wellsent.test", "ann@later.test", "", true},
		{"news@wellsent.test", "nobody@later.test", " NOTIFY=NEVER", false},
		{"news@wellsent.test", "nobody@later.test", " NOTIFY=SUCCESS", false},
	} {
		c, err := smtp.Dial(at)
		if err != nil {
			t.Fatal(err)
		}
		c.Hello("client.test")
		for _, line := range []string{"MAIL FROM:<" + tt.from + ">", "RCPT TO:<" + tt.to + ">" + tt.params} {
			c.Text.PrintfLine("%s", line)
			if _, _, err := c.Text.ReadResponse(250); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		w, err := c.Data()
		if err == nil {
			fmt.Fprint(w, "Subject: x\r\n\r\nx\r\n")
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
		if f := await(t, fates); f.Delivered() != tt.delivered || f.Recipient != tt.to {
			t.Errorf("%+v: %+v", tt, f)
		}
	}
	s.Close() // waits for bounces that are under way
	for _, m := range s.Messages() {
		if m.BounceOf != "" {
			t.Errorf("%s was returned:\n%s", m.BounceOf, m.Text)
		}
	}
}
