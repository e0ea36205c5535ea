package dns

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"syscall"
)

// maxUDP bounds what is read of one datagram. We offer to take 1232 bytes; some send more.
const maxUDP = 4096

// socket is one long-lived, connected UDP socket with the questions that fly over it. Being connected, it only sees
// what comes from the resolver's address and port.
type socket struct {
	conn net.Conn

	mu     sync.Mutex
	flying map[uint16]*flight
	closed bool // nothing may be sent any more
}

// flight is a question on its way.
type flight struct {
	id     uint16
	asked  []byte
	strict bool
	folded bool        // what looked like the answer came with its letters' case changed
	landed chan []byte // gets the one answer, or nil when the socket failed
}

var errSocket = errors.New("the socket failed")

func newSocket(conn net.Conn) *socket {
	return &socket{conn: conn, flying: make(map[uint16]*flight)}
}

// send gives the question an id nobody can guess, and sends it.
func (s *socket) send(q question, strict bool) (*flight, error) {
	f := &flight{asked: q.asked, strict: strict, landed: make(chan []byte, 1)}
	if err := s.register(f); err != nil {
		return nil, err
	}
	binary.BigEndian.PutUint16(q.wire, f.id)
	if _, err := s.conn.Write(q.wire); err != nil {
		s.forget(f)
		return nil, err
	}
	return f, nil
}

func (s *socket) register(f *flight) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.flying) > 1<<15 {
		return errSocket
	}
	for {
		f.id = uint16(rand.Uint32())
		if _, taken := s.flying[f.id]; !taken {
			s.flying[f.id] = f
			return nil
		}
	}
}

// forget ends the wait for an answer, and reports whether one came with its letters' case changed.
func (s *socket) forget(f *flight) (folded bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(f)
	return f.folded
}

// end takes a flight off; a retired socket is closed after its last one.
func (s *socket) end(f *flight) {
	delete(s.flying, f.id)
	if s.closed && len(s.flying) == 0 {
		s.conn.Close()
	}
}

// retire lets the flights end and takes no new ones.
func (s *socket) retire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if len(s.flying) == 0 {
		s.conn.Close()
	}
}

// listen hands out the answers until the socket is closed. What answers no question of ours is passed over: the right
// answer may still come.
func (s *socket) listen() {
	buf := make([]byte, maxUDP)
	for {
		n, err := s.conn.Read(buf)
		switch {
		case err == nil:
			s.land(buf[:n])
		case errors.Is(err, syscall.ECONNREFUSED): // nobody listens there now; somebody may later
			s.crash()
		default:
			s.retire()
			s.crash()
			return
		}
	}
}

func (s *socket) land(raw []byte) {
	if len(raw) < headerSize {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.flying[binary.BigEndian.Uint16(raw)]
	if f == nil || !answeredBy(f.asked, false, raw) {
		return
	}
	if f.strict && !answeredBy(f.asked, true, raw) {
		f.folded = true
		return
	}
	s.end(f)
	f.landed <- append([]byte(nil), raw...) // never waits: one place, one answer
}

// crash ends all flights.
func (s *socket) crash() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.flying {
		s.end(f)
		f.landed <- nil
	}
}

func (s *socket) alive() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.closed
}
