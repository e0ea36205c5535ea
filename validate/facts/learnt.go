package facts

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

// Control returns what is known about a domain's control recipient. It is kept for limits.ControlLife. The error is
// that of ctx.
func (s *Store) Control(ctx context.Context, domain string, now time.Time) (validate.Control, error) {
	var name string
	const q = "SELECT control FROM control WHERE domain = ?1 AND until > ?2 AND asked <= ?2"
	_, known, err := s.ask(ctx, q, []any{domain, now.Unix()}, &name)
	if err != nil || known {
		return controlByName[name], err
	}
	return s.memory.Control(ctx, domain, now)
}

// PutControl stores the result of asking about a domain's control recipient, with the server's reply for people.
// ControlUnknown and domains with an @ are not stored. The text is truncated to 2 KiB, and the caller must have
// replaced the addresses in it. The error is that of ctx.
func (s *Store) PutControl(ctx context.Context, domain string, c validate.Control, host, text string,
	at time.Time) error {
	if c == validate.ControlUnknown || strings.Contains(domain, "@") { // an address must never get here
		return ctx.Err()
	}
	if err := s.memory.PutControl(ctx, domain, c, host, text, at); err != nil {
		return err
	}
	_, err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO control VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE
			SET control = excluded.control, host = excluded.host, text = excluded.text, asked = excluded.asked, until = excluded.until
			WHERE excluded.asked >= control.asked`,
			domain, c.String(), host, brief(text), at.Unix(), at.Unix()+int64(limits.ControlLife/time.Second))
		return err
	})
	return err
}

// controlByName lacks the value that is not a fact: a name that this version does not know is ControlUnknown.
var controlByName = map[string]validate.Control{
	validate.ControlRefused.String():  validate.ControlRefused,
	validate.ControlAccepted.String(): validate.ControlAccepted,
}

// HostProfile returns what is known about a mail server. It is kept for limits.HostProfileLife. The error is that of
// ctx.
func (s *Store) HostProfile(ctx context.Context, host string, now time.Time) (m limits.HostProfile, err error) {
	const q = "SELECT plain, touchy, tolerant, tls, recipients, greeted FROM manners WHERE host = ?1 AND until > " +
		"?2 AND asked <= ?2"
	_, known, err := s.ask(ctx, q, []any{host, now.Unix()}, &m.Plain, &m.Touchy, &m.Tolerant, &m.TLS, &m.Recipients,
		&m.Greeted)
	if err != nil || known {
		return m, err
	}
	return s.memory.HostProfile(ctx, host, now)
}

// PutHostProfile replaces what is known about a mail server, unless the stored profile is newer. The error is that of
// ctx.
func (s *Store) PutHostProfile(ctx context.Context, host string, m limits.HostProfile, at time.Time) error {
	if err := s.memory.PutHostProfile(ctx, host, m, at); err != nil {
		return err
	}
	_, err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO manners VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE
			SET plain = excluded.plain, touchy = excluded.touchy, tolerant = excluded.tolerant, tls = excluded.tls,
				recipients = excluded.recipients, asked = excluded.asked, until = excluded.until, greeted = excluded.greeted
			WHERE excluded.asked >= manners.asked`,
			host, m.Plain, m.Touchy, m.Tolerant, m.TLS, m.Recipients, at.Unix(),
			at.Unix()+int64(limits.HostProfileLife/time.Second), m.Greeted)
		return err
	})
	return err
}

// Greeted returns the mail servers that greeted us at the last connection. The error is that of ctx.
func (s *Store) Greeted(ctx context.Context, now time.Time) (map[string]bool, error) {
	if s.isClosed() || s.whyOff() != nil {
		return s.memory.Greeted(ctx, now)
	}
	hosts, err := s.greeted(ctx, now)
	if err == nil {
		return hosts, nil
	}
	if err := s.giveUp(ctx, err); err != nil {
		return nil, err
	}
	return s.memory.Greeted(ctx, now)
}

func (s *Store) greeted(ctx context.Context, now time.Time) (map[string]bool, error) {
	if s.db == nil {
		return nil, errNotOpened
	}
	rows, err := s.db.QueryContext(ctx, "SELECT host FROM manners WHERE greeted AND until > ?1 AND asked <= ?1",
		now.Unix())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	hosts := make(map[string]bool)
	for rows.Next() {
		var host string
		if err := rows.Scan(&host); err != nil {
			return nil, err
		}
		hosts[host] = true
	}
	return hosts, rows.Err()
}
