package facts

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// busyTimeout bounds the wait for other processes that are writing.
const busyTimeout = 10 * time.Second

// patiently does what another process may be in the way of, again and again until busyTimeout has passed.
//
// SQLite could wait by itself, but its pauses grow to 100 ms, and so it hardly ever meets the gap between two
// transactions of a process that writes all the time.
func patiently(ctx context.Context, do func() error) error {
	for start := time.Now(); ; {
		err := do()
		if resultCode(err) != sqlite3.SQLITE_BUSY || time.Since(start) > busyTimeout {
			return err
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// inTx runs do in a transaction that has the right to write from its start (BEGIN IMMEDIATE). This process writes in
// turn: only other ones are in the way.
func (s *Store) inTx(ctx context.Context, do func(*sql.Tx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := s.unusable(); err != nil { // it may have gone off while we waited
		return err
	}
	var tx *sql.Tx
	err := patiently(ctx, func() (err error) {
		tx, err = s.writer.BeginTx(ctx, nil)
		return err
	})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// damaged reports whether the file is to blame. Our statements are fixed, so SQLITE_ERROR means that their tables are
// not there.
func damaged(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR:
		return true
	}
	return false
}

// resultCode is SQLite's primary result code, or SQLITE_OK for another kind of error
// (https://www.sqlite.org/rescode.html).
func resultCode(err error) int {
	if e := (*sqlite.Error)(nil); errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return sqlite3.SQLITE_OK
}
