package sandbox_test

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
)

var replyLine = regexp.MustCompile(`^[2345][0-9][0-9][ -].*$`)

// FuzzSession lets a client say anything. Whatever it is, each line that comes back is one of a reply, and
// the session ends.
func FuzzSession(f *testing.F) {
	f.Add("EHLO a\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<ann@a.test>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n", uint8(0))
	f.Add("helo \x1b[31m\r\nmail from:<\"a>\\\"\"@b> SIZE=99999999999999 SMTPUTF8 BODY=8BITMIME\r\nrcpt "+
		"to:<@x,@y:\xff@a.test>\r\n", uint8(3))
	f.Add("AUTH PLAIN =\r\nAUTH LOGIN\r\nYXBw\r\nc2VjcmV0\r\nAUTH LOGIN "+
		"eA==\r\n*\r\nRSET\r\nVRFY\r\n\r\nRCPT\r\nRCPT TO:<550-5.7.1.data@reply.a.test>\r\n", uint8(9))
	f.Add("EHLO a\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<ann@a.test> FOO=BAR\r\n", uint8(0))
	f.Add("EHLO {rcpt}\nMAIL FROM:<{host}>\nRCPT TO:<postmaster>\nSTARTTLS\nx", uint8(20))
	personalities := sandbox.Personalities()
	f.Fuzz(func(t *testing.T, text string, nth uint8) {
		w := world(t, fmt.Sprintf(labWorld, personalities[int(nth)%len(personalities)]+" ports=25 closes=50"))
		s, err := sandbox.Start(t.Context(), w, sandbox.Options{Pipes: true, Pace: 1e12})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		conn, err := s.Dial(t.Context(), "tcp", "192.0.2.1:25")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		go func() {
			io.WriteString(conn, text+"\r\n.\r\nQUIT\r\n")
			// it may wait for the rest of a message or of a handshake
			conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		}()
		lines := bufio.NewScanner(conn)
		lines.Buffer(nil, 1<<16)
		for lines.Scan() {
			// a TLS alert
			if line := lines.Text(); !replyLine.MatchString(line) && lines.Err() == nil && line[0] != 0x15 {
				t.Fatalf("it said %q", line)
			}
		}
		for _, session := range s.Sessions() {
			if session.Refused > len(session.Asked) {
				t.Errorf("%d of %d recipients refused", session.Refused, len(session.Asked))
			}
		}
	})
}

// TestTheServersAreBounded: long lines, many recipients and long messages.
func TestTheServersAreBounded(t *testing.T) {
	t.Parallel()
	inLab(t, "plain size=1000", func(t *testing.T, s *sandbox.Sandbox) {
		c := dial(t, s, "192.0.2.200")
		c.reply()
		long := make([]byte, 1<<20)
		for i := range long {
			long[i] = 'x'
		}
		if lines, _ := c.ask("EHLO " + string(long)); lines[0] != "500 5.5.2 Error: line too long" {
			t.Errorf("a long line got %q", lines)
		}
		c.ask("HELO c.sandbox.test")
		c.ask("MAIL FROM:<check@far.test>")
		c.ask("RCPT TO:<ann@a.test>")
		c.ask("DATA")
		if lines, open := c.ask(string(long[:4000]) + "\r\n."); !open ||
			lines[0] != "552 5.3.4 Error: message file too big" {
			t.Errorf("a long message got %q", lines)
		}
		c.ask("MAIL FROM:<check@far.test>")
		c.ask("RCPT TO:<ann@a.test>")
		c.ask("DATA")
		go fmt.Fprint(c.conn, string(long))
		if got := c.reply(); got != nil {
			t.Errorf("a message without an end got %q", got)
		}
		if n := len(s.Messages()); n > 0 {
			t.Errorf("%d messages kept", n)
		}
	})
}
