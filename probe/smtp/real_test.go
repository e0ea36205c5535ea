package smtp

import (
	"net/netip"
	"strings"
	"testing"
)

// to opens a session with a server on loopback.
func to(t *testing.T, at netip.AddrPort) *Session {
	t.Helper()
	c := &Client{HELO: "probe.example.net", From: ourSender, Port: at.Port(), AllowPrivate: true}
	s, trouble := c.begin(t.Context(), Host{Addr: at.Addr()})
	if trouble != nil {
		t.Fatal(trouble)
	}
	t.Cleanup(func() { s.Quit(t.Context()) })
	return s
}

// all writes the same address n times, or the same code.
func all(n int, s string) []string { return strings.Fields(strings.Repeat(s+" ", n)) }

func TestPostfix(t *testing.T) {
	t.Parallel()
	s := to(t, postfix(t, "smtpd_error_sleep_time = 0"))
	got := verdicts(t.Context(), s, false, "known@postfix.example", "unknown@postfix.example",
		"known@elsewhere.example")
	if got != "250 550 554" || !s.Offers("PIPELINING") || !s.UTF8() {
		t.Errorf("got %q, offered %v", got, s.offers)
	}
	if got := verdicts(t.Context(), s, true, "gibtsnicht-ü@postfix.example",
		"known@postfix.example"); got != "550 250" {
		t.Errorf("in UTF-8: %q", got)
	}
	if s.Refusals() != 3 || s.Resets() != 1 || s.Transactions() != 2 || s.Slower() {
		t.Errorf("%d refusals, %d resets, %d transactions", s.Refusals(), s.Resets(), s.Transactions())
	}
}

func TestPostfixHangsUpAfterTwentyErrors(t *testing.T) {
	t.Parallel()
	s := to(t, postfix(t, "smtpd_error_sleep_time = 0"))
	want := strings.Join(all(20, "550"), " ") + " closed RCPT 421"
	recipients := append(all(20, "unknown@postfix.example"), "known@postfix.example", "known@postfix.example")
	if got := verdicts(t.Context(), s, false, recipients...); got != want || !s.Ended() {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestPostfixSlowsDown(t *testing.T) {
	t.Parallel()
	s := to(t, postfix(t, "smtpd_soft_error_limit = 3", "smtpd_error_sleep_time = 3s",
		"smtpd_discard_ehlo_keywords = pipelining"))
	if got := verdicts(t.Context(), s, false, all(4, "unknown@postfix.example")...); got != "550 550 550 550" ||
		!s.Slower() {
		t.Errorf("got %q, slower %v", got, s.Slower())
	}
}

func TestPostfixWithTooManyConnections(t *testing.T) {
	t.Parallel()
	at := postfix(t, "smtpd_client_connection_count_limit = 1", "smtpd_client_event_limit_exceptions =")
	to(t, at)
	c := &Client{HELO: "probe.example.net", Port: at.Port(), AllowPrivate: true}
	if _, trouble := c.begin(t.Context(), Host{Addr: at.Addr()}); trouble == nil ||
		written(trouble) != "refused greeting 421" {
		t.Errorf("got %v", trouble)
	}
}

func TestPostfixDemandsTLSThatIsBroken(t *testing.T) {
	t.Parallel()
	s := to(t, postfix(t, "smtpd_tls_security_level = encrypt", "smtpd_tls_cert_file = /nonexistent"))
	if got := verdicts(t.Context(), s, false, "known@postfix.example"); got != "no_tls STARTTLS 454" || s.Ended() {
		t.Errorf("got %q, ended %v", got, s.Ended())
	}
}

func TestPostfixDemandsTLS(t *testing.T) {
	t.Parallel()
	key := pemFile(t)
	s := to(t, postfix(t, "smtpd_tls_security_level = encrypt", "smtpd_tls_chain_files = "+key))
	if got := verdicts(t.Context(), s, false, "known@postfix.example", "unknown@postfix.example"); got != "250 550" ||
		!s.TLS() {
		t.Errorf("got %q, TLS %v", got, s.TLS())
	}
}

func TestExim(t *testing.T) {
	t.Parallel()
	s := to(t, exim(t, ""))
	if got := verdicts(t.Context(), s, false, "known@exim.example", "unknown@exim.example",
		"known@elsewhere.example"); got != "250 550 550" {
		t.Errorf("got %q, offered %v", got, s.offers)
	}
}

func TestEximDropsAfterThreeFailures(t *testing.T) {
	t.Parallel()
	s := to(t, exim(t, "  drop condition = ${if >{$rcpt_fail_count}{2}}\n    message = too many bad recipients"))
	if got := verdicts(t.Context(), s, false, append(all(3, "unknown@exim.example"),
		all(3, "known@exim.example")...)...); got != "550 550 550 closed RCPT 550" {
		t.Errorf("got %q", got)
	}
}

// Exim bears ten commands that are no mail, and RSET is one. It counts EHLO as well.
func TestEximCountsResets(t *testing.T) {
	t.Parallel()
	s := to(t, exim(t, ""))
	for n := 1; n < 20; n++ {
		got := verdicts(t.Context(), s, false, "known@exim.example")
		if got == "250" {
			continue
		}
		if got != "refused RSET 554" || n < 10 || !s.Ended() {
			t.Errorf("%d: got %q", n, got)
		}
		return
	}
	t.Error("Exim did not mind")
}
