package facts

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// PurgeAll deletes all facts and returns their number. The key of the installation stays, and so do the limits and
// cool-downs: otherwise, purging would be a way around them.
func (s *Store) PurgeAll(ctx context.Context) (int, error) {
	return s.purge(ctx, "asked", "true")
}

// PurgeBefore deletes the facts learned before t and returns their number. It keeps what PurgeAll keeps.
func (s *Store) PurgeBefore(ctx context.Context, t time.Time) (int, error) {
	return s.purge(ctx, "asked", "asked < ?", t.Unix())
}

// PurgeAddress deletes everything stored under the address (see Key) and returns the number of facts. What is known
// about its domain stays, because it is not about the person.
func (s *Store) PurgeAddress(ctx context.Context, address string) (int, error) {
	key := s.Key(address)
	return s.purge(ctx, "address", "address = ?", key[:])
}

// purge removes rows, and then their traces: deleted rows stay readable in the file until it is compacted.
func (s *Store) purge(ctx context.Context, column, where string, args ...any) (int, error) {
	gone, err := s.remove(ctx, column, where, args...)
	if err != nil {
		return 0, fmt.Errorf("store of facts: %s: %w", s.path, err)
	}
	if err := s.compact(ctx); err != nil {
		return gone, fmt.Errorf("store of facts: %s: deleted %d facts, but traces of them may remain in the file: %w",
			s.path, gone, err)
	}
	return gone, nil
}

// remove deletes, from every table that has the column, the rows that the condition holds for.
func (s *Store) remove(ctx context.Context, column, where string, args ...any) (gone int, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		tables, err := tablesWith(ctx, tx, column)
		if err != nil {
			return err
		}
		for _, table := range tables {
			res, err := tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM %q WHERE %s", table, where), args...)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			gone += int(n)
		}
		return nil
	})
	return gone, err
}

func tablesWith(ctx context.Context, tx *sql.Tx, column string) (tables []string, err error) {
	const q = "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND " +
		"c.name = ?"
	rows, err := tx.QueryContext(ctx, q, column)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		tables = append(tables, name)
	}
	return tables, rows.Err()
}

// compact rewrites the file without its free space and empties the write-ahead log.
func (s *Store) compact(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, "VACUUM"); err != nil {
		return err
	}
	var busy, pages, moved int
	if err := s.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(truncate)").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("another process is reading it")
	}
	return nil
}

// Doubt marks all negative DNS answers of the store as unreliable, whichever process wrote them. Close deletes them,
// so that a later run asks again.
func (s *Store) Doubt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doubted = true
}

func (s *Store) forgetNoes() {
	s.mu.Lock()
	doubted := s.doubted
	s.mu.Unlock()
	if !doubted || s.whyOff() != nil {
		return
	}
	const noes = "status NOT IN (?, ?)"
	if _, err := s.remove(context.Background(), "status", noes, validate.HasMX.String(),
		validate.ImplicitMX.String()); err != nil {
		s.turnOff(err)
	}
}

// sweep removes what is past its best-before, if this run has made the file grow. Where it can't, a later run will.
func (s *Store) sweep() {
	wrote := s.hasWritten()
	if wrote || (s.strange.Load() && s.whyOff() == nil) {
		s.dropImpossible(context.Background(), time.Now(), heard)
	}
	if !wrote {
		return
	}
	if _, err := s.remove(context.Background(), "until", "until <= ?", time.Now().Unix()); damaged(err) {
		s.turnOff(err)
	}
}

// hasWritten is true if this run has changed the file, and could do so again.
func (s *Store) hasWritten() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written > 0 && s.off == nil
}
