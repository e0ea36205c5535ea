package probe

import (
	"context"
	"errors"
	"net/netip"
	"sync"

	"github.com/prebounce/prebounce/probe/smtp"
)

// New makes a prober that may be used by several goroutines: its limits hold over all of its calls, and it
// holds at most one connection to an address, whichever call wants it. store keeps the limits; use a [Memory]
// where nothing has to outlive the process. fit is the pre-flight: it runs before the first connection, and
// nobody is asked until it has returned nil once; see
// [github.com/prebounce/prebounce/probe/identity.Examiner.Fit].
func New(client *smtp.Client, store Store, fit func(context.Context) error) (*Prober, error) {
	switch {
	case client == nil:
		return nil, errNoClient
	case store == nil:
		return nil, errNoStore
	case fit == nil:
		return nil, errors.New("a prober needs a pre-flight: pass the Fit method of an identity.Examiner")
	}
	return &Prober{Client: client, Store: store, calls: &calls{fit: fit}}, nil
}

var (
	errNoClient = errors.New("asking needs a Client: make the prober with New")
	errNoStore  = errors.New("asking needs a Store that keeps the limits: make the prober with New")
)

// calls are what the calls of one prober share.
type calls struct {
	examining sync.Mutex
	fit       func(context.Context) error
	passed    bool

	mu    sync.Mutex
	inUse map[netip.Addr]bool
}

// ready runs the pre-flight unless it has passed. What failed is tried again by the next call.
func (c *calls) ready(ctx context.Context) error {
	if c.fit == nil {
		return ctx.Err()
	}
	c.examining.Lock()
	defer c.examining.Unlock()
	if c.passed || ctx.Err() != nil {
		return ctx.Err()
	}
	err := c.fit(ctx)
	c.passed = err == nil
	return err
}

// claim makes an address ours for one session, and reports whether it was another's.
func (c *calls) claim(addr netip.Addr) (taken bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inUse == nil {
		c.inUse = make(map[netip.Addr]bool)
	}
	taken = c.inUse[addr]
	c.inUse[addr] = true
	return taken
}

func (c *calls) free(addr netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.inUse, addr)
}
