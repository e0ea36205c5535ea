package sandbox_test

import (
	"crypto/tls"
	"net/smtp"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// secured takes a client through STARTTLS, AUTH and MAIL, and says at which it failed first, and with what.
func secured(t *testing.T, at, helo, user string) string {
	t.Helper()
	c, err := smtp.Dial(at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"ehlo", func() error { return c.Hello(helo) }},
		{"starttls", func() error { return c.StartTLS(&tls.Config{InsecureSkipVerify: true}) }},
		{"auth", func() error { return c.Auth(smtp.PlainAuth("", user, "secret", "127.0.0.1")) }},
		{"mail", func() error { return c.Mail("a@wellsent.test") }},
	} {
		if err := step.do(); err != nil {
			return step.name + ": " + strings.ReplaceAll(err.Error(), `"`, "")
		}
	}
	return "accepted"
}

func TestDemandsAtSTARTTLSAndAUTH(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		set, helo, user string
		want            []string
	}{
		{"", "client.test", "app", []string{"accepted"}},
		{"demand=454-4.7.0-tls.starttls.x1", "client.test", "app",
			[]string{"starttls: 454 4.7.0 TLS not available", "accepted"}},
		{"demand=hangup.starttls", "client.test", "app", []string{"starttls: EOF"}},
		{"demand=535-5.7.8.auth.x1", "client.test", "app", []string{"auth: 535 5.7.8 Authentication", "accepted"}},
		{"demand=hangup.auth", "client.test", "app", []string{"auth: EOF"}},
		{"", "421-4.7.0.starttls.reply.acme.test", "app", []string{"starttls: 421"}},
		{"", "534-5.7.9.auth.reply.acme.test", "app", []string{"auth: 534 5.7.9"}},
		{"", "client.test", "535-5.7.8@reply.acme.test", []string{"auth: 535 5.7.8"}},
		{"", "client.test", "454-4.7.0-auth.x2@reply.acme.test", []string{"auth: 454", "auth: 454", "accepted"}},
		{"", "client.test", "550-5.7.1.mail@reply.acme.test", []string{"mail: 550 5.7.1"}},
		{"", "client.test", "mailbox_full@reply.acme.test", []string{"auth: 452"}},
		{"", "client.test", "550-5.7.1.starttls@reply.acme.test", []string{"auth: 504 5.5.4"}},
		{"", "client.test", "550-5.7.1-content@reply.acme.test", []string{"auth: 504 5.5.4"}},
		{"", "client.test", "x\r\n250 2.0.0@reply.acme.test", []string{"auth: 504 5.5.4 <x??250 2.0.0@reply.acme.test>"}},
		{"", "client.test", "nobody@acme.test", []string{"auth: 535"}},
	} {
		o := sandbox.Options{TLS: sandbox.TLSOffer}
		if tt.set != "" {
			o.Set = []string{tt.set}
		}
		at := places(startLab(t, o))["* submission"]
		for i, want := range tt.want {
			if got := secured(t, at, tt.helo, tt.user); !strings.HasPrefix(got, want) {
				t.Errorf("%s %s %s, attempt %d: %q, want %q", tt.set, tt.helo, tt.user, i+1, got, want)
			}
		}
	}
}

// TestNobodyIsLoggedInWhoWasRefused: after a refused AUTH the port wants one still.
func TestNobodyIsLoggedInWhoWasRefused(t *testing.T) {
	t.Parallel()
	at := places(startLab(t, sandbox.Options{}))["* submission"]
	c, err := smtp.Dial(at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	id, err := c.Text.Cmd("EHLO client.test\r\nAUTH PLAIN ADUzNS01LjcuOEByZXBseS5hY21lLnRlc3QAeA==\r\n" +
		"MAIL FROM:<a@wellsent.test>\r\nRCPT TO:<ada@acme.test>") // 535-5.7.8@reply.acme.test
	if err != nil {
		t.Fatal(err)
	}
	c.Text.StartResponse(id)
	defer c.Text.EndResponse(id)
	if _, _, err := c.Text.ReadResponse(250); err != nil {
		t.Fatal(err)
	}
	var codes []string
	for range 3 {
		code, _, _ := c.Text.ReadResponse(0)
		codes = append(codes, string(rune('0'+code/100)))
	}
	if got := strings.Join(codes, " "); got != "5 2 5" && got != "5 5 5" {
		t.Errorf("AUTH, MAIL and RCPT got replies of %s", got)
	}
}

// TestADemandOfTheClientIsMetOncePerMail: neither its chance nor its count depends on the number of recipients.
func TestADemandOfTheClientIsMetOncePerMail(t *testing.T) {
	t.Parallel()
	const mails, recipients = 40, 50
	at := places(startLab(t, sandbox.Options{Set: []string{"demand=451-4.3.0.data.p1"}}))["* everything"]
	refused := 0
	for range mails {
		if !sentToMany(t, at, recipients) {
			refused++
		}
	}
	if refused > mails/4 { // with 1% for each mail that happens once in 10^13 times, with 1% for each recipient always
		t.Errorf("%d of %d mails to %d recipients were refused, 1%% should be", refused, mails, recipients)
	}
	at = places(startLab(t, sandbox.Options{Set: []string{"demand=451-4.3.0.data.x2"}}))["* everything"]
	for i, want := range []bool{false, false, true} {
		if got := sentToMany(t, at, 3); got != want {
			t.Errorf("mail %d: accepted is %v, want %v", i+1, got, want)
		}
	}
}

// sentToMany sends a mail to so many recipients and reports whether it was accepted.
func sentToMany(t *testing.T, at string, recipients int) bool {
	t.Helper()
	c, err := smtp.Dial(at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Mail("a@wellsent.test"); err != nil {
		t.Fatal(err)
	}
	for range recipients {
		if err := c.Rcpt("ada@acme.test"); err != nil {
			t.Fatal(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	return w.Close() == nil
}
