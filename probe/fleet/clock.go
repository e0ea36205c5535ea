package fleet

import (
	"sync"
	"time"
)

// clock tells the time of the server. It goes by how long ago something was, never by what this machine takes the
// time for, so the two may be years apart.
type clock struct {
	mu    sync.Mutex
	at    time.Time // here, with its monotonic reading
	then  time.Time // what the server's clock showed at that moment, give or take loose
	loose time.Duration
}

// steady is how long a good reading counts before a worse one takes its place.
const steady = 5 * time.Minute

// set takes in what the server's clock showed between two moments here.
func (c *clock) set(before, after, server time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	loose := after.Sub(before) / 2
	if !c.at.IsZero() && loose > 2*c.loose && loose > 50*time.Millisecond && after.Sub(c.at) < steady {
		return
	}
	c.at, c.then, c.loose = before.Add(loose), server, loose
}

// now is what the server's clock shows.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.then.Add(time.Since(c.at))
}

// server makes of a moment here what the server's clock showed; zero stays zero.
func (c *clock) server(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return c.now().Add(-time.Since(t))
}

// here makes of a moment of the server one that can be compared with [time.Now]; zero stays zero.
func (c *clock) here(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Now().Add(t.Sub(c.now()))
}
