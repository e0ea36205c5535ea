package smtp

import (
	"context"
	"strings"
	"testing"
	"time"
)

// moments are those in which the session listens for what is said unasked.
const moments = 600 * time.Millisecond

func TestWaiting(t *testing.T) {
	tests := []struct {
		name, script string
		recipients   string
		want         string
		took         time.Duration // or a bit more
	}{
		{"a silent host", "", "", "timed_out greeting", 30 * time.Second},
		{"a greeting that drips, and a QUIT that nobody reads", drip(29*time.Second, "220 mx.example.org"), "",
			"timed_out greeting", 32 * time.Second},
		{"a greeting whose last line does not come", `
			S: 220-mx.example.org
			wait 29s
			S: 220-still here`, "", "timed_out greeting", 30 * time.Second},
		{"a greeting after 29 s", "wait 29s" + hello + "C: QUIT\nS: 221 bye", "", "", 29 * time.Second},
		{"nothing after EHLO", `
			S: 220 mx.example.org
			C: EHLO probe.example.net`, "", "timed_out EHLO", 10 * time.Second},
		{"nothing after MAIL", hello + mailFrom, "a@x.org", "timed_out MAIL", 10 * time.Second},
		{"nothing after RCPT: what was answered before stands", hello + mailFrom + `
			S: 250 ok
			C: RCPT TO:<a@x.org>
			S: 550 no
			C: RCPT TO:<b@x.org>`, "a@x.org b@x.org", "550 timed_out RCPT", 30 * time.Second},
		{"too few replies to a pipelined batch: the host may have lost count", helloPipelining + mailFrom + `
			C+ RCPT TO:<a@x.org>
			C+ RCPT TO:<b@x.org>
			S: 250 ok
			S: 550 no`, "a@x.org b@x.org", "timed_out RCPT", 30 * time.Second},
		{"a reply to RCPT that drips", hello + mailFrom + `
			S: 250 ok
			C: RCPT TO:<a@x.org>
			` + drip(29*time.Second, "550 no"), "a@x.org", "timed_out RCPT", 32 * time.Second},
		{"a callout of 29 s", hello + mailFrom + `
			S: 250 ok
			C: RCPT TO:<a@x.org>
			wait 29s
			S: 550 no
			C: QUIT
			S: 221 bye`, "a@x.org", "550", 29 * time.Second},
		{"Postfix holds pipelined replies back while it sleeps", helloPipelining + mailFrom + `
			C+ RCPT TO:<a@x.org>
			C+ RCPT TO:<b@x.org>
			wait 1s
			S; 250 ok\r\n550 no\r\n550 no\r\n
			C: QUIT
			S: 221 bye`, "a@x.org b@x.org", "550 550", time.Second},
		{"QUIT is answered late", hello + "C: QUIT\nwait 200ms\nS: 221 bye", "", "", 200 * time.Millisecond},
		{"QUIT is not answered", hello + "C: QUIT", "", "", 2 * time.Second},
		{"a host that takes its time with everything: five minutes in all", hello + mailFrom + `
			S: 250 ok` + strings.Repeat("\nC: RCPT TO:<a@x.org>\nwait 29s\nS: 550 no", 11),
			strings.Repeat("a@x.org ", 20), strings.Repeat("550 ", 10) + "timed_out RCPT", 5 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, c *Client) {
				began := time.Now()
				if got := whole(t.Context(), c, tt.recipients); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				if took := time.Since(began); took < tt.took || took > tt.took+moments {
					t.Errorf("took %v, want %v", took, tt.took)
				}
			}, tt.script)
		})
	}
}

// After trouble there is a QUIT, which is not waited for; after that nothing.
func TestTakingLeave(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		began, quits := time.Now(), 0
		c.Trace = func(l Line) {
			if l.Text == "QUIT" {
				quits++
			}
		}
		s, _ := c.begin(t.Context(), someHost)
		verdicts(t.Context(), s, false, "a@x.org")
		s.Quit(t.Context())
		s.Quit(t.Context())
		s.Close()
		if took := time.Since(began); quits != 1 || took > 10*time.Second+moments {
			t.Errorf("%d times QUIT, after %v", quits, took)
		}
		if got := verdicts(t.Context(), s, false, "a@x.org"); got != "closed MAIL" {
			t.Errorf("asked after that: %s", got)
		}
	}, hello+mailFrom+"C: QUIT")
}

// drip says one octet after each wait.
func drip(wait time.Duration, raw string) string {
	var b strings.Builder
	for i := range len(raw) {
		b.WriteString("\nwait " + wait.String() + "\nS; " + strings.ReplaceAll(raw[i:i+1], " ", `\x20`))
	}
	return b.String()
}

func TestAHostThatDoesNotRead(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		began := time.Now()
		if got := whole(t.Context(), c, ""); got != "timed_out EHLO" || time.Since(began) > 15*time.Second {
			t.Errorf("got %q after %v", got, time.Since(began))
		}
	}, "S: 220 mx.example.org\nwait 1h")
}

func TestSlower(t *testing.T) {
	tests := []struct {
		name, waits string // before each reply to RCPT
		want        bool
	}{
		{"slow from the beginning", "2s 2s 2s 2s 2s", false},
		{"a delay that grows", "0s 0s 0s 0s 1s", true},
		{"by less than a second", "0s 0s 0s 0s 700ms", false},
		{"one slow reply, and quick ones again", "0s 0s 0s 5s 0s", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			waits := strings.Fields(tt.waits)
			script := hello + mailFrom + "S: 250 ok\n"
			for _, w := range waits {
				script += "C: RCPT TO:<a@x.org>\nwait " + w + "\nS: 550 no\n"
			}
			play(t, func(t *testing.T, c *Client) {
				s, _ := c.begin(t.Context(), someHost)
				defer s.Close()
				verdicts(t.Context(), s, false, strings.Fields(strings.Repeat("a@x.org ", len(waits)))...)
				if got := s.Slower(); got != tt.want {
					t.Errorf("got %v", got)
				}
			}, script)
		})
	}
}

func TestSlowerFromTheFirstBatchOn(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		s, _ := c.begin(t.Context(), someHost)
		defer s.Close()
		verdicts(t.Context(), s, false, "a@x.org", "b@x.org")
		if s.Slower() {
			t.Error("that may have been a callout")
		}
		if verdicts(t.Context(), s, false, "c@x.org"); !s.Slower() {
			t.Error("RSET needs no callout")
		}
	}, helloPipelining+mailFrom+`
		C+ RCPT TO:<a@x.org>
		C+ RCPT TO:<b@x.org>
		wait 1s
		S; 250 ok\r\n550 no\r\n550 no\r\n
		C: RSET
		wait 1s
		S: 250 ok
		`+mailFrom+`C+ RCPT TO:<c@x.org>
		wait 1s
		S; 250 ok\r\n250 ok\r\n`)
}

func TestAnEndOfTheContextEndsTheSessionAtOnce(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"while the greeting is awaited", "", "canceled greeting"},
		{"while a reply is awaited; earlier ones stand", hello + mailFrom + `
			S: 250 ok
			C: RCPT TO:<a@x.org>
			S: 550 no
			C: RCPT TO:<b@x.org>`, "550 canceled RCPT"},
		{"while a handshake goes on", strings.ReplaceAll(demand, "C+ RCPT TO:<a@x.org>", "C+ RCPT TO:<a@x.org>\nC+ RCPT TO:<b@x.org>\nS: 530 5.7.0 Must issue a STARTTLS command first") + `
			C: STARTTLS
			S: 220 go
			wait 10s
			hang up`, "canceled STARTTLS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, c *Client) {
				began := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				if got := whole(ctx, c, "a@x.org b@x.org"); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				if took := time.Since(began); took != 3*time.Second {
					t.Errorf("took %v", took)
				}
			}, tt.script)
		})
	}
}
