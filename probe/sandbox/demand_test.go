package sandbox_test

import (
	"net/smtp"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// attempt sends a mail with the given names and says at which command it failed, and with what.
func attempt(t *testing.T, at, helo, from, to string) string {
	t.Helper()
	c, err := smtp.Dial(at)
	if err != nil {
		return "connect: " + err.Error()
	}
	defer c.Close()
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"ehlo", func() error { return c.Hello(helo) }}, {"mail", func() error { return c.Mail(from) }}, {"rcpt", func() error { return c.Rcpt(to) }},
		{"data", func() error {
			w, err := c.Data()
			if err != nil {
				return err
			}
			w.Write([]byte("Subject: x\r\n\r\nx\r\n"))
			if err := w.Close(); err != nil {
				return &endError{err}
			}
			return nil
		}},
	} {
		if err := step.do(); err != nil {
			return step.name + ": " + err.Error()
		}
	}
	return "accepted"
}

type endError struct{ error }

func (e *endError) Error() string { return "end: " + e.error.Error() }

func TestDemandsAtEachStage(t *testing.T) {
	t.Parallel()
	at := places(startLab(t, sandbox.Options{}))["* everything"]
	const helo, from, to = "client.test", "a@wellsent.test", "ada@acme.test"
	for _, tt := range []struct{ helo, from, to, want string }{
		{helo, from, to, "accepted"},
		{"550-5.7.1.reply.acme.test", from, to, "ehlo: 550"},
		{helo, "550-5.7.1@reply.acme.test", to, "mail: 550"},
		{helo, from, "550-5.7.1-listed@reply.acme.test", "rcpt: 550"},
		{helo, from, "451-4.3.0.cmd@reply.acme.test", "data: 451"},
		{helo, from, "550-5.7.26.data@reply.acme.test", "data: end: 550"},
		{helo, from, "451-4.3.0.x2@reply.acme.test", "rcpt: 451"},
		{helo, from, "451-4.3.0.x2@reply.acme.test", "rcpt: 451"},
		{helo, from, "451-4.3.0.x2@reply.acme.test", "accepted"},
		{helo, from, "550-5.1.1.p100@reply.acme.test", "rcpt: 550"},
		{helo, from, "450-4.2.1.10ms@reply.acme.test", "rcpt: 450"},
		{helo, from, "hangup@reply.acme.test", "rcpt: EOF"},
		{helo, from, "hangup.data@reply.acme.test", "data: end: EOF"},
		{helo, from, "550-5.1.1.often@reply.acme.test", "rcpt: 504"},
		{helo, from, "550-5.1.1.x0@reply.acme.test", "rcpt: 504"},
		{helo, from, "550-4.1.1@reply.acme.test", "rcpt: 504"},
		{helo, from, "postmaster@reply.acme.test", "rcpt: 550"},
	} {
		if got := attempt(t, at, tt.helo, tt.from, tt.to); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s %s %s: %q, want %q", tt.helo, tt.from, tt.to, got, tt.want)
		}
	}
}

func TestDemandsByChance(t *testing.T) {
	t.Parallel()
	at := places(startLab(t, sandbox.Options{}))["* everything"]
	counts := map[string]int{}
	for range 60 {
		got, _, _ := strings.Cut(attempt(t, at, "client.test", "a@wellsent.test", "451-4.3.0.p50@reply.acme.test"), " ")
		counts[got]++
	}
	if counts["accepted"] == 0 || counts["rcpt:"] == 0 { // each is missing once in 2^60
		t.Errorf("of 60 demands with a chance of one half: %v", counts)
	}
}

func TestSettingsOfThePorts(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]string{
		"greeting=421 4.7.0 busy": "connect: 421", "hangup=data": "data: EOF", "rcpt-rate=1/60s": "accepted", "size=10": "data: end: 552",
	} {
		at := places(startLab(t, sandbox.Options{Set: []string{set}}))["* everything"]
		if got := attempt(t, at, "client.test", "a@wellsent.test", "ada@acme.test"); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", set, got, want)
		}
	}
}
