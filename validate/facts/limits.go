package facts

import (
	"context"
	"fmt"
	"time"
)

// Limits is the state of all limits at one moment.
type Limits struct {
	Counts  []Count  `json:"counts"`
	Leases  []Leased `json:"leases"`
	Resting []Rested `json:"cool_downs"`
}

// Count is how much of a limit was used. A key begins with what is limited: "rcpt", "connect" and an address,
// "operator" and a name, or "all".
type Count struct {
	Key    string    `json:"key"`
	Minute int       `json:"last_minute"`
	Hour   int       `json:"last_hour"`
	Day    int       `json:"last_day"`
	Latest time.Time `json:"latest"`
}

// Leased is an operator that a run is asking now.
type Leased struct {
	Operator string    `json:"operator"`
	Until    time.Time `json:"until"`
	Ours     bool      `json:"-"` // by this Store
}

// Limits returns the limits in effect at now, sorted by key and operator.
func (s *Store) Limits(ctx context.Context, now time.Time) (l Limits, err error) {
	if s.db == nil {
		return l, errNotOpened
	}
	if l.Counts, err = s.spentNow(ctx, now); err == nil {
		l.Leases, err = s.leases(ctx, now)
	}
	if err == nil {
		l.Resting, err = s.resting(ctx, now)
	}
	if l.Resting == nil {
		l.Resting = []Rested{}
	}
	if err != nil {
		err = fmt.Errorf("store of facts: %s: %w", s.path, err)
	}
	return l, err
}

func (s *Store) spentNow(ctx context.Context, now time.Time) (all []Count, err error) {
	const q = `SELECT key, sum(n) FILTER (WHERE at > ?2), sum(n) FILTER (WHERE at > ?3), sum(n), max(at) FROM spent
		WHERE at > ?4 AND at <= ?5 AND until > ?1 GROUP BY key ORDER BY key`
	_, late := owed[0].params(now)
	rows, err := s.db.QueryContext(ctx, q, now.Unix(), nanos(now.Add(-time.Minute)), nanos(now.Add(-time.Hour)),
		nanos(now.Add(-day)), late)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all = []Count{}
	for rows.Next() {
		var c Count
		var minute, hour *int
		var latest int64
		if err := rows.Scan(&c.Key, &minute, &hour, &c.Day, &latest); err != nil {
			return nil, err
		}
		c.Minute, c.Hour, c.Latest = orNone(minute), orNone(hour), moment(latest)
		all = append(all, c)
	}
	return all, rows.Err()
}

func orNone(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func (s *Store) leases(ctx context.Context, now time.Time) (all []Leased, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT operator, ends, holder = ? FROM lease WHERE ends > ? ORDER BY "+
		"operator", s.holder, nanos(now))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all = []Leased{}
	for rows.Next() {
		var l Leased
		var ends int64
		if err := rows.Scan(&l.Operator, &ends, &l.Ours); err != nil {
			return nil, err
		}
		l.Until = moment(ends)
		all = append(all, l)
	}
	return all, rows.Err()
}
