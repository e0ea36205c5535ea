package facts

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
)

// applicationID marks the file as ours: "pbnc" (https://www.sqlite.org/pragma.html#pragma_application_id).
const applicationID = 0x70626e63

// migrations make the schema, one version after the other; the file's user_version counts those done. Append, never
// edit.
//
// Three names of columns mean the same in every table, and purging goes by them: asked is when a fact was learnt,
// until its best-before (both Unix seconds), and address whom it is about (see [Store.Key]). Tables without asked are
// what we owe to others: purging leaves them. Moments that must be exact are Unix nanoseconds, and 0 is none.
var migrations = []string{`
CREATE TABLE install (
	key BLOB NOT NULL -- the secret that turns an address into what the store knows it by
) STRICT;
CREATE TABLE domain (
	name     TEXT PRIMARY KEY, -- A-labels, lower case
	status   TEXT NOT NULL,
	operator TEXT NOT NULL,
	hosts    TEXT NOT NULL,    -- 10 mx1.example.com 192.0.2.1 2001:db8::1, 20 mx2.example.com 192.0.2.2
	detail   TEXT NOT NULL,
	ttl      INTEGER NOT NULL, -- seconds
	asked    INTEGER NOT NULL,
	until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`, `
CREATE TABLE answer (
	address  BLOB PRIMARY KEY,
	domain   TEXT NOT NULL,    -- its domain, or empty
	said     INTEGER NOT NULL, -- 1: text is what the mail host said; 0: to be asked again
	text     TEXT NOT NULL,
	detail   TEXT NOT NULL,
	stage    TEXT NOT NULL,
	host     TEXT NOT NULL,
	operator TEXT NOT NULL,
	sender   TEXT NOT NULL,
	control  TEXT NOT NULL,
	tries    INTEGER NOT NULL,
	at       INTEGER NOT NULL, -- nanoseconds
	again    INTEGER NOT NULL, -- nanoseconds
	asked    INTEGER NOT NULL,
	until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE control (
	domain  TEXT PRIMARY KEY,
	control TEXT NOT NULL,
	host    TEXT NOT NULL,
	text    TEXT NOT NULL,
	asked   INTEGER NOT NULL,
	until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE manners (
	host       TEXT PRIMARY KEY,
	plain      INTEGER NOT NULL,
	touchy     INTEGER NOT NULL,
	tolerant   INTEGER NOT NULL,
	tls        INTEGER NOT NULL,
	recipients INTEGER NOT NULL,
	asked      INTEGER NOT NULL,
	until      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE spent (
	key   TEXT NOT NULL,    -- of the cap
	at    INTEGER NOT NULL, -- nanoseconds
	n     INTEGER NOT NULL,
	until INTEGER NOT NULL,
	PRIMARY KEY (key, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE lease (
	operator TEXT PRIMARY KEY,
	holder   BLOB NOT NULL,
	ends     INTEGER NOT NULL, -- nanoseconds
	until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE rest (
	operator TEXT PRIMARY KEY,
	why      TEXT NOT NULL,
	ends     INTEGER NOT NULL, -- nanoseconds
	until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`, `
ALTER TABLE answer ADD COLUMN proof INTEGER NOT NULL DEFAULT 0; -- a set of 1: from a backup server, 2: it took another, 4: refused as the control
ALTER TABLE manners ADD COLUMN greeted INTEGER NOT NULL DEFAULT 0;
`, `
ALTER TABLE answer ADD COLUMN via TEXT NOT NULL DEFAULT ''; -- the sending address of the worker that asked, in a fleet
`}

var errForeign = errors.New("is not a store of facts")

// prepare makes sure that the file is ours before anything in it is changed, and returns the key of the installation.
func prepare(ctx context.Context, db *sql.DB) ([]byte, error) {
	if err := recognise(ctx, db); err != nil {
		return nil, err
	}
	if err := enterWAL(ctx, db); err != nil {
		return nil, err
	}
	if err := migrate(ctx, db, migrations); err != nil {
		return nil, err
	}
	return installKey(ctx, db)
}

// recognise returns errForeign unless the file is ours or empty.
func recognise(ctx context.Context, db *sql.DB) error {
	var id, objects int
	const q = "SELECT (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)"
	if err := db.QueryRowContext(ctx, q).Scan(&id, &objects); err != nil {
		return err
	}
	if id == applicationID || (id == 0 && objects == 0) {
		return nil
	}
	return errForeign
}

// enterWAL lets readers and a writer work side by side. SQLite doesn't wait by itself when two processes change the
// mode at once.
func enterWAL(ctx context.Context, db *sql.DB) error {
	return patiently(ctx, func() error {
		_, err := db.ExecContext(ctx, "PRAGMA journal_mode = wal")
		return err
	})
}

// migrate runs the steps that the file hasn't seen, all or none.
func migrate(ctx context.Context, db *sql.DB, steps []string) error {
	if at, err := schemaVersion(ctx, db); err != nil || at == len(steps) {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	at, err := schemaVersion(ctx, tx) // another process may have been quicker
	if err != nil {
		return err
	}
	if at > len(steps) {
		return fmt.Errorf("a newer version wrote this file (schema %d; this version supports up to %d)", at, len(steps))
	}
	for _, step := range append(steps[at:len(steps):len(steps)],
		fmt.Sprintf("PRAGMA application_id = %d", applicationID), fmt.Sprintf("PRAGMA user_version = %d", len(steps))) {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return err
		}
	}
	if at == 0 {
		if _, err := tx.ExecContext(ctx, "INSERT INTO install VALUES (?)", newKey()); err != nil {
			return err
		}
	}
	if _, err := installKey(ctx, tx); err != nil { // nothing is changed in a file that turns out not to be ours
		return err
	}
	return tx.Commit()
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func schemaVersion(ctx context.Context, q querier) (version int, err error) {
	err = q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}

const keyLen = 32

func newKey() []byte {
	key := make([]byte, keyLen)
	rand.Read(key) // never fails: crypto/rand ends the program first
	return key
}

func installKey(ctx context.Context, q querier) (key []byte, err error) {
	err = q.QueryRowContext(ctx, "SELECT key FROM install").Scan(&key)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && len(key) != keyLen) {
		return nil, errForeign
	}
	return key, err
}
