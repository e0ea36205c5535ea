package facts

import (
	"context"
	"database/sql"
	"errors"
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
	if s.db == nil {
		return ctx.Err()
	}
	if err := s.load(ctx, now, each); err != nil && ctx.Err() == nil {
		s.turnOff(err)
	}
	return ctx.Err()
}

func (s *Store) load(ctx context.Context, now time.Time, each func(string, validate.Mail)) error {
	rows, err := s.db.QueryContext(ctx, factQuery+" ORDER BY name", now.Unix())
	if err != nil {
		return err
	}
	defer rows.Close()
	shapes := make(reader[validate.Mail])
	for rows.Next() {
		name, m, ok, err := s.fact(rows, now, shapes)
		if err != nil {
			return err
		}
		if ok {
			each(name, m)
		}
	}
	return rows.Err()
}

const factQuery = "SELECT name, ttl, asked, until, " + shapeColumns + " FROM domain WHERE until > ?1"

// fact reads a row of factQuery; false where it isn't to be believed. A fact from the future was stored under
// a wrong clock, so its best-before means nothing; nor does one that is too far away.
func (s *Store) fact(row interface{ Scan(...any) error }, now time.Time, shapes reader[validate.Mail]) (string,
	validate.Mail, bool, error) {
	var name, shape string
	var ttl, asked, until int64
	if err := row.Scan(&name, &ttl, &asked, &until, &shape); err != nil {
		return "", validate.Mail{}, false, err
	}
	if asked > now.Unix() || until > asked+int64(day/time.Second) {
		s.strange.Store(true)
		return name, validate.Mail{}, false, nil
	}
	m, ok := shapes.read(shape, parseMail)
	m.TTL, m.Asked = time.Duration(ttl)*time.Second, time.Unix(asked, 0).UTC()
	return name, m, ok, nil
}

// Get is the fact about a domain that is fresh at the moment now; false if there is none. What waits in this
// process to be written is not seen. The error is ctx's.
func (s *Store) Get(ctx context.Context, domain string, now time.Time) (m validate.Mail, ok bool, err error) {
	if s.unusable() != nil {
		return m, false, ctx.Err()
	}
	_, m, ok, err = s.fact(s.db.QueryRowContext(ctx, factQuery+" AND name = ?2", now.Unix(), domain), now,
		make(reader[validate.Mail]))
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return m, ok, ctx.Err()
	}
	return validate.Mail{}, false, s.giveUp(ctx, err)
}
