package smtp

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stage plays one connection for each script, over pipes and within a bubble of fake time. The lines of a script:
//
//	S: TEXT   the host says a line
//	S; TEXT   the same without the line end; \r, \n and the like as in Go
//	C: TEXT   the client says just that line
//	C+ TEXT   the same, in the same write as the line before
//	wait 6s   the host takes its time
//	tls       the host takes part in a handshake; "no tls" spoils it
//	hang up   the host closes the connection
//
// A connection still open after the script is one where the host says no more; the client must not either,
// but for QUIT.
type stage struct {
	t       *testing.T
	scripts []string
	mu      sync.Mutex
	dialled int
	done    sync.WaitGroup
}

var someHost = Host{Name: "mx.example.org", Addr: netip.MustParseAddr("5.5.5.1")}

// play runs f against the scripts, within a bubble.
func play(t *testing.T, f func(t *testing.T, c *Client), scripts ...string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		st := &stage{t: t, scripts: scripts}
		f(t, &Client{HELO: "probe.example.net", From: "ann@example.net", Dial: st.dial})
		st.done.Wait()
		if st.dialled != len(scripts) {
			t.Errorf("%d connections of %d", st.dialled, len(scripts))
		}
	})
}

func (st *stage) dial(context.Context, string, string) (net.Conn, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.dialled == len(st.scripts) {
		return nil, fmt.Errorf("connection %d is one too many", st.dialled+1)
	}
	ours, theirs := net.Pipe()
	script := st.scripts[st.dialled]
	st.dialled++
	st.done.Go(func() {
		a := &actor{t: st.t, conn: ours, in: bufio.NewReader(ours)}
		defer ours.Close()
		a.perform(script)
	})
	return theirs, nil
}

type actor struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func (a *actor) perform(script string) {
	for _, line := range strings.Split(strings.TrimSpace(script), "\n") {
		if line = strings.TrimSpace(line); line != "" && !a.act(line) {
			return
		}
	}
	rest, _ := io.ReadAll(a.in)
	if s := string(rest); s != "" && s != "QUIT\r\n" {
		a.t.Errorf("after the script the client said %q", s)
	}
}

// act reports whether there is more to play.
func (a *actor) act(line string) bool {
	verb, text := line[:2], strings.TrimPrefix(line[2:], " ")
	switch verb {
	case "S:":
		return a.say(text + "\r\n")
	case "S;":
		raw, err := strconv.Unquote(`"` + text + `"`)
		if err != nil {
			a.t.Errorf("%s: %v", line, err)
		}
		return a.say(raw)
	case "C:", "C+":
		return a.hear(verb == "C+", text)
	}
	return a.direct(line)
}

func (a *actor) direct(line string) bool {
	if d, ok := strings.CutPrefix(line, "wait "); ok {
		took, err := time.ParseDuration(d)
		if err != nil {
			a.t.Error(err)
		}
		time.Sleep(took)
		return true
	}
	switch line {
	case "hang up":
		return false
	case "tls":
		conn := tls.Server(a.conn, &tls.Config{Certificates: []tls.Certificate{certificate}})
		if err := conn.Handshake(); err != nil {
			a.t.Errorf("handshake: %v", err)
			return false
		}
		a.conn, a.in = conn, bufio.NewReader(conn)
	case "no tls":
		tls.Server(a.conn, &tls.Config{}).Handshake()
		return false
	default:
		a.t.Errorf("what is %q?", line)
	}
	return true
}

func (a *actor) say(s string) bool {
	_, err := io.WriteString(a.conn, s)
	return err == nil
}

func (a *actor) hear(sameWrite bool, want string) bool {
	if (sameWrite && a.in.Buffered() == 0) || (!sameWrite && a.in.Buffered() > 0) {
		a.t.Errorf("%q: %d octets came with the line before", want, a.in.Buffered())
	}
	got, err := a.in.ReadString('\n')
	if got != want+"\r\n" {
		a.t.Errorf("the client said %q (%v), want %q", got, err, want)
	}
	return err == nil
}
