package smtp

import (
	"bufio"
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// The sandbox's personalities answer as their originals do: each script of testdata/dialogues is played to
// both, and what they say must be the same but for what masks hides.
func TestDialogues(t *testing.T) {
	for _, original := range []struct {
		name     string
		start    func(*testing.T) netip.AddrPort
		settings string // of the personality: what the original is told in its configuration
	}{
		{"postfix", dialoguePostfix, "pause=0s starttls=no"},
		{"exim", dialogueExim, "bye=0s starttls=no"},
		{"opensmtpd", opensmtpd, "starttls=no"},
	} {
		t.Run(original.name, func(t *testing.T) {
			t.Parallel()
			at := original.start(t)
			compareDialogues(t, original.name, dialTCP(at), dialSandbox(t, original.name, original.settings))
		})
	}
}

// dialer opens a session with a server.
type dialer func(t *testing.T) net.Conn

func dialTCP(at netip.AddrPort) dialer {
	return func(t *testing.T) net.Conn {
		conn, err := net.Dial("tcp", at.String())
		if err != nil {
			t.Error(err)
		}
		return conn
	}
}

// dialogueWorld is what the originals are configured to be.
const dialogueWorld = `
%[1]s.example MX 10 mx.%[1]s.example
mx.%[1]s.example A 192.0.2.1
mx.%[1]s.example SMTP %[1]s size=10000 %[2]s
%[1]s.example MAILBOX known
xn--bcher-kva.example MX 10 mx.%[1]s.example
xn--bcher-kva.example MAILBOX known
`

func dialSandbox(t *testing.T, name, settings string) dialer {
	t.Helper()
	w, err := sandbox.Parse(fmt.Sprintf(dialogueWorld, name, settings))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), w, sandbox.Options{Client: netip.MustParseAddr("127.0.0.1")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return func(t *testing.T) net.Conn {
		conn, err := s.Dial(t.Context(), "tcp", "192.0.2.1:25")
		if err != nil {
			t.Error(err)
		}
		return conn
	}
}

// compareDialogues plays every session of every script to both.
func compareDialogues(t *testing.T, name string, original, personality dialer) {
	t.Helper()
	files, err := filepath.Glob("testdata/dialogues/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no dialogues")
	}
	var sessions sync.WaitGroup
	free := make(chan struct{}, 8)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for script := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
			sessions.Go(func() {
				free <- struct{}{}
				defer func() { <-free }()
				want, got := dialogueOf(t, name, script, original(t)), dialogueOf(t, name, script, personality(t))
				title, _, _ := strings.Cut(strings.TrimPrefix(script, "# "), "\n")
				if slips[name+": "+title] == "" {
					compareReplies(t, filepath.Base(file), title, want, got)
				} else if slices.Equal(want, got) {
					t.Errorf("%s: %s: no longer differs", name, title)
				}
			})
		}
	}
	sessions.Wait()
}

// compareReplies names each command that is answered in another way.
func compareReplies(t *testing.T, file, title string, want, got []exchange) {
	t.Helper()
	for i := range max(len(want), len(got)) {
		var w, g exchange
		if i < len(want) {
			w = want[i]
		}
		if i < len(got) {
			g = got[i]
		}
		if w != g {
			t.Errorf("%s: # %s: %s\n original %q\n  sandbox %q", file, title, cmp.Or(w.command, g.command), w.reply,
				g.reply)
		}
	}
}

// exchange is a command and what it was answered.
type exchange struct{ command, reply string }

// slips are sessions in which an original does what no client may count on, and the personality does not copy it.
var slips = map[string]string{
	"opensmtpd: a space after a command":                    "counts a final space as an argument",
	"opensmtpd: MAIL with ENVID=" + strings.Repeat("x", 54): "has room for a hundred octets",
	"exim: a name before the address":                       "takes a name that the RFC does not know",
	"exim: spaces within the brackets":                      "takes the last bracket for a parameter",
	"exim: a number with letters": "reads the number at the beginning, and the next " +
		"command as the chunk",
	"exim: QUIT between chunks":                                 "accepts the part that came",
	"exim: MAIL with PRDR=1":                                    "ignores the value",
	"exim: MAIL with ENVID=a=b":                                 "takes the last = for the one of the parameter",
	"exim: RCPT with NOTIFY=SUCCESS DELAY":                      "writes = for a space",
	"exim: RCPT with NOTIFY=NEVER ORCPT=rfc822;ann@a.example":   "cuts the text short",
	"exim: RCPT with ORCPT=rfc822;ann@a.example NOTIFY=SUCCESS": "cuts the text short",
}

// silence is how long a server may take for a reply.
const silence = 10 * time.Second

// dialogueOf says the lines of a script and returns the dialogue. A line is sent with CRLF, or exactly as it
// is if it is a quoted string of Go; N* in front repeats it, and a backslash at its end sends it together
// with the next.
func dialogueOf(t *testing.T, name, script string, conn net.Conn) (dialogue []exchange) {
	if conn == nil {
		return nil
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(silence))
	in := bufio.NewReader(conn)
	dialogue = append(dialogue, exchange{"", heard(in)})
	var together []string
	lines := strings.Split(script+"\nQUIT", "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "#") {
			continue
		}
		line, joined := strings.CutSuffix(line, `\`)
		together = append(together, spoken(t, strings.ReplaceAll(line, "HERE", name+".example"))...)
		if joined {
			continue
		}
		conn.Write([]byte(strings.Join(together, "")))
		if half, ok := conn.(interface{ CloseWrite() error }); ok && i == len(lines)-1 { // for who waits for more
			half.CloseWrite()
		}
		for _, command := range together {
			reply := heard(in)
			dialogue = append(dialogue, exchange{fmt.Sprintf("%.60q", command), reply})
			if strings.HasSuffix(reply, ended) {
				return dialogue
			}
		}
		together = nil
	}
	return dialogue
}

var repeated = regexp.MustCompile(`^(\d+)\*(.*)$`)

// spoken are the octets of a line of a script.
func spoken(t *testing.T, line string) []string {
	n := 1
	if m := repeated.FindStringSubmatch(line); m != nil {
		n, _ = strconv.Atoi(m[1])
		line = m[2]
	}
	octets := line + "\r\n"
	if strings.HasPrefix(line, `"`) {
		var err error
		if octets, err = strconv.Unquote(strings.TrimSpace(line)); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	return slices.Repeat([]string{octets}, n)
}

const ended = "(ended)"

// heard is a reply. The keywords of EHLO are sorted: no client goes by their order.
func heard(in *bufio.Reader) string {
	var lines []string
	for {
		line, err := in.ReadString('\n')
		line = unmarked(strings.TrimRight(line, "\r\n "))
		if line != "" {
			lines = append(lines, line)
		}
		if err != nil {
			lines = append(lines, ended)
		}
		if err != nil || len(line) < 4 || line[3] != '-' {
			break
		}
	}
	if len(lines) > 1 && strings.HasPrefix(lines[0], "250-") {
		for i := range lines[1:] {
			lines[i+1] = strings.Replace(lines[i+1], "250-", "250 ", 1)
		}
		slices.Sort(lines[1:])
	}
	return strings.Join(lines, "\n")
}

// masks are what differs from one reply to the next, or with the configuration.
var masks = []struct {
	pattern *regexp.Regexp
	as      string
}{
	{regexp.MustCompile(`(ESMTP Exim [\d.]+) .*`), "$1 DATE"},
	{regexp.MustCompile(`queued as \w+`), "queued as ID"},
	{regexp.MustCompile(`OK id=[\w-]+`), "OK id=ID"},
	// Exim's slip with a parameter of RCPT that has no value
	{regexp.MustCompile(`(>)=(\w+: malformed address: )=`), "$1 $2"},
	{regexp.MustCompile(`^250 2\.0\.0 [0-9A-Fa-f]{8} Message`), "250 2.0.0 ID Message"},
}

func unmarked(line string) string {
	for _, m := range masks {
		line = m.pattern.ReplaceAllString(line, m.as)
	}
	return line
}

func dialoguePostfix(t *testing.T) netip.AddrPort {
	return postfix(t, "smtpd_error_sleep_time = 0", "message_size_limit = 10000", "in_flow_delay = 0",
		"mydestination =",
		"virtual_mailbox_domains = postfix.example, bücher.example, xn--bcher-kva.example",
		"virtual_mailbox_maps = inline:{ known@postfix.example=x, known@xn--bcher-kva.example=x, "+
			"known@bücher.example=x }")
}

func dialogueExim(t *testing.T) netip.AddrPort {
	return exim(t, "", "message_size_limit = 10000", "prdr_enable = true", "qualify_domain = exim.example")
}
