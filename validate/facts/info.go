package facts

import (
	"context"
	"fmt"
	"os"
	"time"
)

// Contents summarises what a store holds.
type Contents struct {
	Path    string         `json:"path"`
	Bytes   int64          `json:"bytes"` // on disk, write-ahead log included
	Domains int            `json:"domains"`
	Fresh   int            `json:"fresh"`  // of Domains, those within their best-before
	Status  map[string]int `json:"status"` // Domains by status, in the words of [validate.MailStatus]
	// when the first and the last of them were asked; zero for an empty store
	Oldest   time.Time `json:"oldest,omitzero"`
	Newest   time.Time `json:"newest,omitzero"`
	Answers  int       `json:"answers"`  // about addresses, fresh or not
	Controls int       `json:"controls"` // domains whose control recipient was asked about
	Resting  []Rested  `json:"resting"`
	Aside    []string  `json:"set_aside"` // files set aside earlier; nothing looks at them any more
}

// Rested is an operator that is cooling down.
type Rested struct {
	Operator string    `json:"operator"`
	Until    time.Time `json:"until"`
	Why      string    `json:"why"`
}

// Info summarises what the store holds at now. It does not count pending writes of this process.
func (s *Store) Info(ctx context.Context, now time.Time) (Contents, error) {
	if s.db == nil {
		return Contents{}, errNotOpened
	}
	c := Contents{Path: s.path, Status: make(map[string]int), Aside: setAsideFiles(s.path)}
	for _, companion := range []string{"", "-wal"} {
		if at, err := os.Stat(s.path + companion); err == nil {
			c.Bytes += at.Size()
		}
	}
	if err := s.count(ctx, now, &c); err != nil {
		return c, fmt.Errorf("store of facts: %s: %w", s.path, err)
	}
	return c, nil
}

func (s *Store) count(ctx context.Context, now time.Time, c *Contents) error {
	if err := s.countDomains(ctx, now, c); err != nil {
		return err
	}
	const q = "SELECT (SELECT count(*) FROM answer), (SELECT count(*) FROM control)"
	if err := s.db.QueryRowContext(ctx, q).Scan(&c.Answers, &c.Controls); err != nil {
		return err
	}
	var err error
	c.Resting, err = s.resting(ctx, now)
	return err
}

func (s *Store) resting(ctx context.Context, now time.Time) (all []Rested, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT operator, ends, why FROM rest WHERE ends > ? ORDER BY operator",
		nanos(now))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Rested
		var ends int64
		if err := rows.Scan(&r.Operator, &ends, &r.Why); err != nil {
			return nil, err
		}
		r.Until = moment(ends)
		all = append(all, r)
	}
	return all, rows.Err()
}

func (s *Store) countDomains(ctx context.Context, now time.Time, c *Contents) error {
	const q = `SELECT status, count(*), count(*) FILTER (WHERE until > ?1 AND asked <= ?1), min(asked), max(asked) FROM domain GROUP BY status`
	rows, err := s.db.QueryContext(ctx, q, now.Unix())
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var status string
		var all, fresh int
		var first, last int64
		if err := rows.Scan(&status, &all, &fresh, &first, &last); err != nil {
			return err
		}
		c.Domains += all
		c.Fresh += fresh
		c.Status[status] = all
		c.span(time.Unix(first, 0).UTC(), time.Unix(last, 0).UTC())
	}
	return rows.Err()
}

// span widens the time from Oldest to Newest.
func (c *Contents) span(first, last time.Time) {
	if c.Oldest.IsZero() || first.Before(c.Oldest) {
		c.Oldest = first
	}
	if last.After(c.Newest) {
		c.Newest = last
	}
}
