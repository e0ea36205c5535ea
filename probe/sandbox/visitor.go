package sandbox

import (
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"time"
)

// memory is what a mail host remembers of its clients.
type memory struct {
	mu       sync.Mutex
	visitors map[netip.Addr]*visitor
	grey     map[string]triple
}

// triple is when postgrey's triple was first seen and when it was last let through.
type triple struct{ first, passed time.Time }

// visitor is one client at one host.
type visitor struct {
	open     int
	arrivals []time.Time
	asked    []time.Time
	greeted  time.Time // when it last waited for a whole greeting
	tested   time.Time // when it last passed the deep tests
	unknown  int       // recipients it asked for that don't exist
}

// How long what was learnt of a client holds: postscreen's cache, and postgrey's window and memory.
const (
	greetedFor = 24 * time.Hour
	testedFor  = 30 * 24 * time.Hour
	greyWindow = 48 * time.Hour
	greyMemory = 35 * 24 * time.Hour
)

// maxRemembered bounds the clients and the triples of one host. When they are too many, all are forgotten.
const maxRemembered = 1 << 20

func newMemory() *memory {
	return &memory{visitors: make(map[netip.Addr]*visitor), grey: make(map[string]triple)}
}

// of runs f on what is known about a client.
func (m *memory) of(client netip.Addr, f func(v *visitor)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := m.visitors[client]
	if v == nil {
		if len(m.visitors) >= maxRemembered {
			clear(m.visitors)
		}
		v = &visitor{}
		m.visitors[client] = v
	}
	f(v)
}

// count adds one to times unless the rate is used up. What is refused counts only where the host is strict.
func (r rate) count(times *[]time.Time, now time.Time, strict bool) (ok bool) {
	if r.n == 0 {
		return true
	}
	kept := (*times)[:0]
	for _, t := range *times {
		if now.Sub(t) < r.per {
			kept = append(kept, t)
		}
	}
	ok = len(kept) < r.n
	if strict && !ok {
		kept = kept[1:]
	}
	if ok || strict {
		kept = append(kept, now)
	}
	*times = kept
	return ok
}

var digits = regexp.MustCompile(`[0-9]+`)

// greyKey is postgrey's triple: the client's /24 or /64, the sender without extension and numbers, the
// recipient, in lower case.
func greyKey(client netip.Addr, sender, rcpt string) string {
	bits := 24
	if client.Is6() {
		bits = 64
	}
	net, _ := client.Prefix(bits)
	local, domain, _ := strings.Cut(sender, "@")
	local, _, _ = strings.Cut(local, "+")
	return strings.ToLower(net.String() + "/" + digits.ReplaceAllString(local, "#") + "@" + domain + "/" + rcpt)
}

// isGrey reports whether the triple has yet to wait. The first time counts, however often it comes back.
func (m *memory) isGrey(key string, now time.Time, delay time.Duration) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, seen := m.grey[key]
	known := !t.passed.IsZero() && now.Sub(t.passed) < greyMemory
	if !seen || (!known && now.Sub(t.first) > greyWindow) {
		if len(m.grey) >= maxRemembered {
			clear(m.grey)
		}
		m.grey[key] = triple{first: now}
		return true
	}
	if now.Sub(t.first) < delay {
		return true
	}
	t.passed = now
	m.grey[key] = t
	return false
}
