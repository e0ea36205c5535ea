package dns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Client asks resolvers. The zero value asks the system's. It is safe for use by many goroutines; nothing may be
// changed after the first question. Close it when done.
type Client struct {
	Servers []string // HOST[:PORT] each, at most 16; the system's resolvers if empty
	// Window is how many questions may be in flight at a server; they become so many step by step. Zero means 256, and
	// more while that brings more answers.
	Window  int
	Timeout time.Duration // of one try, TCP included; 5 s if zero
	Tries   int           // per question, over the servers; at least one each and two in all if zero
	Trace   func(Answer)  // if set, hears of every try, from many goroutines at once

	// Dial, if set, opens the connections ("udp" and "tcp"), as the sandbox's does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	once    sync.Once
	servers []*server
	err     error
	tcp     chan struct{}
	flights singleflight.Group
}

func (c *Client) start() {
	names := c.Servers
	if len(names) == 0 {
		names, c.err = system(systemFile)
	}
	dial := c.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	c.tcp = make(chan struct{}, tcpAtOnce)
	if len(names) > maxServers {
		c.err = fmt.Errorf("too many resolvers (%d); at most %d are supported", len(names), maxServers)
		return
	}
	for _, name := range names {
		addr, err := ParseServer(name)
		if err != nil {
			c.err = err
			return
		}
		c.servers = append(c.servers, &server{addr: addr, dial: dial, window: c.newWindow()})
	}
}

// Windows where the caller names none: what every resolver bears, and what a fast one may.
const (
	usualWindow = 256
	widest      = 2048
)

func (c *Client) newWindow() *window {
	w := newWindow(cmp.Or(c.Window, usualWindow))
	if c.Window == 0 {
		w.growth.top = widest
	}
	return w
}

func (c *Client) timeout() time.Duration { return cmp.Or(c.Timeout, 5*time.Second) }

func (c *Client) trace(a Answer) {
	if c.Trace != nil {
		c.Trace(a)
	}
}

// errNoResolver is what a nil Client answers.
var errNoResolver = errors.New("there is no resolver to ask")

// Resolvers names the servers that are asked, or says why there are none.
func (c *Client) Resolvers() ([]string, error) {
	if c == nil {
		return nil, errNoResolver
	}
	c.once.Do(c.start)
	var names []string
	for _, s := range c.servers {
		names = append(names, s.addr)
	}
	return names, c.err
}

// Places is how many questions may fly at present, over all servers, and some more that wait for their turn.
func (c *Client) Places() (n int) {
	if c == nil {
		return 0
	}
	c.once.Do(c.start)
	for _, s := range c.servers {
		n += s.window.places()
	}
	return n
}

// Close closes the sockets and waits for their readers. Questions that still fly end as Unreachable.
func (c *Client) Close() {
	if c == nil {
		return
	}
	c.once.Do(func() { c.err = net.ErrClosed })
	for _, s := range c.servers {
		s.close()
	}
}

// Ask asks until a server gives a definite answer, at most Tries times, so it ends within about Tries times Timeout
// once its turn has come. The same question is asked once if several ask it at the same time.
func (c *Client) Ask(ctx context.Context, name string, typ Type) Answer {
	if c == nil {
		return Answer{Name: name, Type: typ, Outcome: Unaskable, Err: errNoResolver}
	}
	for {
		v, _, shared := c.flights.Do(typ.String()+" "+name, func() (any, error) {
			return c.ask(ctx, name, typ, 0), nil
		})
		a := v.(Answer)
		if !shared || a.Outcome != cancelled || ctx.Err() != nil {
			return a
		} // else it was cancelled by the one whose question we shared
	}
}

// again asks the question of a once more: another server than the one that answered, if there is one that works.
func (c *Client) again(ctx context.Context, a Answer) Answer {
	if c == nil {
		return c.Ask(ctx, a.Name, a.Type)
	}
	c.once.Do(c.start)
	var used uint
	for i, s := range c.servers {
		if s.addr == a.Server {
			used |= 1 << i
		}
	}
	return c.ask(ctx, a.Name, a.Type, used)
}

// Confirm asks about a definite answer once more, so that what one resolver says alone convinces nobody. What comes
// is the second answer; if that isn't definite it says what was not confirmed.
func (c *Client) Confirm(ctx context.Context, a Answer) Answer {
	b := c.again(ctx, a)
	if !b.Definite() {
		text := a.String() + " is not confirmed"
		if b.Err != nil {
			text += ": " + b.Err.Error()
		}
		b.Err = errors.New(text)
	}
	return b
}

// ask tries servers; used has a bit for each one that need not be asked first.
func (c *Client) ask(ctx context.Context, name string, typ Type, used uint) (best Answer) {
	c.once.Do(c.start)
	if c.err != nil || len(c.servers) == 0 {
		return Answer{Name: name, Type: typ, Outcome: Unaskable,
			Err: cmp.Or(c.err, errors.New("no resolver is configured"))}
	}
	for try := range cmp.Or(c.Tries, max(2, len(c.servers))) {
		i := c.pick(used)
		if try > 0 && used>>i&1 == 1 && !c.worthRepeating(ctx, best) {
			break
		}
		used |= 1 << i
		a := c.servers[i].ask(ctx, name, typ, c.timeout(), c.tcp)
		a.Tries = try + 1
		c.trace(a)
		if try == 0 || a.Outcome <= NXDomain || best.Outcome > NXDomain {
			best = a
		}
		if a.Definite() || a.Outcome == Unaskable || a.Outcome == cancelled {
			return a
		}
	}
	return best
}

// worthRepeating waits a little before a server is asked the same again. What it said once, if only without proof, it
// will say again.
func (c *Client) worthRepeating(ctx context.Context, last Answer) bool {
	if last.Outcome <= NXDomain {
		return false
	}
	if last.Outcome == timedOut {
		return true // it has waited enough
	}
	pause := time.NewTimer(50*time.Millisecond + rand.N(100*time.Millisecond))
	defer pause.Stop()
	select {
	case <-pause.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// pick chooses the server to ask next: a fit one, one that is up, one not used yet, and of those the least busy.
func (c *Client) pick(used uint) int {
	if len(c.servers) == 1 {
		return 0
	}
	best, lowest := 0, 0.0
	for i, s := range c.servers {
		cost := min(s.window.load(), 999)
		for step, bad := range [...]bool{used>>i&1 == 1, s.down(), s.unfit.Load()} {
			if bad {
				cost += float64(int(1000) << step)
			}
		}
		if i == 0 || cost < lowest {
			best, lowest = i, cost
		}
	}
	return best
}
