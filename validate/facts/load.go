package facts

import (
	"context"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Load hands every fact that is fresh at the moment now to each, domains in byte order, in one scan; it keeps none of
// them. Domains with the same mail hosts share the slice: don't change it. What waits in this process to be written
// is not seen.
//
// The error is ctx's. A file that can't be read turns the store off instead, and the facts handed out so far are
// good.
func (s *Store) Load(ctx context.Context, now time.Time, each func(domain string, m validate.Mail)) error {
	return s.loadSome(ctx, now, each, "")
}

// Find returns the fact about one domain that is fresh at now; false if there is none. The error is as with Load.
func (s *Store) Find(ctx context.Context, now time.Time, domain string) (m validate.Mail, found bool, err error) {
	err = s.loadSome(ctx, now, func(_ string, f validate.Mail) { m, found = f, true }, " AND name = ?2", domain)
	return m, found, err
}

func (s *Store) loadSome(ctx context.Context, now time.Time, each func(string, validate.Mail), which string, args ...any) error {
	if err := s.load(ctx, now, each, which, args); err != nil && ctx.Err() == nil {
		s.turnOff(err)
	}
	return ctx.Err()
}

func (s *Store) load(ctx context.Context, now time.Time, each func(string, validate.Mail), which string, args []any) error {
	// A fact from the future was stored under a wrong clock, so its best-before means nothing; nor does one that is
	// too far away.
	q := "SELECT name, ttl, asked, until, " + shapeColumns + " FROM domain WHERE until > ?1" + which + " ORDER BY name"
	rows, err := s.db.QueryContext(ctx, q, append([]any{now.Unix()}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	shapes := make(reader[validate.Mail])
	for rows.Next() {
		var name, shape string
		var ttl, asked, until int64
		if err := rows.Scan(&name, &ttl, &asked, &until, &shape); err != nil {
			return err
		}
		if asked > now.Unix() || until > asked+int64(day/time.Second) {
			s.strange.Store(true)
			continue
		}
		if m, ok := shapes.read(shape, parseMail); ok {
			m.TTL = time.Duration(ttl) * time.Second
			m.Asked = time.Unix(asked, 0).UTC()
			each(name, m)
		}
	}
	return rows.Err()
}
