package dns

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"
)

// Manners is what [Client.Examine] finds about one resolver. The zero value of the rest is what a good resolver has.
type Manners struct {
	Server   string
	Silent   string // why it gave no usable answer: "REFUSED", "no answer"
	Invents  string // a name that can't exist, yet it has an answer for it
	NoProof  bool   // its noes come without SOA or marked as filtered, so none of them is believed
	Filters  string // a name that filtering resolvers block for show, and it did
	FoldCase bool   // it doesn't give back the case of letters: a protection against forged answers is lost
}

// Sentences returns what the person should know of the resolver: nothing where all is well.
func (m Manners) Sentences() (all []string) {
	switch {
	case m.Silent != "":
		return []string{fmt.Sprintf("resolver %s does not answer (%s)", m.Server, m.Silent)}
	case m.Invents != "":
		return []string{fmt.Sprintf("resolver %s returns an answer for %s, which does not exist: "+
			"it may be a captive portal or a provider's search page, and is asked last", m.Server, m.Invents)}
	case m.NoProof:
		all = append(all, fmt.Sprintf(
			"resolver %s gives no proof that a name does not exist: no address is removed on its answer alone",
			m.Server))
	}
	if m.Filters != "" {
		all = append(all, fmt.Sprintf(
			"resolver %s filters names (it blocks the test name %s): a domain on its blocklist may look dead",
			m.Server, m.Filters))
	}
	if m.FoldCase {
		all = append(all, fmt.Sprintf(
			"resolver %s changes letter case, which disables a protection against forged answers", m.Server))
	}
	return all
}

// showpieces are names that filtering resolvers block so that users can see the filter work. Elsewhere they resolve.
var showpieces = []string{
	"isitblocked.org",          // Quad9
	"malware.testcategory.com", // Cloudflare 1.1.1.2
	"internetbadguys.com",      // OpenDNS
}

// Examine asks each resolver a few questions whose answers are known; it ends within two time-outs and four seconds.
// Servers that invent answers are from then on asked only where no other is left; of those that keep the letters'
// case it is demanded.
func (c *Client) Examine(ctx context.Context) ([]Manners, error) {
	if _, err := c.Resolvers(); err != nil {
		return nil, err
	}
	all := make([]Manners, len(c.servers))
	var wg sync.WaitGroup
	for i, s := range c.servers {
		wg.Go(func() { all[i] = c.examine(ctx, s) })
	}
	wg.Wait()
	return all, ctx.Err()
}

// Trusted reports whether some resolver has not been found to invent answers.
func (c *Client) Trusted() bool {
	if c == nil {
		return false
	}
	c.once.Do(c.start)
	for _, s := range c.servers {
		if !s.unfit.Load() {
			return true
		}
	}
	return len(c.servers) == 0
}

func (c *Client) examine(ctx context.Context, s *server) Manners {
	m := Manners{Server: s.addr}
	for _, name := range []string{madeUp(24) + ".com", madeUp(20) + ".invalid"} {
		a := c.try(ctx, s, name, c.timeout())
		switch a.Outcome {
		case Found:
			m.Invents = a.Name
		case NXDomain, NoData:
			m.NoProof = m.NoProof || !a.Definite()
		default:
			m.Silent = a.Outcome.String()
			return m
		}
	}
	s.unfit.Store(m.Invents != "")
	m.FoldCase = !s.keepsCase(ctx, c)
	m.Filters = c.blocked(ctx, s)
	return m
}

// try asks one server once, or twice where the first try taught us that it knows no EDNS.
func (c *Client) try(ctx context.Context, s *server, name string, timeout time.Duration) Answer {
	plain := s.plain.Load()
	a := s.ask(ctx, name, A, timeout, c.tcp)
	c.trace(a)
	if s.plain.Load() != plain {
		a = s.ask(ctx, name, A, timeout, c.tcp)
		c.trace(a)
	}
	return a
}

// briefly is how long a server may take once it has shown that it answers.
func (c *Client) briefly() time.Duration { return min(c.timeout(), time.Second) }

// keepsCase demands the case of letters from now on, if a first question shows that the server keeps it.
func (s *server) keepsCase(ctx context.Context, c *Client) bool {
	s.strict.Store(true)
	a := c.try(ctx, s, madeUp(24)+".invalid", c.briefly())
	s.strict.Store(!silent(a.Outcome))
	return !silent(a.Outcome)
}

func (c *Client) blocked(ctx context.Context, s *server) string {
	for _, name := range showpieces {
		if filtered(c.try(ctx, s, name, c.briefly())) {
			return name
		}
	}
	return ""
}

// filtered knows the marks of a filter: it says so, its no lacks the SOA, or the address leads nowhere.
func filtered(a Answer) bool {
	if a.Outcome > NXDomain {
		return false
	}
	nowhere := func(ip netip.Addr) bool { return ip.IsUnspecified() || ip.IsLoopback() }
	return !a.Definite() || (len(a.Addrs) > 0 && nowhere(a.Addrs[0]))
}

// madeUp is a label of n letters that nobody has registered.
func madeUp(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(rand.IntN(26))
	}
	return string(b)
}
