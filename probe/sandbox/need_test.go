package sandbox_test

import (
	"crypto/tls"
	"net"
	"net/smtp"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

const needWorld = `
mx.need.test SMTP postfix need=tls,auth auth=PLAIN,LOGIN
mx.need.test A 192.0.2.31
mx.need.test LOGIN ann=pw
need.test MX 10 mx.need.test
need.test MAILBOX ann
mx.auth.test SMTP postfix need=auth auth=PLAIN,LOGIN
mx.auth.test A 192.0.2.32
auth.test MX 10 mx.auth.test
auth.test MAILBOX ann
`

// TestHostsNeedTheSameAtEveryPort: TLS and a login are asked for at the host and at the ports for all domains alike.
func TestHostsNeedTheSameAtEveryPort(t *testing.T) {
	t.Parallel()
	w, err := sandbox.Parse(needWorld)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), w, sandbox.Options{
		SMTP: "127.0.0.1:0", Submission: "127.0.0.1:0", TLS: sandbox.TLSOffer, Set: []string{"auth=PLAIN"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	at := places(s)
	for _, tt := range []struct {
		place       string
		secure, log bool
		to, want    string
	}{
		{"mx.need.test postfix", false, false, "ann@need.test", "530 5.7.0 Must issue"},
		{"mx.need.test postfix", true, false, "ann@need.test", "530 5.7.0 Authentication"},
		{"mx.need.test postfix", true, true, "ann@need.test", "accepted"},
		{"* everything", false, false, "ann@need.test", "530 5.7.0 Must issue"},
		{"* everything", true, false, "ann@need.test", "530 5.7.0 Authentication"},
		{"* everything", true, true, "ann@need.test", "accepted"},
		{"* everything", false, false, "ann@auth.test", "530 5.7.0 Authentication"},
		{"* everything", false, true, "ann@auth.test", "accepted"},
		{"* submission", false, true, "ann@need.test", "530 5.7.0 Must issue"},
		{"* submission", true, true, "ann@need.test", "accepted"},
		{"* submission", true, true, "nobody@need.test", "550 5.1.1"},
	} {
		if got := needing(t, at[tt.place], tt.secure, tt.log, tt.to); !strings.HasPrefix(strings.ReplaceAll(got, `"`,
			""), tt.want) {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}

// needing is what becomes of MAIL and RCPT.
func needing(t *testing.T, at string, secure, log bool, to string) string {
	t.Helper()
	c, err := smtp.Dial(at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if secure {
		if err := c.StartTLS(&tls.Config{InsecureSkipVerify: true}); err != nil {
			t.Fatal(err)
		}
	}
	if log {
		host, _, _ := net.SplitHostPort(at) // what PlainAuth knows the server by
		if err := c.Auth(smtp.PlainAuth("", "ann", "pw", host)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Mail("a@wellsent.test"); err != nil {
		return err.Error()
	}
	if err := c.Rcpt(to); err != nil {
		return err.Error()
	}
	return "accepted"
}
