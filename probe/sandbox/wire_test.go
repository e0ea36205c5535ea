package sandbox_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// Pipelining, talking early, STARTTLS, logging in, and breaking down.
func TestWire(t *testing.T) {
	t.Parallel()
	tests := []scripted{
		{"OpenSMTPD cuts off who pipelines", "opensmtpd", "mail+ann", `
500 5.5.1 Invalid command: Pipelining not supported
closed
`},
		{"Postfix bears pipelining where it is not offered", "postfix pipelining=no", "greeting ehlo mail+ann", `
220 mx.a.test ESMTP Postfix
250-mx.a.test
250-8BITMIME
250-ENHANCEDSTATUSCODES
250-DSN
250-VRFY
250-ETRN
250-CHUNKING
250-SIZE 26214400
250-STARTTLS
250 SMTPUTF8
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"Postfix holds pipelined replies back while it sleeps, and all verdicts come", "postfix unknown=\"550 5.1.1 no\"", "mail+nobody*28", `
after 11s
250 2.1.0 Ok
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
550 5.1.1 no
421 4.7.0 mx.a.test Error: too many errors
closed
`},
		{"STARTTLS begins anew", "postfix", "mail starttls mail ehlo mail ann", `
250 2.1.0 Ok
220 2.0.0 Ready to start TLS
250 2.1.0 Ok
250-mx.a.test
250-8BITMIME
250-ENHANCEDSTATUSCODES
250-DSN
250-VRFY
250-ETRN
250-CHUNKING
250-PIPELINING
250-SIZE 26214400
250 SMTPUTF8
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"Postfix requires STARTTLS at MAIL", "postfix need=tls", "mail starttls helo mail ann", `
530 5.7.0 Must issue a STARTTLS command first
220 2.0.0 Ready to start TLS
250 mx.a.test
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"OpenSMTPD requires STARTTLS at MAIL", "opensmtpd need=tls", "mail", `
530 5.5.1 Invalid command: Must issue a STARTTLS command first
`},
		{"Postfix without a key that fits goes on in plain text", "postfix starttls=454", "starttls mail ann", `
454 4.7.0 TLS not available due to local problem
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"OpenSMTPD with a handshake that fails loses the session, and the next one goes in plain text", "opensmtpd starttls=handshake", "starttls mail | mail ann", `
220 2.0.0 Ready to start TLS
handshake failed
closed
--
250 2.0.0 Ok
250 2.1.5 Destination address valid: Recipient ok
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.test)
	}
}

// TestFailures: silence, an endless reply and a hang-up, each at each stage.
func TestFailures(t *testing.T) {
	t.Parallel()
	script := []string{"ehlo", "mail", "ann", "data"}
	for at, stage := range []string{"greeting", "ehlo", "mail", "rcpt", "data"} {
		t.Run("silence at "+stage, func(t *testing.T) { silence(t, stage, script[:at]) })
		t.Run("hanging up at "+stage, func(t *testing.T) { hangup(t, stage, script[:at]) })
		t.Run("no end at "+stage, func(t *testing.T) { noEnd(t, stage, script[:at]) })
	}
}

// toStage speaks until the stage that fails, and gives the error of reading on for a minute.
func toStage(t *testing.T, s *sandbox.Sandbox, script []string, lines int) error {
	t.Helper()
	c := dial(t, s, "192.0.2.200")
	for _, word := range script {
		if len(c.reply()) == 0 {
			t.Fatalf("no reply before %s", word)
		}
		fmt.Fprint(c.conn, commandsOf(word)[0]+"\r\n")
	}
	c.conn.SetReadDeadline(time.Now().Add(time.Minute))
	for range lines {
		if line, err := c.in.ReadString('\n'); err != nil || line[3] != '-' {
			return fmt.Errorf("%q, %w", line, err)
		}
	}
	_, err := c.in.ReadString('\n')
	return err
}

func silence(t *testing.T, stage string, script []string) {
	inLab(t, "plain silent="+stage, func(t *testing.T, s *sandbox.Sandbox) {
		if err := toStage(t, s, script, 0); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func hangup(t *testing.T, stage string, script []string) {
	inLab(t, "plain hangup="+stage, func(t *testing.T, s *sandbox.Sandbox) {
		if err := toStage(t, s, script, 0); err != io.EOF {
			t.Errorf("got %v", err)
		}
	})
}

func noEnd(t *testing.T, stage string, script []string) {
	inLab(t, "plain endless="+stage, func(t *testing.T, s *sandbox.Sandbox) {
		if err := toStage(t, s, script, 10_000); err != nil {
			t.Errorf("it ends with %v", err)
		}
	})
}

// TestWhoTalksBeforeTheGreeting is answered as each server does.
func TestWhoTalksBeforeTheGreeting(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, personality, want string }{
		{"postscreen refuses at RCPT", "postscreen deep=no", `
220-mx.a.test ESMTP Postfix
220 mx.a.test ESMTP Postfix
250 mx.a.test
250 2.1.0 Ok
550 5.5.1 Protocol error
221 2.0.0 Bye
`},
		{"Sendmail refuses everything", "sendmail wait=5s", `
554 5.5.0 SMTP protocol error
550 5.0.0 Command rejected
550 5.0.0 Command rejected
550 5.0.0 Command rejected
`},
		{"OpenSMTPD hangs up", "opensmtpd wait=5s", `
500 5.5.1 Invalid command: Pipelining not supported
`},
		{"Postfix does not mind", "postfix wait=5s", `
220 mx.a.test ESMTP Postfix
250 mx.a.test
250 2.1.0 Ok
250 2.1.5 Ok
221 2.0.0 Bye
`},
		{"Exim does not mind", "exim wait=5s greeting=\"220 hi\"", `
220 hi
250 mx.a.test Hello c.sandbox.test [192.0.2.200]
250 OK
250 Accepted
221 mx.a.test closing connection
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inLab(t, tt.personality, func(t *testing.T, s *sandbox.Sandbox) {
				c := dial(t, s, "192.0.2.200")
				go fmt.Fprint(c.conn, strings.Join(commandsOf("helo+mail+ann+quit"), "\r\n")+"\r\n")
				got, _ := io.ReadAll(c.conn)
				want := strings.ReplaceAll(strings.TrimLeft(tt.want, "\n"), "\n", "\r\n")
				if diff := cmp.Diff(want, string(got)); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		})
	}
}
