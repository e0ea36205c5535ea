package facts

import (
	"context"
	"database/sql"
	"time"

	"github.com/prebounce/prebounce/validate/limits"
)

// CoolDown records that the operator must not be asked before the given time, and why. A longer cool-down stays in
// effect. No purge removes it. The error is that of ctx.
func (s *Store) CoolDown(ctx context.Context, operator string, until time.Time, why string) error {
	if err := s.memory.CoolDown(ctx, operator, until, why); err != nil {
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

// CoolingDown returns the end of the operator's cool-down and its reason, or the zero time if there is none. The error
// is that of ctx.
func (s *Store) CoolingDown(ctx context.Context, operator string, now time.Time) (until time.Time, why string,
	err error) {
	var ends int64
	found, known, err := s.ask(ctx, "SELECT ends, why FROM rest WHERE operator = ? AND ends > ? AND ends <= ?",
		[]any{operator, nanos(now), nanos(now.Add(limits.CoolDownLife + limits.Lateness))}, &ends, &why)
	switch {
	case err != nil || found:
		return moment(ends), why, err
	case !known:
		return s.memory.CoolingDown(ctx, operator, now)
	}
	return time.Time{}, "", nil
}
