package facts

import (
	"bytes"
	"context"
	"database/sql"
	"time"
)

// Lease makes an operator ours until then, or until Release or Close; calling it again renews it. Ours is the zero time: where another Store of the
// file holds the operator, the moment when its lease ends is returned. A process that is killed holds its leases to their end.
//
// The error is ctx's. Once the store is off or closed, nobody is known to hold anything.
func (s *Store) Lease(ctx context.Context, operator string, now, until time.Time) (other time.Time, err error) {
	kept, err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO lease VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
			SET holder = excluded.holder, ends = excluded.ends, until = excluded.until WHERE holder = excluded.holder OR ends <= ?5`,
			operator, s.holder, nanos(until), wholeSeconds(until), nanos(now))
		if err != nil {
			return err
		}
		var holder []byte
		var ends int64
		if err := tx.QueryRowContext(ctx, "SELECT holder, ends FROM lease WHERE operator = ?", operator).Scan(&holder, &ends); err != nil {
			return err
		}
		other = time.Time{}
		if !bytes.Equal(holder, s.holder) {
			other = moment(ends)
		}
		return nil
	})
	if !kept {
		return s.memory.Lease(ctx, operator, now, until)
	}
	return other, err
}

// Release ends a lease of ours; another's stands. The error is ctx's.
func (s *Store) Release(ctx context.Context, operator string) error {
	_, err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM lease WHERE operator = ? AND holder = ?", operator, s.holder)
		return err
	})
	return err
}

// releaseAll ends our leases if this run may have any. Where it can't, they end by themselves.
func (s *Store) releaseAll() {
	if s.hasWritten() {
		if _, err := s.remove(context.Background(), "holder", "holder = ?", s.holder); damaged(err) {
			s.turnOff(err)
		}
	}
}

// Rest says that the operator is to be left alone until then, and why. A rest that lasts longer stands. No way of purging forgets it.
// The error is ctx's.
func (s *Store) Rest(ctx context.Context, operator string, until time.Time, why string) error {
	if err := s.memory.Rest(ctx, operator, until, why); err != nil {
		return err
	}
	_, err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO rest VALUES (?,?,?,?) ON CONFLICT DO UPDATE
			SET why = excluded.why, ends = excluded.ends, until = excluded.until WHERE excluded.ends > rest.ends`,
			operator, brief(why), nanos(until), wholeSeconds(until))
		return err
	})
	return err
}

// Resting gives the end of the operator's rest, and why it rests. The zero time means that it doesn't. The error is ctx's.
func (s *Store) Resting(ctx context.Context, operator string, now time.Time) (until time.Time, why string, err error) {
	var ends int64
	found, known, err := s.ask(ctx, "SELECT ends, why FROM rest WHERE operator = ? AND ends > ?", []any{operator, nanos(now)}, &ends, &why)
	switch {
	case err != nil || found:
		return moment(ends), why, err
	case !known:
		return s.memory.Resting(ctx, operator, now)
	}
	return time.Time{}, "", nil
}
