package facts

import (
	"context"
	"database/sql"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Rest says that the operator is to be left alone until then, and why. A rest that lasts longer stands. No way of
// purging forgets it. The error is ctx's.
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

// Resting gives the end of the operator's rest, and why it rests. The zero time means that it doesn't. The error is
// ctx's.
func (s *Store) Resting(ctx context.Context, operator string, now time.Time) (until time.Time, why string, err error) {
	var ends int64
	found, known, err := s.ask(ctx, "SELECT ends, why FROM rest WHERE operator = ? AND ends > ? AND ends <= ?",
		[]any{operator, nanos(now), nanos(now.Add(validate.RestLife + validate.Lateness))}, &ends, &why)
	switch {
	case err != nil || found:
		return moment(ends), why, err
	case !known:
		return s.memory.Resting(ctx, operator, now)
	}
	return time.Time{}, "", nil
}
