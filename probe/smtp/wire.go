package smtp

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// Bounds of what is read. The longest replies known, with several lines of explanation, have 1 to 2 KiB.
const (
	maxLine    = 2 << 10 // octets kept of a line; RFC 5321 §4.5.3.1.5 has 512. The rest is read and dropped
	maxReply   = 64 << 10
	maxLines   = 100
	maxSession = 1 << 20
)

// nonsense is what no SMTP server should say.
type nonsense string

func (e nonsense) Error() string { return string(e) }

// wire is a connection that is spoken to in lines, within bounds.
type wire struct {
	raw      net.Conn // what to close, under TLS too
	conn     net.Conn
	in       *bufio.Reader
	octets   int           // that may still be read
	patience time.Duration // that may still be spent waiting
	trace    func(sent bool, text string)
}

func newWire(conn net.Conn, patience time.Duration, trace func(bool, string)) *wire {
	w := &wire{raw: conn, octets: maxSession, patience: patience, trace: trace}
	w.use(conn)
	return w
}

// use goes on over conn, which is what was raw under TLS.
func (w *wire) use(conn net.Conn) {
	w.conn, w.in = conn, bufio.NewReaderSize(metered{w, conn}, maxLine)
}

// metered counts what a session reads.
type metered struct {
	w    *wire
	conn net.Conn
}

func (m metered) Read(p []byte) (int, error) {
	if m.w.octets <= 0 {
		return 0, nonsense("more than 1 MiB in one session")
	}
	n, err := m.conn.Read(p[:min(len(p), m.w.octets)])
	m.w.octets -= n
	return n, err
}

// within gives the next steps a time in all, however the octets may drip, and returns what ends it.
func (w *wire) within(d time.Duration) (done func()) {
	began := time.Now()
	w.conn.SetDeadline(began.Add(min(d, w.patience)))
	return func() { w.patience -= time.Since(began) }
}

// write sends lines in one piece.
func (w *wire) write(lines ...string) error {
	if w.trace != nil {
		for _, l := range lines {
			w.trace(true, l)
		}
	}
	_, err := io.WriteString(w.conn, strings.Join(lines, "\r\n")+"\r\n")
	return err
}

// line reads up to the next LF, with or without a CR before it.
func (w *wire) line() (text string, octets int, err error) {
	b, err := w.in.ReadSlice('\n')
	text, octets = string(b), len(b)
	for errors.Is(err, bufio.ErrBufferFull) && octets <= maxReply {
		b, err = w.in.ReadSlice('\n')
		octets += len(b)
	}
	if errors.Is(err, bufio.ErrBufferFull) {
		err = nonsense("a line without an end")
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r"), octets, err
}

// quiet makes sure that the host has nothing more to say at present: what it says unasked would be taken for
// the reply to the next command. It waits a moment, in proportion to the time that the last reply took. It
// returns nil, what the host says instead, or io.EOF and the like if it is hanging up.
//
// A host that tells lies at moments of its choosing can't be caught so, nor need it be: it may lie in its
// replies as well.
func (w *wire) quiet(took time.Duration) error {
	moment := min(max(took/32, time.Millisecond), 50*time.Millisecond)
	if w.in.Buffered() == 0 {
		w.conn.SetReadDeadline(time.Now().Add(moment))
		if _, err := w.in.Peek(1); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				return nil
			}
			return err
		}
	}
	w.conn.SetReadDeadline(time.Now().Add(moment))
	said, err := w.hear()
	switch {
	case err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
		return err
	case err == nil && said.code == 421: // which may be said at any time (RFC 5321 §3.8)
		return farewell{said}
	}
	return nonsense("it speaks unasked")
}

// farewell is a reply with which the host ends the session.
type farewell struct{ answer }

func (farewell) Error() string { return "the host took leave" }
