package fleet

import (
	"context"
	"time"
)

// leased is an operator that somebody asks from an address, by the server's clock.
type leased struct {
	Operator string    `json:"operator"`
	From     string    `json:"from"`
	Holder   string    `json:"holder"`
	Until    time.Time `json:"until"`
}

// Lease is [probe.Store.Lease]: an operator is leased for one sending address, and other addresses have leases of
// their own.
func (s *store) Lease(ctx context.Context, operator string, now, until time.Time) (other time.Time, err error) {
	lasts := until.Sub(now)
	err = alter(ctx, s.cells, s.own("lease", operator), func(l *leased) bool {
		at := s.conn.clock.now()
		other = time.Time{}
		if l.Holder != s.holder && l.Until.After(at) {
			other = s.conn.clock.here(l.Until)
			return false
		}
		*l = leased{Operator: operator, From: s.from, Holder: s.holder, Until: at.Add(lasts)}
		return true
	})
	return other, err
}

// Release is [probe.Store.Release].
func (s *store) Release(ctx context.Context, operator string) error {
	return alter(ctx, s.cells, s.own("lease", operator), func(l *leased) bool {
		ours := l.Holder == s.holder
		l.Until = time.Time{}
		return ours
	})
}
