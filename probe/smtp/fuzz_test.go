package smtp

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// FuzzSession lets a host say anything: a piece before the first command, and one after each line that it
// hears; then it hangs up, or says no more.
func FuzzSession(f *testing.F) {
	const begin = "220 mx\r\n|250-mx\r\n250-STARTTLS\r\n250 SMTPUTF8\r\n|"
	for _, said := range []string{
		"220 mx\r\n|250-mx\r\n250 PIPELINING\r\n||||250 ok\r\n550 5.1.1 <a@x.org> no\r\n250 ok\r\n421 enough\r\n",
		begin + "250 ok\r\n|550 no\r\n|250 ok\r\n|450 later\r\n|250 ok\r\n|250 ok\r\n|250 ok\r\n|221 bye\r\n",
		begin + "530 5.7.0 Must issue a STARTTLS command first\r\n|220 go\r\n|\x16\x03\x03",
		begin + "250 ok\r\n|550 too many bad recipients\r\n",
		"220-mx\r\n|", "554 no\r\n", "220 mx\r\n220 mx\r\n", "220 mx\r\n|502 what?\r\n|250 mx\r\n|250 ok\r\n|250",
		"\x00\xff\r\r\n\n",
	} {
		f.Add([]byte(said), true, false)
		f.Add([]byte(said), false, true)
	}
	f.Fuzz(func(t *testing.T, said []byte, hangsUp, utf8 bool) {
		if len(said) > 1<<14 {
			t.Skip()
		}
		synctest.Test(t, func(t *testing.T) {
			h := &anyHost{pieces: bytes.Split(said, []byte("|")), hangsUp: hangsUp}
			h.talkTo(t, utf8)
		})
	})
}

// anyHost says pieces, whatever it hears.
type anyHost struct {
	pieces  [][]byte
	hangsUp bool
	heard   []string
}

func (h *anyHost) talkTo(t *testing.T, utf8 bool) {
	began := time.Now()
	var serving sync.WaitGroup
	c := &Client{HELO: "probe.example.net", From: ourSender, Dial: func(context.Context, string, string) (net.Conn,
		error) {
		ours, theirs := net.Pipe()
		serving.Go(func() { h.serve(ours) })
		return theirs, nil
	}}
	if s, trouble := c.begin(t.Context(), someHost); trouble == nil {
		converse(t, s, utf8)
		s.Quit(t.Context())
	}
	serving.Wait()
	if took := time.Since(began); took > 6*time.Minute {
		t.Errorf("it took %v", took)
	}
	h.mustHaveHeardSMTP(t)
}

// serve hears in this goroutine and speaks in another, so that neither waits for the other.
func (h *anyHost) serve(conn net.Conn) {
	lines := make(chan struct{}, 1<<10)
	var speaking sync.WaitGroup
	speaking.Go(func() {
		h.speak(conn, lines)
		if h.hangsUp {
			conn.Close()
		}
	})
	for in := bufio.NewReader(conn); ; lines <- struct{}{} {
		line, err := in.ReadString('\n')
		h.heard = append(h.heard, line)
		if err != nil {
			break
		}
	}
	close(lines)
	conn.Close()
	speaking.Wait()
}

func (h *anyHost) speak(conn net.Conn, lines <-chan struct{}) {
	for _, p := range h.pieces {
		if _, err := conn.Write(p); err != nil {
			return
		}
		if _, ok := <-lines; !ok {
			return
		}
	}
}

// mustHaveHeardSMTP looks at what was said in the clear.
func (h *anyHost) mustHaveHeardSMTP(t *testing.T) {
	for _, line := range h.heard {
		switch verb, _, _ := strings.Cut(strings.TrimSuffix(line, "\r\n"), " "); verb {
		case "STARTTLS":
			return
		case "EHLO", "HELO", "MAIL", "RCPT", "RSET", "QUIT", "":
		default:
			t.Errorf("the client said %q", line)
		}
	}
}

// converse asks until there is an end, and holds the session to its word.
func converse(t *testing.T, s *Session, utf8 bool) {
	recipients := []string{"a@x.org", "b@x.org", "c@x.org"}
	for range 20 {
		ended, before := s.Ended(), s.Refusals()
		replies, end := s.put(t.Context(), recipients, utf8)
		if len(replies) > len(recipients) || (end == nil && len(replies) < len(recipients)) ||
			(ended && (len(replies) > 0 || end == nil)) {
			t.Errorf("%d replies to %d recipients, %v; had ended: %v", len(replies), len(recipients), end, ended)
		}
		refused := 0
		for _, r := range replies {
			if !rcpt.fits(answer{code: r.Code}) || r.Code == 421 {
				t.Errorf("a reply of %d", r.Code)
			}
			if r.Code >= 400 {
				refused++
			}
		}
		if refused > s.Refusals()-before {
			t.Errorf("%d refusals, counted %d", refused, s.Refusals()-before)
		}
	}
}
