package sandbox_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// lab is a world with one mail host, whose personality a test chooses, for the domain a.test. b.test is at
// the same host.
const labWorld = `
a.test      MX 10 mx.a.test
b.test      MX 10 mx.a.test
mx.a.test   A 192.0.2.1
mx.a.test   SMTP %s
mx.a.test   LOGIN app=secret
a.test      MAILBOX ann ben cleo zoe=full old=disabled gone=moved:new@b.test boss=policy busy=busy later=later no=sendonly down=421-4.3.2 müller
b.test      MAILBOX ann
far.test    MX 10 mx.far.test
mx.far.test A 192.0.2.2
mx.far.test SMTP postfix
far.test    MAILBOX ann
`

// shorthand are the words of a script that are not recipients of a.test.
var shorthand = map[string]string{
	"ehlo": "EHLO c.sandbox.test", "mail": "MAIL FROM:<check@far.test>", "null": "MAIL FROM:<>",
	"nodomain": "MAIL FROM:<x@nowhere.test>",
	"nouser":   "MAIL FROM:<nobody@far.test>", "utf8": "MAIL FROM:<check@far.test> SMTPUTF8", "b": "RCPT TO:<ann@b.test>",
	"far": "RCPT TO:<ann@far.test>", "u-domain": "RCPT TO:<ann@mäx.test>", "rset": "RSET", "noop": "NOOP",
	"vrfy": "VRFY ann@a.test", "quit": "QUIT",
	"data": "DATA", "hello": "Subject: hello\r\n\r\nhello\r\n.", "starttls": "STARTTLS",
	"localhost": "EHLO localhost", "helo": "HELO c.sandbox.test",
	"junk": "FOO", "sized": "MAIL FROM:<check@far.test> SIZE=11",
	"gtube":    "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n.",
	"login":    "AUTH PLAIN AGFwcABzZWNyZXQ=",
	"badlogin": "AUTH PLAIN AGFwcABndWVzcw==", "auth-cram": "AUTH CRAM-MD5", "extended": "RCPT TO:<ann+news@a.test>",
	"wellknown": "EHLO mx.far.test",
}

var times = regexp.MustCompile(`^(.+)\*(\d+)$`)

// writes turns a script into what is written at once: the words between spaces, with a + between commands
// that go together.
func writes(script string) (all [][]string) {
	for _, word := range strings.Fields(script) {
		repeat, unit := 1, word
		if m := times.FindStringSubmatch(word); m != nil && !strings.Contains(word, "+") {
			unit = m[1]
			repeat, _ = strconv.Atoi(m[2])
		}
		for range repeat {
			all = append(all, commandsOf(unit))
		}
	}
	return all
}

func commandsOf(unit string) (all []string) {
	for part := range strings.SplitSeq(unit, "+") {
		repeat := 1
		if m := times.FindStringSubmatch(part); m != nil {
			part = m[1]
			repeat, _ = strconv.Atoi(m[2])
		}
		text, ok := shorthand[part]
		if reply, demanded := strings.CutPrefix(part, "r:"); demanded {
			text = "RCPT TO:<" + reply + "@reply.a.test>"
		} else if !ok {
			text = "RCPT TO:<" + part + "@a.test>"
		}
		for range repeat {
			all = append(all, text)
		}
	}
	return all
}

// client is the other side of a session.
type client struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(t *testing.T, s *sandbox.Sandbox, from string) *client {
	t.Helper()
	conn, err := s.DialFrom(netip.MustParseAddr(from))(t.Context(), "tcp", "192.0.2.1:25")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return newClient(conn)
}

func newClient(conn net.Conn) *client { return &client{conn, bufio.NewReader(conn)} }

// reply reads one reply; it is empty at the end.
func (c *client) reply() (lines []string) {
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return lines
		}
		lines = append(lines, strings.TrimRight(line, "\r\n"))
		if len(line) < 4 || line[3] != '-' {
			return lines
		}
	}
}

// ask writes commands at once and reads a reply for each, as far as they come.
func (c *client) ask(commands ...string) (lines []string, open bool) {
	fmt.Fprint(c.conn, strings.Join(commands, "\r\n")+"\r\n")
	for range commands {
		r := c.reply()
		if r == nil {
			return lines, false
		}
		lines = append(lines, r...)
	}
	return lines, true
}

func (c *client) secure(t *testing.T) error {
	t.Helper()
	conn := tls.Client(c.conn, &tls.Config{InsecureSkipVerify: true})
	err := conn.Handshake()
	c.conn, c.in = conn, bufio.NewReader(conn)
	return err
}

// run plays a script and gives what came, with the time each reply took if it took any: equal lines are counted.
func (c *client) run(t *testing.T, script string) string {
	t.Helper()
	var seen []string
	for _, commands := range writes(script) {
		begun := time.Now()
		lines, open := c.ask(commands...)
		if took := time.Since(begun); took > 0 {
			lines = append([]string{"after " + took.Round(time.Millisecond).String()}, lines...)
		}
		seen = append(seen, strings.Join(lines, "\n"))
		if n := len(lines); n > 0 && strings.HasPrefix(lines[n-1], "421") {
			open = open && c.reply() != nil
		}
		if open && commands[0] == "STARTTLS" && strings.HasPrefix(lines[0], "220") && c.secure(t) != nil {
			open = false
			seen = append(seen, "handshake failed")
		}
		if !open {
			seen = append(seen, "closed")
			break
		}
	}
	return fold(seen)
}

// fold counts what comes several times in a row.
func fold(seen []string) string {
	var b strings.Builder
	for i := 0; i < len(seen); {
		n := 1
		for i+n < len(seen) && seen[i+n] == seen[i] {
			n++
		}
		if n > 1 {
			fmt.Fprintf(&b, "%d times ", n)
		}
		if seen[i] != "" {
			b.WriteString(strings.ReplaceAll(seen[i], "\nafter", "after") + "\n")
		}
		i += n
	}
	return b.String()
}

// inLab runs f in a bubble with a sandbox whose only mail host has the personality.
func inLab(t *testing.T, personality string, f func(t *testing.T, s *sandbox.Sandbox)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f(t, startPiped(t, fmt.Sprintf(labWorld, personality)))
	})
}

func startPiped(t *testing.T, world string) *sandbox.Sandbox {
	t.Helper()
	w, err := sandbox.Parse(world)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), w, sandbox.Options{Pipes: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// scripted is a conversation in a bubble: each session of the script, separated by "|", after the greeting
// and EHLO were read.
type scripted struct {
	name, personality, script, want string
}

func (tt scripted) test(t *testing.T) {
	t.Parallel()
	inLab(t, tt.personality, func(t *testing.T, s *sandbox.Sandbox) {
		var got []string
		for script := range strings.SplitSeq(tt.script, "|") {
			script, from := source(script)
			if pause, rest, ok := strings.Cut(script, ";"); ok {
				d, err := time.ParseDuration(strings.TrimSpace(pause))
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(d)
				script = rest
			}
			c := dial(t, s, from)
			got = append(got, c.session(t, script))
			c.conn.Close()
			synctest.Wait()
		}
		want := strings.TrimLeft(tt.want, "\n")
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(strings.Join(got, "--\n"), "\n")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// source takes the client's address off a session's script: "from 192.0.2.9: ...".
func source(script string) (rest, from string) {
	if after, ok := strings.CutPrefix(strings.TrimSpace(script), "from "); ok {
		from, rest, _ = strings.Cut(after, ": ")
		return rest, from
	}
	return script, "192.0.2.200"
}

// session plays a whole one. The greeting and the reply to EHLO are shown only where the script asks for them
// with "greeting".
func (c *client) session(t *testing.T, script string) string {
	t.Helper()
	script = strings.TrimSpace(script)
	if rest, ok := strings.CutPrefix(script, "greeting"); ok {
		begun := time.Now()
		lines := c.reply()
		if took := time.Since(begun); took > 0 {
			lines = append([]string{"after " + took.String()}, lines...)
		}
		if len(lines) == 0 {
			return "closed\n"
		}
		if !strings.HasPrefix(lines[0], "220") && !strings.HasPrefix(lines[0], "after") && c.reply() == nil {
			lines = append(lines, "closed")
		}
		return strings.Join(lines, "\n") + "\n" + c.run(t, rest)
	}
	c.reply()
	c.ask(shorthand["ehlo"])
	return c.run(t, script)
}
