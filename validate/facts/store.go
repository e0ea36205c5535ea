package facts

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prebounce/prebounce/validate/limits"
)

// Store is an open store of facts. Its methods are safe for concurrent use.
type Store struct {
	path    string
	seen    fs.FileInfo // the file at path when it was opened
	db      *sql.DB     // reads
	writer  *sql.DB     // writes, and never waits in SQLite (see patiently)
	key     []byte
	holder  []byte        // what our leases are known by
	turn    chan struct{} // holds one while a transaction of this process writes
	strange atomic.Bool   // facts were met that can't be true
	// what the file knows about asking politely, as far as it came from us: serves when the store is off
	memory limits.Memory

	batch   int           // facts in a full batch
	full    chan struct{} // holds one when pending is a whole batch
	closing chan struct{} // closed by Close
	done    chan struct{} // closed by the writer

	mu      sync.Mutex
	room    sync.Cond // of mu: the writer has taken what was pending, committed it, or turned the store off
	pending []row     // waits for the writer; never longer than batch
	written int       // rows committed, and each change about asking politely
	doubted bool      // see Doubt
	off     error     // why nothing is kept any more
	closed  bool      // by Close, which may have something left to write
	over    bool      // the file is closed
	notes   []string
}

// Open opens the store in the file path. If they do not exist, it creates the file (mode 0600) and its folders (0700).
//
// A damaged store is renamed, never overwritten, and replaced by a fresh one; Notes reports this. A file that never
// was a store stays as it is, and the error is a *FileError, except at DefaultPath, which belongs to prebounce. Any
// other error means that no store is possible there, for example in a read-only folder or because a newer version
// wrote the file; a run can continue without it.
func Open(ctx context.Context, path string) (*Store, error) {
	s, err := create(ctx, path)
	if bad := (*FileError)(nil); errors.As(err, &bad) {
		if !bad.Ours() && !isDefault(path) {
			return nil, fmt.Errorf("store of facts: %w", err)
		}
		note, err := bad.setAside(time.Now())
		if err != nil {
			return nil, fmt.Errorf("store of facts: %w", err)
		}
		s, err = create(ctx, path)
		if err != nil {
			return nil, fmt.Errorf("%s, but: %w", note, err)
		}
		s.notes = append(s.notes, note)
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("store of facts: %w", err)
	}
	return s, nil
}

// OpenExisting opens a store to inspect or purge it. It does not create a file (fs.ErrNotExist) or rename one
// (*FileError).
func OpenExisting(ctx context.Context, path string) (*Store, error) {
	at, err := os.Stat(path)
	if err == nil && at.Size() == 0 { // made, and not a word written
		err = &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	if err != nil {
		return nil, fmt.Errorf("store of facts: %w", err)
	}
	s, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("store of facts: %w", err)
	}
	return s, nil
}

// errNotOpened is what a store answers that was not opened.
var errNotOpened = errors.New("store of facts: not open: use Open")

// Close commits pending writes, releases this store's leases, deletes expired facts if this run wrote any, and closes
// the file. If the store was turned off, the error says why; Notes says the same, and the run need not fail.
func (s *Store) Close() error {
	if s.db == nil {
		return nil
	}
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if !again {
		close(s.closing)
	}
	<-s.done
	if again {
		return s.whyOff()
	}
	if err := s.shut(); err != nil {
		s.turnOff(err)
	}
	err := s.whyOff()
	if damaged(err) {
		s.replaceNextTime(err)
	}
	return err
}

// shut closes the file when the last transaction has ended.
func (s *Store) shut() error {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
	return errors.Join(s.writer.Close(), s.db.Close())
}

// Notes returns messages for the user, as sentences without capital or full stop: that a file was renamed, or that the
// store is off.
func (s *Store) Notes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notes)
}

// turnOff ends the keeping of facts; the first reason counts.
func (s *Store) turnOff(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.off != nil {
		return
	}
	s.off = err
	s.notes = append(s.notes, fmt.Sprintf("store of facts: %s: %s; continuing without it", s.path, err))
	s.room.Broadcast()
}

func (s *Store) whyOff() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.off
}

// unusable is why nothing more can be written or read: the store is off, or the file is closed.
func (s *Store) unusable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return errNotOpened
	}
	if s.off == nil && s.over {
		return fs.ErrClosed
	}
	return s.off
}

// replaceNextTime sets a file aside that turned out to be damaged while in use, so that the next run doesn't meet it
// again.
func (s *Store) replaceNextTime(err error) {
	bad := &FileError{Path: s.path, Why: "is damaged", Err: err, seen: s.seen}
	note, err := bad.setAside(time.Now())
	if err != nil {
		note = err.Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, note)
}
