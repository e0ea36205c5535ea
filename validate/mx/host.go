package mx

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/prebounce/prebounce/validate/dns"
)

// host is what DNS says of a mail host's addresses. With no usable address, no or failed says why.
type host struct {
	addrs   []netip.Addr // usable ones, as many as are enough
	private bool         // it has addresses, but none usable
	no      string       // a definite no
	failed  string       // no definite answer
	ttl     time.Duration
	until   time.Time // when a failure may be asked again; zero for never
}

// failuresLast is how long a host that gave no answer is left in peace.
const failuresLast = time.Minute

// host resolves a mail host once, however many domains share it, at the same time or one after the other.
func (l *Lookup) host(ctx context.Context, name string) host {
	for {
		if h, ok := l.hosts.get(name); ok {
			return h
		}
		v, _, shared := l.asking.Do(name, func() (any, error) {
			h := l.resolveHost(ctx, name)
			if ctx.Err() == nil {
				l.hosts.put(name, h)
			}
			return h, nil
		})
		if h := v.(host); !shared || h.failed == "" || ctx.Err() != nil {
			return h
		} else if _, kept := l.hosts.get(name); kept {
			return h
		} // else the one we shared with gave up, but we need not
	}
}

// resolveHost asks for A, and for AAAA where no IPv4 address is usable.
func (l *Lookup) resolveHost(ctx context.Context, name string) host {
	if _, err := netip.ParseAddr(name); err == nil {
		return host{no: name + " is an address, not a name"}
	}
	var h host
	for _, typ := range []dns.Type{dns.A, dns.AAAA} {
		a := l.confirmed(ctx, l.DNS.Ask(ctx, name, typ))
		l.learn(&h, a)
		if len(h.addrs) > 0 {
			h.no, h.failed = "", ""
			return h
		}
		if a.Outcome > dns.NXDomain || (a.Outcome == dns.NXDomain && a.Definite()) {
			break // the name's servers are in trouble, or there is no other type either (RFC 8020)
		}
	}
	if h.failed != "" {
		h.until = time.Now().Add(failuresLast)
	}
	return h
}

// learn adds one answer to what is known of a host.
func (l *Lookup) learn(h *host, a dns.Answer) {
	if !a.Definite() {
		h.failed = fmt.Sprintf("%s %s: %s", a.Type, a.Name, a)
		return
	}
	h.ttl = shorter(h.ttl, a.TTL)
	for _, addr := range a.Addrs {
		if usable(addr, l.AllowPrivate) && len(h.addrs) < enough {
			h.addrs = append(h.addrs, addr)
		}
	}
	switch {
	case l.nowhere(a):
		h.private, h.no = true, fmt.Sprintf("%s has the address %s, which is not public", a.Name, a.Addrs[0])
	case len(h.addrs) == 0 && !h.private:
		h.no = fmt.Sprintf("%s: %s", a.Name, a)
	}
}

// hostCache keeps the hosts of a run. It holds at most two generations: when the younger is full, the older is
// dropped, so what is asked for often stays. The zero value is ready.
type hostCache struct {
	mu         sync.Mutex
	young, old map[string]host
}

const generation = 1 << 16

func (c *hostCache) get(name string) (host, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.young[name]
	if !ok {
		if h, ok = c.old[name]; ok {
			c.add(name, h)
		}
	}
	if ok && !h.until.IsZero() && time.Now().After(h.until) {
		return host{}, false
	}
	return h, ok
}

func (c *hostCache) put(name string, h host) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(name, h)
}

func (c *hostCache) add(name string, h host) {
	if c.young == nil || len(c.young) == generation {
		c.old, c.young = c.young, make(map[string]host)
	}
	c.young[name] = h
}
