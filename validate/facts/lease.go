package facts

import (
	"bytes"
	"context"
	"database/sql"
	"time"

	"github.com/prebounce/prebounce/validate/limits"
)

// Lease makes an operator ours until then, but for [limits.LeaseLife] at most, or until Release or Close; calling it
// again renews it. Ours is the zero time: where another Store of the file holds the operator, the moment when its
// lease ends is returned. A process that is killed holds its leases to their end. Who holds one is known by a secret
// of the Store, as processes of several machines may have one number.
//
// The error is ctx's. Once the store is off or closed, nobody is known to hold anything.
func (s *Store) Lease(ctx context.Context, operator string, now, until time.Time) (other time.Time, err error) {
	if last := now.Add(limits.LeaseLife); until.After(last) {
		until = last
	}
	kept, err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO lease VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
			SET holder = excluded.holder, ends = excluded.ends, until = excluded.until WHERE holder = excluded.holder OR ends <= ?5 OR ends > ?6`,
			operator, s.holder, nanos(until), wholeSeconds(until), nanos(now), nanos(now.Add(limits.LeaseLife+limits.Lateness)))
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
