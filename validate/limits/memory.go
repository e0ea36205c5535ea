package limits

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Memory holds, for the life of one process, the state that polite asking needs: units taken, cool-downs, and what is
// known about domains and mail servers. The zero value is ready to use, and its methods are safe for concurrent use.
//
// Their errors are those of the context. The caller chooses the names of domains, hosts, operators and keys.
type Memory struct {
	mu       sync.Mutex
	spent    map[string][]spending // by the cap's key, in the order of time
	controls map[string]learnt[validate.Control]
	profiles map[string]learnt[HostProfile]
	rests    map[string]rest
}

// spending is so many spent at one moment.
type spending struct {
	at, until time.Time
	n         int
}

type learnt[T any] struct {
	value T
	at    time.Time
}

type rest struct {
	until time.Time
	why   string
}

// locked runs do alone, unless the context is at its end.
func (m *Memory) locked(ctx context.Context, do func()) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := ctx.Err()
	if err == nil {
		do()
	}
	return err
}

// Take takes up to n units from every cap at once and returns how many it could take; if fewer than n, again is the
// time at which more may be available. In any span of length Within, at most Most units are taken under a Key. A cap
// below one never grants anything.
func (m *Memory) Take(ctx context.Context, now time.Time, n int, caps ...Cap) (granted int, again time.Time,
	err error) {
	err = m.locked(ctx, func() {
		spent := make([]Spent, len(caps))
		for i, c := range caps {
			spent[i] = m.within(c, now)
		}
		granted, again = Grant(now, n, caps, spent)
		m.spend(now, granted, caps)
	})
	return granted, again, err
}

// Spend records n units as taken at that moment, whatever the caps allow.
func (m *Memory) Spend(ctx context.Context, at time.Time, n int, caps ...Cap) error {
	return m.locked(ctx, func() { m.spend(at, n, caps) })
}

// within sums up what was spent in the span that ends now. What was spent in the future was spent under a wrong clock.
func (m *Memory) within(c Cap, now time.Time) (s Spent) {
	for _, one := range m.spent[c.Key] {
		if !one.at.After(now.Add(-c.Within)) || one.at.After(now.Add(Lateness)) {
			continue
		}
		if s.N == 0 {
			s.First = one.at
		}
		s.N += one.n
	}
	return s
}

func (m *Memory) spend(at time.Time, n int, caps []Cap) {
	if n <= 0 {
		return
	}
	if m.spent == nil {
		m.spent = make(map[string][]spending)
	}
	for key, life := range Keys(caps) {
		past := slices.DeleteFunc(m.spent[key], func(one spending) bool { return !one.until.After(at) })
		i, found := moment(past, at)
		if !found {
			past = slices.Insert(past, i, spending{at: at})
		}
		past[i].n += n
		past[i].until = latest(past[i].until, at.Add(life))
		m.spent[key] = past
	}
}

// GiveBack returns up to n units that were taken at that moment and not used.
func (m *Memory) GiveBack(ctx context.Context, at time.Time, n int, caps ...Cap) error {
	return m.locked(ctx, func() {
		for key := range Keys(caps) {
			past := m.spent[key]
			i, found := moment(past, at)
			if !found || n <= 0 {
				continue
			}
			if past[i].n -= n; past[i].n <= 0 {
				m.spent[key] = slices.Delete(past, i, i+1)
			}
		}
	})
}

// moment finds what was spent at a moment, or the place for it.
func moment(past []spending, at time.Time) (int, bool) {
	return slices.BinarySearchFunc(past, at, func(one spending, at time.Time) int { return one.at.Compare(at) })
}

// Lease leases an operator. Within one process nobody else can hold it, so it always returns the zero time.
func (m *Memory) Lease(ctx context.Context, operator string, now, until time.Time) (other time.Time, err error) {
	return time.Time{}, ctx.Err()
}

// Release ends a lease.
func (m *Memory) Release(ctx context.Context, operator string) error { return ctx.Err() }

// CoolDown records that the operator must not be asked before the given time, and why. A longer cool-down stays in
// effect.
func (m *Memory) CoolDown(ctx context.Context, operator string, until time.Time, why string) error {
	return m.locked(ctx, func() {
		if m.rests == nil {
			m.rests = make(map[string]rest)
		}
		if until.After(m.rests[operator].until) {
			m.rests[operator] = rest{until, why}
		}
	})
}

// CoolingDown returns the end of the operator's cool-down and its reason, or the zero time if there is none.
func (m *Memory) CoolingDown(ctx context.Context, operator string, now time.Time) (until time.Time, why string,
	err error) {
	err = m.locked(ctx, func() {
		if r := m.rests[operator]; r.until.After(now) && !r.until.After(now.Add(CoolDownLife+Lateness)) {
			until, why = r.until, r.why
		}
	})
	return until, why, err
}

// Control returns what is known about a domain's control recipient. It is kept for ControlLife.
func (m *Memory) Control(ctx context.Context, domain string, now time.Time) (c validate.Control, err error) {
	err = m.locked(ctx, func() { c = fresh(m.controls[domain], now, ControlLife) })
	return c, err
}

// PutControl stores the result of asking about a domain's control recipient. validate.ControlUnknown is not a fact and
// changes nothing. Memory ignores host and text.
func (m *Memory) PutControl(ctx context.Context, domain string, c validate.Control, host, text string,
	at time.Time) error {
	return m.locked(ctx, func() {
		if c != validate.ControlUnknown {
			learn(&m.controls, domain, c, at)
		}
	})
}

// HostProfile returns what is known about a mail server. It is kept for HostProfileLife.
func (m *Memory) HostProfile(ctx context.Context, host string, now time.Time) (known HostProfile, err error) {
	err = m.locked(ctx, func() { known = fresh(m.profiles[host], now, HostProfileLife) })
	return known, err
}

// PutHostProfile replaces what is known about a mail server, unless the stored profile is newer.
func (m *Memory) PutHostProfile(ctx context.Context, host string, known HostProfile, at time.Time) error {
	return m.locked(ctx, func() { learn(&m.profiles, host, known, at) })
}

// Greeted returns the mail servers that greeted us at the last connection.
func (m *Memory) Greeted(ctx context.Context, now time.Time) (hosts map[string]bool, err error) {
	err = m.locked(ctx, func() {
		hosts = make(map[string]bool)
		for host, fact := range m.profiles {
			if fresh(fact, now, HostProfileLife).Greeted {
				hosts[host] = true
			}
		}
	})
	return hosts, err
}

// learn keeps the newer fact.
func learn[T any](facts *map[string]learnt[T], about string, value T, at time.Time) {
	if *facts == nil {
		*facts = make(map[string]learnt[T])
	}
	if old, ok := (*facts)[about]; !ok || at.Unix() >= old.at.Unix() {
		(*facts)[about] = learnt[T]{value, at}
	}
}

// fresh is the value, or nothing if it is past its best-before. Facts are dated to the second, and one from
// the future was learnt under a wrong clock.
func fresh[T any](fact learnt[T], now time.Time, life time.Duration) (value T) {
	if at := fact.at.Unix(); at <= now.Unix() && now.Unix() < at+int64(life/time.Second) {
		return fact.value
	}
	return value
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
