package facts

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// DefaultPath returns prebounce/facts.db in $XDG_CACHE_HOME or, if that is not set, in the system's cache folder.
func DefaultPath() (string, error) {
	dir := os.Getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(dir) { // "All paths must be absolute": XDG Base Directory Specification
		var err error
		if dir, err = os.UserCacheDir(); err != nil {
			return "", fmt.Errorf("cannot find a folder for the store of facts: %w", err)
		}
	}
	return filepath.Join(dir, "prebounce", "facts.db"), nil
}

// FileError reports that a file cannot serve as a store because it is damaged or is something else.
type FileError struct {
	Path string
	Why  string // "is damaged", "is not a store of facts"
	Err  error  // may be nil

	seen fs.FileInfo // the file that was judged
}

func (e *FileError) Error() string {
	if e.Err == nil {
		return e.Path + " " + e.Why
	}
	return fmt.Sprintf("%s %s: %s", e.Path, e.Why, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// magic begins every database of SQLite.
const magic = "SQLite format 3\x00"

// couldBe reports whether a file is empty or begins as a database. SQLite itself takes a short text for an empty
// file, and overwrites it.
func couldBe(path string, seen fs.FileInfo) bool {
	if seen.Size() == 0 {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return true // SQLite says why
	}
	defer f.Close()
	var head [len(magic)]byte
	_, err = io.ReadFull(f, head[:])
	return err == nil && string(head[:]) == magic
}

// Ours reports whether the file was once a store written by prebounce, even if it is damaged now: its first bytes
// still show that. See https://www.sqlite.org/fileformat.html#the_database_header.
func (e *FileError) Ours() bool {
	const idAt = 68
	f, err := os.Open(e.Path)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [idAt + 4]byte
	if at, err := f.Stat(); err != nil || !at.Mode().IsRegular() {
		return false
	}
	_, err = io.ReadFull(f, head[:])
	return err == nil && string(head[:len(magic)]) == magic && binary.BigEndian.Uint32(head[idAt:]) == applicationID
}

func isDefault(path string) bool {
	own, err := DefaultPath()
	if err != nil {
		return false
	}
	abs, err := filepath.Abs(path)
	return err == nil && abs == filepath.Clean(own)
}

// create opens the file, making it and its folders if need be. SQLite gives its companions (-wal, -shm) the same mode.
func create(ctx context.Context, path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if at, err := os.Stat(path); err == nil && !at.Mode().IsRegular() {
		return nil, &FileError{Path: path, Why: "is not a regular file"}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return open(ctx, path)
}

// open opens a file that exists, brings its schema up to date and starts the writer. A [*FileError] says that the
// file is at fault.
func open(ctx context.Context, path string) (*Store, error) {
	s := &Store{path: path, holder: newKey(), turn: make(chan struct{}, 1),
		batch: batchRows, full: make(chan struct{}, 1), closing: make(chan struct{}), done: make(chan struct{})}
	s.room.L = &s.mu
	var err error
	if s.seen, err = os.Stat(path); err != nil {
		return nil, err
	}
	if !couldBe(path, s.seen) {
		return nil, &FileError{Path: path, Why: errForeign.Error(), seen: s.seen}
	}
	if s.db, err = connect(path, busyTimeout); err != nil {
		return nil, err
	}
	if s.writer, err = connect(path, 0); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	if s.key, err = prepare(ctx, s.db); err != nil {
		s.db.Close()
		s.writer.Close()
		return nil, blame(err, path, s.seen)
	}
	go s.write()
	s.dropImpossible(ctx, time.Now(), owed)
	return s, nil
}

// connect makes a pool of connections that wait so long for a lock. Pragmas that change the file have no place here:
// it may be somebody else's.
func connect(path string, wait time.Duration) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	abs = filepath.ToSlash(abs)
	if !strings.HasPrefix(abs, "/") { // C:/ becomes /C:/, as SQLite's URIs want it
		abs = "/" + abs
	}
	u := url.URL{Scheme: "file", Path: abs}
	busy := fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds())
	u.RawQuery = url.Values{"mode": {"rw"}, "_txlock": {"immediate"}, "_pragma": {busy, "synchronous(normal)"}}.Encode()
	return sql.Open("sqlite", u.String())
}

// blame turns an error that the file is guilty of into a *FileError.
func blame(err error, path string, seen fs.FileInfo) error {
	switch {
	case errors.Is(err, errForeign):
		return &FileError{Path: path, Why: err.Error(), seen: seen}
	case damaged(err):
		return &FileError{Path: path, Why: "is damaged", Err: err, seen: seen}
	}
	return fmt.Errorf("%s: %w", path, err)
}

// setAside renames the file with a time stamp and says so. The write-ahead log goes first: left behind, it would be
// taken for the next file's.
func (e *FileError) setAside(now time.Time) (note string, err error) {
	if at, err := os.Stat(e.Path); err == nil && e.seen != nil && !os.SameFile(at, e.seen) {
		return fmt.Sprintf("store of facts: %s: another process has renamed it", e), nil
	}
	to := freeName(e.Path + asideMark + now.UTC().Format("20060102T150405Z"))
	for _, companion := range []string{"-wal", "-shm", ""} {
		err := os.Rename(e.Path+companion, to+companion)
		if err != nil && (companion == "" || !errors.Is(err, fs.ErrNotExist)) {
			return "", fmt.Errorf("%w; renaming it: %w", e, err)
		}
	}
	return fmt.Sprintf("store of facts: %s; it was renamed to %s and replaced by a fresh one", e, to), nil
}

// asideMark follows the store's name in the name of a file set aside.
const asideMark = ".aside-"

// freeName appends a number until no file has the name.
func freeName(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, err := os.Lstat(free); err != nil {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// setAsideFiles lists the damaged files that were renamed in the store's folder, oldest first.
func setAsideFiles(path string) (names []string) {
	entries, _ := os.ReadDir(filepath.Dir(path)) // a folder that can't be listed shows none
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(path)+asideMark) {
			names = append(names, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	return names
}
