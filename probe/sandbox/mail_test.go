package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
)

// What comes of messages.
func TestMessages(t *testing.T) {
	t.Parallel()
	tests := []scripted{
		{"a message that is refused for its text", `postfix after-data="550 5.7.26 Unauthenticated"`, "mail ann data hello data", `
250 2.1.0 Ok
250 2.1.5 Ok
354 End data with <CR><LF>.<CR><LF>
550 5.7.26 Unauthenticated
503 5.5.1 Error: need RCPT command
`},
		{"a message that is too big", "postfix size=10", "mail ann data hello", `
250 2.1.0 Ok
250 2.1.5 Ok
354 End data with <CR><LF>.<CR><LF>
552 5.3.4 Error: message file too big
`},
		{"a size that is told and too big", "postfix size=10", "sized",
			"\n552 5.3.4 Message size exceeds fixed limit\n"},
		{"the text that everybody calls spam", "gmail look=0s", "mail ann data gtube", `
250 2.1.0 OK 000003E8 - gsmtp
250 2.1.5 OK 000003E9 - gsmtp
354 Go ahead 000003E9 - gsmtp
550 5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked. 000003E9 - gsmtp
`},
		{"replies on demand", "postfix", "mail r:550-5.7.1 r:550-5.7.1-listed r:552-5.2.2 r:550 r:250-2.1.5 r:550-5.1.1-nowords r:450-4.2.0 r:421-4.7.0", `
250 2.1.0 Ok
550 5.7.1 <550-5.7.1@reply.a.test>: Recipient address rejected: Access denied
550 5.7.1 Service unavailable; Client host [192.0.2.200] blocked using bl.sandbox.test
552 5.2.2 <552-5.2.2@reply.a.test>: Recipient address rejected: Mailbox is full
550 Requested action not taken
250 2.1.5 Requested mail action okay, completed
504 5.5.4 <550-5.1.1-nowords@reply.a.test>: Unknown demand: "prebounce sandbox demands" prints what can be asked for
450 4.2.0 <450-4.2.0@reply.a.test>: Recipient address rejected: Greylisted, please try again later
421 4.7.0 Authentication required
closed
`},
		{"replies on demand after DATA", "postfix greylist=300s", "mail r:550-5.7.26.data data hello", `
250 2.1.0 Ok
250 2.1.5 Ok
354 End data with <CR><LF>.<CR><LF>
550 5.7.26 Unauthenticated email is not accepted: neither SPF nor DKIM passed for the sender's domain
`},
		{"submission without logging in", "submission ports=25", "mail far ann rset login mail far ann data hello", `
250 2.1.0 Ok
550 5.7.1 <ann@far.test>: Relaying denied. Authentication required
250 2.1.5 Ok
250 2.0.0 Ok
235 2.7.0 Authentication successful
250 2.1.0 Ok
2 times 250 2.1.5 Ok
354 End data with <CR><LF>.<CR><LF>
250 2.0.0 Ok: queued as 000003EC
`},
		{"logging in wrongly", "submission ports=25", "badlogin auth-cram mail far", `
535 5.7.8 Error: authentication failed
503 5.5.1 Error: authentication not enabled
250 2.1.0 Ok
550 5.7.1 <ann@far.test>: Relaying denied. Authentication required
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.test)
	}
}

// send is what an application does, by a library that it may use.
func send(addr, user, from, to, text string) error {
	c, err := smtp.Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	if user != "" {
		if err := c.Auth(sasl.NewPlainClient("", user, "secret")); err != nil {
			return err
		}
	}
	if err := c.SendMail(from, []string{to}, strings.NewReader(text)); err != nil {
		return err
	}
	return c.Quit()
}

func startLab(t *testing.T, o sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	w, err := sandbox.Parse(samples.World)
	if err != nil {
		t.Fatal(err)
	}
	o.SMTP, o.Submission, o.Pace = "127.0.0.1:0", "127.0.0.1:0", 100
	s, err := sandbox.Start(t.Context(), w, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// places are where the lab's hosts listen, by name and personality.
func places(s *sandbox.Sandbox) map[string]string {
	all := make(map[string]string)
	for _, p := range s.Listening() {
		all[p.Host+" "+p.Personality] = p.Listen
	}
	return all
}

func TestOtherProgramsCanSend(t *testing.T) {
	t.Parallel()
	s := startLab(t, sandbox.Options{})
	at := places(s)
	const text = "Subject: hello\r\n\r\n.hello\r\n"
	tests := []struct{ name, place, user, to, want string }{
		{"any domain", "* everything", "", "ada@acme.test", ""},
		{"nobody, in the words of the domain's own host", "* everything", "", "nobody@moonbakery.test",
			"550 Unrouteable address"},
		{"greylisting", "* everything", "", "kiki.lindgruen.47@gmx.de", "450 4.2.0"},
		{"a reply on demand", "* everything", "", "550-5.7.26.data@reply.rented.test", "550 5.7.26"},
		{"a domain without mail hosts", "* everything", "", "ann@nothing.test", "550 5.1.2"},
		{"a domain's own host", "mx1.acme.test postfix", "", "ada@acme.test", ""},
		{"a host that is not the domain's", "mx1.acme.test postfix", "", "clemence@moonbakery.test", "554 5.7.1"},
		{"submission", "* submission", "app", "clemence@moonbakery.test", ""},
		{"submission without logging in", "* submission", "", "clemence@moonbakery.test", "550 5.7.1"},
		{"submission for a stranger", "* submission", "mallory", "clemence@moonbakery.test", "535 5.7.8"},
	}
	for _, tt := range tests {
		if at[tt.place] == "" {
			t.Logf("%s: skipped, as the system has no loopback address for %s", tt.name, tt.place)
			continue
		}
		got := ""
		if err := send(at[tt.place], tt.user, "app@sandbox.test", tt.to, text); err != nil {
			got = asReply(err)
		}
		if !strings.HasPrefix(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	for _, m := range s.Messages() {
		if string(m.Text) != text || m.From != "app@sandbox.test" || m.Client != sandbox.ClientAddr {
			t.Errorf("kept %+v", m)
		}
	}
	if n := len(s.Messages()); n < 2 {
		t.Errorf("%d messages kept", n)
	}
}

// TestOneSessionForAllDomains: who sends through a server for any domain meets no limit on domains of the
// hosts behind it.
func TestOneSessionForAllDomains(t *testing.T) {
	t.Parallel()
	s := startLab(t, sandbox.Options{})
	c, err := smtp.Dial(places(s)["* everything"])
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, to := range [][]string{{"ada@acme.test"}, {"quincy@umbrella.test", "sales@umbrella.test"},
		{"hedwig.ohm@office.test", "nils@rented.test", "ann@google.test"}} {
		if err := c.SendMail("app@sandbox.test", to, strings.NewReader("hello\r\n")); err != nil {
			t.Errorf("%v: %v", to, err)
		}
	}
	if err := c.SendMail("app@sandbox.test", []string{"ann@small.test"}, strings.NewReader(strings.Repeat("hello\r\n",
		500))); err == nil ||
		asReply(err) != "552 5.3.4 Error: message file too big" {
		t.Errorf("a message that is too big for the domain's own host: %v", err)
	}
}

func asReply(err error) string {
	var e *smtp.SMTPError
	if !errors.As(err, &e) {
		return err.Error()
	}
	if e.EnhancedCode[0] > 0 {
		return fmt.Sprintf("%d %d.%d.%d %s", e.Code, e.EnhancedCode[0], e.EnhancedCode[1], e.EnhancedCode[2], e.Message)
	}
	return fmt.Sprintf("%d %s", e.Code, e.Message)
}

func TestTheLabTellsLoopbackAddresses(t *testing.T) {
	t.Parallel()
	s := startLab(t, sandbox.Options{})
	for name, want := range map[string]string{"mx1.acme.test": "NOERROR; A 127.0.2.30",
		"implicit.test": "NOERROR; A 127.0.2.40"} {
		m, err := ask(t, s, "udp", name, 1)
		if err != nil {
			t.Fatal(err)
		}
		// where the system has but one loopback address
		if got := brief(m); got != want && got != "NOERROR; A 127.0.0.1" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if m, err := ask(t, s, "udp", "mx.six.test", 28); err != nil || brief(m) != "NOERROR; +SOA" {
		t.Errorf("an IPv6 address: %v, %v", m, err)
	}
}

func TestTheInboxOnDisk(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "in", "box")
	for range 2 { // a second run adds to the first
		s := startLab(t, sandbox.Options{Inbox: dir})
		if err := send(places(s)["* everything"], "", "../app@sandbox.test", "ada@acme.test",
			"Subject: hello\r\n\r\nhello\r\n"); err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
	var names []string
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if info, _ := d.Info(); !d.IsDir() {
			names = append(names, d.Name())
			if info.Mode().Perm() != 0o600 && os.PathSeparator == '/' {
				t.Errorf("%s has mode %v", d.Name(), info.Mode())
			}
		}
		return err
	})
	want := []string{"000001.eml", "000001.json", "000001.txt", "000002.eml", "000002.json", "000002.txt"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
	text, _ := os.ReadFile(filepath.Join(dir, "000001.eml"))
	if !strings.HasPrefix(string(text), "Return-Path: <../app@sandbox.test>\r\nReceived: from localhost "+
		"([192.0.2.200]) by sandbox.test with ESMTP;\r\n\t") ||
		!strings.HasSuffix(string(text), "+0000\r\nSubject: hello\r\n\r\nhello\r\n") {
		t.Errorf("the message is %q", text)
	}
	var envelope sandbox.Message
	text, _ = os.ReadFile(filepath.Join(dir, "000002.json"))
	if err := json.Unmarshal(text, &envelope); err != nil || envelope.From != "../app@sandbox.test" ||
		!slices.Equal(envelope.To, []string{"ada@acme.test"}) {
		t.Errorf("the envelope is %s, %v", text, err)
	}
	text, _ = os.ReadFile(filepath.Join(dir, "000001.txt"))
	if !strings.Contains(string(text), "C: RCPT TO:<ada@acme.test>\n") || !strings.HasSuffix(string(text),
		"S: 250 2.0.0 Ok: queued as 000003E9\n") {
		t.Errorf("the transcript is %s", text)
	}
}

func TestOnlyLoopbackIsServedToOthers(t *testing.T) {
	t.Parallel()
	w, _ := sandbox.Parse(samples.World)
	for _, addr := range []string{"0.0.0.0:0", "192.0.2.1:25", "localhost:25", "127.0.0.1", ":0", "[::]:0"} {
		for _, o := range []sandbox.Options{{SMTP: addr}, {Submission: addr}} {
			if s, err := sandbox.Start(t.Context(), w, o); !errors.Is(err, sandbox.ErrNotLoopback) {
				t.Errorf("serves on %s: %v", addr, err)
				s.Close()
			}
		}
	}
}

func TestCloseEndsSessionsOfEveryKind(t *testing.T) {
	t.Parallel()
	w, err := sandbox.Parse(samples.World)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(context.Background(), w, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, domain := range []string{"192.0.2.30:25", "192.0.2.124:25", "192.0.2.106:25", "192.0.2.148:25"} {
		c, err := s.Dial(t.Context(), "tcp", domain)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	time.AfterFunc(10*time.Millisecond, s.Close)
	c, err := s.Dial(t.Context(), "tcp", "192.0.2.30:25")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for err == nil {
		_, err = c.Read(make([]byte, 100))
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		t.Error(err)
	}
}
