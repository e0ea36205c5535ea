package fleet

import (
	"context"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

// learnt is a fact and when it was learnt, by the server's clock.
type learnt[T any] struct {
	Value T         `json:"value"`
	At    time.Time `json:"at"`
}

// fresh is the value, unless it is past its best-before.
func (l learnt[T]) fresh(now time.Time, life time.Duration) (value T) {
	if now.Before(l.At.Add(life)) {
		return l.Value
	}
	return value
}

// learn keeps a fact, unless a newer one is there.
func learn[T comparable](ctx context.Context, s *store, key string, value T, at time.Time) error {
	return alter(ctx, s.cells, key, func(l *learnt[T]) bool {
		is := learnt[T]{value, s.conn.clock.server(at)}
		newer := !l.At.After(is.At)
		*l = is
		return newer
	})
}

// Control is [probe.Store.Control].
func (s *store) Control(ctx context.Context, domain string, _ time.Time) (validate.Control, error) {
	l, err := load[learnt[validate.Control]](ctx, s.cells, shared("control", domain))
	return l.fresh(s.conn.clock.now(), limits.ControlLife), err
}

// PutControl is [probe.Store.PutControl]. The coordinator keeps host and text, with the answers.
func (s *store) PutControl(ctx context.Context, domain string, c validate.Control, _, _ string, at time.Time) error {
	if c == validate.ControlUnknown || strings.Contains(domain, "@") {
		return ctx.Err()
	}
	return learn(ctx, s, shared("control", domain), c, at)
}

// HostProfile is [probe.Store.HostProfile]. That a server tolerates much of one address says nothing of another, nor
// does a way that is open.
func (s *store) HostProfile(ctx context.Context, host string, now time.Time) (limits.HostProfile, error) {
	all, err := load[learnt[limits.HostProfile]](ctx, s.cells, shared("host", host))
	if err != nil {
		return limits.HostProfile{}, err
	}
	ours, err := load[learnt[limits.HostProfile]](ctx, s.cells, s.own("host", host))
	m, own := all.fresh(s.conn.clock.now(), limits.HostProfileLife), ours.fresh(s.conn.clock.now(), limits.HostProfileLife)
	m.Tolerant, m.Greeted = own.Tolerant, own.Greeted
	return m, err
}

// PutHostProfile is [probe.Store.PutHostProfile].
func (s *store) PutHostProfile(ctx context.Context, host string, m limits.HostProfile, at time.Time) error {
	if err := s.greets.PutHostProfile(ctx, host, m, at); err != nil {
		return err
	}
	if err := learn(ctx, s, s.own("host", host), m, at); err != nil {
		return err
	}
	m.Tolerant, m.Greeted = false, false
	return learn(ctx, s, shared("host", host), m, at)
}

// Greeted is [probe.Store.Greeted], of this worker alone.
func (s *store) Greeted(ctx context.Context, now time.Time) (map[string]bool, error) {
	return s.greets.Greeted(ctx, now)
}
