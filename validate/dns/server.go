package dns

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

const (
	socketsPerServer = 8                // spreads the questions over ports, which makes forging harder
	readBuffer       = 1 << 20          // per socket: the answers of a whole window may come while we are busy
	downAfter        = 5                // so many silences in a row, and the server is left alone
	downFor          = 10 * time.Second // then it is tried again
)

// server is one resolver: its sockets, its window, and what was learnt about it.
type server struct {
	addr   string
	dial   dialFunc
	window *window

	plain  atomic.Bool // it knows no EDNS
	strict atomic.Bool // it gives back the case of letters
	unfit  atomic.Bool // it invents answers

	heard    atomic.Int64 // when it last answered anything, Unix nanoseconds
	missed   atomic.Int64 // when a try last ended in silence
	silences atomic.Int32 // tries in a row during which it answered nothing to anybody

	mu      sync.Mutex
	sockets [socketsPerServer]*socket
	next    int
	closed  bool
	readers sync.WaitGroup
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// ask is one try: over UDP, and over TCP if that was truncated, both until the time-out.
func (s *server) ask(ctx context.Context, name string, typ Type, timeout time.Duration, tcp chan struct{}) Answer {
	q, err := newQuestion(name, typ, s.plain.Load())
	if err != nil {
		return Answer{Name: name, Type: typ, Outcome: Unaskable, Err: err}
	}
	if err := s.window.enter(ctx); err != nil {
		return Answer{Name: name, Type: typ, Outcome: cancelled, Server: s.addr, Err: err}
	}
	start := time.Now()
	a := s.exchange(ctx, q, start.Add(timeout), tcp)
	a.Server, a.Took = s.addr, time.Since(start)
	s.learn(start, &a)
	s.window.leave(failures[a.Outcome])
	return a
}

// failures is how much an outcome counts against the window. SERVFAIL and silence are often about the name; REFUSED
// hardly ever: so speaks a forwarder that has enough to do.
var failures = [...]int{servFail: 1, timedOut: 1, unreachable: 1, refused: 5, Unaskable: 0}

func (s *server) exchange(ctx context.Context, q question, deadline time.Time, tcp chan struct{}) Answer {
	raw, err := s.overUDP(ctx, q, deadline)
	overTCP := err == nil && raw[2]&0x02 != 0 // TC
	if overTCP {
		raw, err = s.overTCP(ctx, q, deadline, tcp)
	}
	if err != nil {
		a := failure(ctx, q, err)
		a.TCP = overTCP
		return a
	}
	a := read(raw, q)
	a.TCP = overTCP
	return a
}

// failure turns what the network said into an answer.
func failure(ctx context.Context, q question, err error) Answer {
	a := Answer{Name: hostName(q.name), Type: q.typ, Outcome: unreachable, Err: err}
	switch {
	case ctx.Err() != nil:
		a.Outcome, a.Err = cancelled, ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		a.Outcome, a.Err = timedOut, nil
	case errors.Is(err, errWrongMessage):
		a.Outcome = malformed
	}
	return a
}

func (s *server) overUDP(ctx context.Context, q question, deadline time.Time) ([]byte, error) {
	sock, err := s.socket(ctx, deadline)
	if err != nil {
		return nil, err
	}
	f, err := sock.send(q, s.strict.Load())
	if err != nil {
		return nil, err
	}
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case raw := <-f.landed:
		if raw == nil {
			return nil, errSocket
		}
		return raw, nil
	case <-timer.C:
		if sock.forget(f) {
			s.strict.Store(false) // one of several machines behind this address doesn't keep it
		}
		return nil, os.ErrDeadlineExceeded
	case <-ctx.Done():
		sock.forget(f)
		return nil, ctx.Err()
	}
}

// socket gives the sockets in turn, and opens those that are missing.
func (s *server) socket(ctx context.Context, deadline time.Time) (*socket, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, net.ErrClosed
	}
	s.next = (s.next + 1) % len(s.sockets)
	if sock := s.sockets[s.next]; sock != nil && sock.alive() {
		return sock, nil
	}
	ctx, cancel := context.WithDeadline(ctx, deadline) // the resolver may be a name, which has to be resolved
	defer cancel()
	conn, err := s.dial(ctx, "udp", s.addr)
	if err != nil {
		return nil, err
	}
	if c, ok := conn.(interface{ SetReadBuffer(bytes int) error }); ok {
		c.SetReadBuffer(readBuffer) // what the system doesn't grant may cost a retry
	}
	sock := newSocket(conn)
	s.sockets[s.next] = sock
	s.readers.Go(sock.listen)
	return sock, nil
}

// learn keeps the server's health, and turns EDNS off where it is the trouble (RFC 6891 §7).
func (s *server) learn(start time.Time, a *Answer) {
	if a.Outcome == badRcode && a.Err != nil && a.Err.Error() == dns.RcodeToString[dns.RcodeFormatError] {
		s.plain.Store(true)
	}
	switch now := time.Now().UnixNano(); {
	case a.Outcome == cancelled:
	case !silent(a.Outcome):
		s.heard.Store(now)
		s.silences.Store(0)
	case s.heard.Load() < start.UnixNano():
		s.missed.Store(now)
		if s.silences.Add(1)%downAfter == 0 {
			s.reopen()
		}
	}
}

// reopen replaces the sockets, as their own address may be gone: a laptop moves between networks.
func (s *server) reopen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, sock := range s.sockets {
		if sock != nil {
			sock.retire()
			s.sockets[i] = nil
		}
	}
}

func silent(o Outcome) bool { return o == timedOut || o == unreachable }

func (s *server) down() bool {
	return s.silences.Load() >= downAfter && time.Now().UnixNano()-s.missed.Load() < int64(downFor)
}

// close ends the flights and waits for the readers.
func (s *server) close() {
	s.mu.Lock()
	s.closed = true
	for _, sock := range s.sockets {
		if sock != nil {
			sock.retire()
			sock.crash()
		}
	}
	s.mu.Unlock()
	s.readers.Wait()
}
