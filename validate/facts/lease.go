package facts

import (
	"bytes"
	"context"
	"database/sql"
	"time"

	"github.com/prebounce/prebounce/validate/limits"
)

// Lease leases an operator until the given time, but for limits.LeaseLife at most; Release and Close end it, and
// another call renews it. It returns the zero time if the lease was granted, and otherwise the time at which the lease
// of another store ends. The lease of a killed process lasts to its end. A secret of the Store identifies the holder,
// because processes on several machines may have the same process number.
//
// The error is that of ctx. Once the store is off or closed, every lease is granted.
func (s *Store) Lease(ctx context.Context, operator string, now, until time.Time) (other time.Time, err error) {
	if last := now.Add(limits.LeaseLife); until.After(last) {
		until = last
	}
	kept, err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO lease VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
			SET holder = excluded.holder, ends = excluded.ends, until = excluded.until WHERE holder = excluded.holder OR ends <= ?5 OR ends > ?6`,
			operator, s.holder, nanos(until), wholeSeconds(until), nanos(now),
			nanos(now.Add(limits.LeaseLife+limits.Lateness)))
		if err != nil {
			return err
		}
		var holder []byte
		var ends int64
		if err := tx.QueryRowContext(ctx, "SELECT holder, ends FROM lease WHERE operator = ?", operator).Scan(&holder,
			&ends); err != nil {
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

// Release ends a lease of this store; it does not affect the leases of others. The error is that of ctx.
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
