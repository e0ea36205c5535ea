package facts

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"time"
)

// durably runs do in a transaction that is committed when it returns true, in the order of SQLite's lock among all
// processes that share the file.
//
// False without an error means that there is no file to write to (any more), and that memory must serve. The error is
// ctx's.
func (s *Store) durably(ctx context.Context, do func(*sql.Tx) error) (bool, error) {
	if s.isClosed() || s.whyOff() != nil {
		return false, ctx.Err()
	}
	if err := s.inTx(ctx, do); err != nil {
		return false, s.giveUp(ctx, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written++
	return true, nil
}

// ask reads one row; false for none. known is false where there is no file to read (any more), and memory must serve.
// The error is ctx's.
func (s *Store) ask(ctx context.Context, query string, args []any, into ...any) (found, known bool, err error) {
	if s.db == nil || s.isClosed() || s.whyOff() != nil {
		return false, false, ctx.Err()
	}
	err = s.db.QueryRowContext(ctx, query, args...).Scan(into...)
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err == nil, true, nil
	}
	return false, false, s.giveUp(ctx, err)
}

// giveUp turns the store off for an error, unless that comes of an interruption or of closing, and returns ctx's.
func (s *Store) giveUp(ctx context.Context, err error) error {
	if ctx.Err() == nil && !s.isClosed() {
		s.turnOff(err)
	}
	return ctx.Err()
}

func (s *Store) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// nanos is a moment as the file has it: 0 for the zero time, and the nearest moment that fits for one beyond the
// years 1678 to 2262.
func nanos(t time.Time) int64 {
	switch {
	case t.IsZero():
		return 0
	case t.Year() > 2261:
		return math.MaxInt64
	case t.Year() < 1679:
		return math.MinInt64
	}
	return t.UnixNano()
}

func moment(nanos int64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanos).UTC()
}

// wholeSeconds is the first Unix second that isn't before t: a best-before that never comes early.
func wholeSeconds(t time.Time) int64 { return t.Add(time.Second - 1).Unix() }
