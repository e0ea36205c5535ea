package facts

import (
	"context"
	"database/sql"
	"time"

	"github.com/prebounce/prebounce/validate/limits"
)

// Take takes up to n units from every cap at once and returns how many it could take; if fewer than n, again is the
// time at which more may be available. In any span of length Within, at most Most units are taken under a Key by all
// processes that share the file; their clocks must agree. A cap below one never grants anything. What was taken stays
// recorded while it counts, even if the process is killed.
//
// The error is that of ctx. Once the store is off or closed, only units taken by this process count.
func (s *Store) Take(ctx context.Context, now time.Time, n int, caps ...limits.Cap) (granted int, again time.Time,
	err error) {
	kept, err := s.durably(ctx, func(tx *sql.Tx) error {
		spent := make([]limits.Spent, len(caps))
		for i, c := range caps {
			var err error
			if spent[i], err = spentWithin(ctx, tx, c, now); err != nil {
				return err
			}
		}
		granted, again = limits.Grant(now, n, caps, spent)
		return spend(ctx, tx, now, granted, caps)
	})
	switch {
	case err != nil:
		return 0, time.Time{}, err
	case !kept:
		return s.memory.Take(ctx, now, n, caps...)
	}
	return granted, again, s.memory.Spend(context.WithoutCancel(ctx), now, granted, caps...)
}

func spentWithin(ctx context.Context, tx *sql.Tx, c limits.Cap, now time.Time) (spent limits.Spent, err error) {
	const q = "SELECT coalesce(sum(n), 0), coalesce(min(at), 0) FROM spent WHERE key = ? AND at > ? AND at <= ? " +
		"AND n > 0"
	var first int64
	err = tx.QueryRowContext(ctx, q, c.Key, nanos(now.Add(-c.Within)), nanos(now.Add(limits.Lateness))).Scan(&spent.N,
		&first)
	spent.First = moment(first)
	return spent, err
}

func spend(ctx context.Context, tx *sql.Tx, now time.Time, n int, caps []limits.Cap) error {
	if n == 0 {
		return nil
	}
	const q = "INSERT INTO spent VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET n = n + excluded.n, until = max(until, " +
		"excluded.until)"
	for key, life := range limits.Keys(caps) {
		life = min(life, limits.CapLife+limits.Lateness)
		if _, err := tx.ExecContext(ctx, q, key, nanos(now), n, wholeSeconds(now.Add(life))); err != nil {
			return err
		}
	}
	return nil
}

// GiveBack returns up to n units that were taken at that moment and not used. The error is that of ctx.
func (s *Store) GiveBack(ctx context.Context, at time.Time, n int, caps ...limits.Cap) error {
	if err := s.memory.GiveBack(ctx, at, n, caps...); err != nil || n <= 0 {
		return err
	}
	_, err := s.durably(ctx, func(tx *sql.Tx) error {
		for key := range limits.Keys(caps) {
			if _, err := tx.ExecContext(ctx, "UPDATE spent SET n = n - ? WHERE key = ? AND at = ?", n, key,
				nanos(at)); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "DELETE FROM spent WHERE key = ? AND at = ? AND n <= 0", key,
				nanos(at)); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}
