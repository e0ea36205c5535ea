package facts

import (
	"context"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Load calls each with every fact that is fresh at now, in byte order of the domains. It uses one scan and keeps no
// facts in memory. Domains with the same mail servers share the slice: do not change it. Pending writes of this
// process are not seen.
//
// The error is that of ctx. If the file cannot be read, the store turns itself off; facts passed to each before that
// remain valid.
func (s *Store) Load(ctx context.Context, now time.Time, each func(domain string, m validate.Mail)) error {
	if err := s.load(ctx, now, each); err != nil && ctx.Err() == nil {
		s.turnOff(err)
	}
	return ctx.Err()
}

func (s *Store) load(ctx context.Context, now time.Time, each func(string, validate.Mail)) error {
	// A fact from the future was stored under a wrong clock, so its best-before means nothing; nor does one that is
	// too far away.
	const q = "SELECT name, ttl, asked, until, " + shapeColumns + " FROM domain WHERE until > ?1 ORDER BY name"
	rows, err := s.db.QueryContext(ctx, q, now.Unix())
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
