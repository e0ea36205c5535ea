package serve

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// mostConnections are open at the same time. One more takes the place of the one that has been there longest
// without showing that it may come in: ten thousand strangers drive out each other, and nobody else.
const mostConnections = 512

// seats are the open connections, the oldest first.
type seats struct {
	mu   sync.Mutex
	all  list.List
	seat map[net.Conn]*list.Element
}

// seat is one connection.
type seat struct {
	conn  net.Conn
	known atomic.Bool // it has shown the token, or a cookie
}

type seatKey struct{}

// take gives a connection a seat, and puts it into its context.
func (s *seats) take(ctx context.Context, c net.Conn) context.Context {
	x := &seat{conn: c}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all.Len() >= mostConnections {
		s.evict()
	}
	s.seat[c] = s.all.PushBack(x)
	return context.WithValue(ctx, seatKey{}, x)
}

// evict closes the oldest connection of a stranger; if there is none, the oldest of all.
func (s *seats) evict() {
	out := s.all.Front()
	for e := out; e != nil; e = e.Next() {
		if !e.Value.(*seat).known.Load() {
			out = e
			break
		}
	}
	x := s.all.Remove(out).(*seat)
	delete(s.seat, x.conn)
	_ = x.conn.Close() // whoever serves it sees that
}

// left frees the seat of a connection that is closed.
func (s *seats) left(c net.Conn, state http.ConnState) {
	if state != http.StateClosed && state != http.StateHijacked {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.seat[c]; e != nil {
		s.all.Remove(e)
		delete(s.seat, c)
	}
}

// welcome notes that a connection is of somebody who may come in.
func welcome(r *http.Request) {
	if x, ok := r.Context().Value(seatKey{}).(*seat); ok {
		x.known.Store(true)
	}
}
