package facts

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// oldStore is the bytes of a store with n facts.
func oldStore(t *testing.T, n int) []byte {
	t.Helper()
	path := testPath(t)
	facts := make(map[string]validate.Mail)
	for i := range n {
		facts[fmt.Sprintf("%d.example", i)] = sampleMail(i%20, time.Now())
	}
	keep(t, path, facts)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sqliteFile is the bytes of a database made by the statements.
func sqliteFile(t *testing.T, statements ...string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range statements {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestADamagedStoreIsSetAside(t *testing.T) {
	t.Parallel()
	store := oldStore(t, 500)
	wal, mark := "PRAGMA journal_mode = wal", fmt.Sprintf("PRAGMA application_id = %d", applicationID)
	for name, content := range map[string][]byte{
		"the header of a store":             store[:100],
		"half of a store":                   store[:len(store)/2],
		"a store full of rubbish":           append(store[:100:100], bytes.Repeat([]byte{0xa7, 3, 0, 0x51}, 5000)...),
		"a store's mark without its tables": sqliteFile(t, wal, mark, "PRAGMA user_version = 1"),
		"a store without its key": sqliteFile(t, wal, mark, "PRAGMA user_version = 1",
			"CREATE TABLE install (key BLOB)"),
		"a store with half a key": sqliteFile(t, wal, mark, "PRAGMA user_version = 1",
			"CREATE TABLE install (key BLOB)", "INSERT INTO install VALUES (x'00ff')"),
	} {
		t.Run(name, func(t *testing.T) { setAsideAndFresh(t, filepath.Join(t.TempDir(), "facts.db"), content) })
	}
}

func setAsideAndFresh(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, path)
	aside := setAsideFiles(path)
	if len(aside) != 1 || len(s.Notes()) != 1 || !strings.Contains(s.Notes()[0], aside[0]) {
		t.Fatalf("set aside: %q, notes: %q", aside, s.Notes())
	}
	if got, err := os.ReadFile(aside[0]); err != nil || !bytes.Equal(got, content) {
		t.Errorf("what was set aside has changed (%v)", err)
	}
	want := map[string]validate.Mail{"a.example": sampleMail(1, noon)}
	put(t, s, want)
	if diff := diffFacts(want, load(t, s, noon)); diff != "" {
		t.Error(diff)
	}
}

// others are files that never were a store.
func others(t *testing.T) map[string][]byte {
	t.Helper()
	return map[string][]byte{
		"a contact list":             []byte("email\nana@example.com\n"),
		"random bytes":               bytes.Repeat([]byte{0xa7, 3, 0, 0x51}, 5000),
		"a short text":               []byte("x"),
		"another program's database": sqliteFile(t, "PRAGMA application_id = 4711", "CREATE TABLE a (b)"),
		"an empty one of another program": sqliteFile(t, "CREATE TABLE a (b)", "DROP TABLE a",
			"PRAGMA application_id = 4711"),
		"a database of nobody in particular": sqliteFile(t, "CREATE TABLE domain (name)"),
	}
}

func TestWhatNeverWasAStoreStays(t *testing.T) {
	t.Parallel()
	for name, content := range others(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "mine")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(t.Context(), path)
			if bad := (*FileError)(nil); !errors.As(err, &bad) || bad.Ours() {
				t.Errorf("opened as %v, %v", s, err)
			}
			if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, content) {
				t.Errorf("it was changed: %v", err)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
				t.Errorf("beside it are %v, %v", entries, err)
			}
		})
	}
	if s, err := Open(t.Context(), t.TempDir()); !errors.As(err, new(*FileError)) {
		t.Errorf("a folder was opened as %v, %v", s, err)
	}
}

// TestAtItsOwnPlaceAnythingIsSetAside: nobody else has a file there, whatever became of it.
func TestAtItsOwnPlaceAnythingIsSetAside(t *testing.T) {
	for name, content := range others(t) {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_CACHE_HOME", t.TempDir())
			path, err := DefaultPath()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			setAsideAndFresh(t, path, content)
		})
	}
}

func TestSettingAsideNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "facts.db")
	for i := range 3 {
		for _, companion := range []string{"", "-wal"} {
			if err := os.WriteFile(path+companion, fmt.Appendf(nil, "junk %d", i), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		bad := &FileError{Path: path, Why: "is damaged"}
		if _, err := bad.setAside(noon); err != nil {
			t.Fatal(err)
		}
	}
	for i, suffix := range []string{"", "-2", "-3"} {
		name := path + ".aside-20260301T120000Z" + suffix
		for _, companion := range []string{"", "-wal"} { // a log left behind would be taken for the next file's
			if got, err := os.ReadFile(name + companion); string(got) != fmt.Sprintf("junk %d", i) {
				t.Errorf("%s holds %q, %v", name+companion, got, err)
			}
		}
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 6 {
		t.Errorf("left: %v", entries)
	}
}

// Two processes that meet the same damaged file: the slower one must not set aside what the quicker one has begun.
func TestSettingAsideLeavesAFreshFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "facts.db")
	if err := os.WriteFile(path, oldStore(t, 1)[:100], 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := open(t.Context(), path)
	var slower *FileError
	if !errors.As(err, &slower) {
		t.Fatal(err)
	}
	quicker := mustOpen(t, path)
	put(t, quicker, map[string]validate.Mail{"a.example": sampleMail(1, noon)})
	if _, err := slower.setAside(noon); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, path)
	if got := load(t, s, noon); len(got) != 1 {
		t.Errorf("the fresh store holds %v", got)
	}
}

func TestDamageFoundLaterTurnsTheStoreOff(t *testing.T) {
	store := oldStore(t, 500)
	overwritten := bytes.Clone(store)
	for i := 4 * 4096; i < len(store); i++ { // the header and the schema stay
		overwritten[i] = 0xa7
	}
	tests := []struct {
		name    string
		content []byte
		byLoad  bool // else a write finds it: to a reader the missing part of the page is rows without a value
	}{
		{"pages overwritten", overwritten, true},
		{"cut in a page", store[:len(store)-4000], false},
		{"a table is missing", sqliteFile(t, fmt.Sprintf("PRAGMA application_id = %d", applicationID),
			"PRAGMA user_version = 1",
			"CREATE TABLE install (key BLOB)", "INSERT INTO install VALUES (randomblob(32))"), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { testDamageFoundLater(t, tt.content, tt.byLoad) })
	}
}

func testDamageFoundLater(t *testing.T, content []byte, byLoad bool) {
	path := filepath.Join(t.TempDir(), "facts.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, path)
	if err := s.Load(t.Context(), time.Now(), func(string, validate.Mail) {}); err != nil {
		t.Fatal(err)
	}
	if off := s.whyOff() != nil; off != byLoad {
		t.Errorf("notes after loading: %q", s.Notes())
	}
	s.Put("a.example", sampleMail(1, noon))
	if err := s.Close(); !damaged(err) {
		t.Errorf("closed with %v", err)
	}
	aside := setAsideFiles(path)
	notes := s.Notes()
	if len(aside) != 1 || len(notes) != 2 || !strings.Contains(notes[0], "continuing without it") ||
		!strings.Contains(notes[1], aside[0]) {
		t.Errorf("notes: %q, set aside: %q", notes, aside)
	}
	keep(t, path, map[string]validate.Mail{"a.example": sampleMail(1, time.Now())}) // the next run
}

func TestLockedForLongTurnsTheStoreOff(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	synctest.Test(t, func(t *testing.T) {
		s := mustOpen(t, path)
		other := mustOpen(t, path)
		lock, err := other.writer.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		s.batch = 100
		start := time.Now()
		for i := range 2*s.batch + 1 { // what doesn't fit must not wait for ever
			s.Put(fmt.Sprintf("%d.example", i), validate.Mail{Status: validate.NoMX, Asked: start})
		}
		if waited := time.Since(start); waited < busyTimeout || waited > busyTimeout+time.Second {
			t.Errorf("Put waited %v, want %v", waited, busyTimeout)
		}
		if notes := s.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "locked") {
			t.Errorf("notes: %q", notes)
		}
		if err := lock.Rollback(); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err == nil {
			t.Error("Close says nothing of the facts that are lost")
		}
		mustClose(t, other)
	})
}

func TestSweepThatMustWaitIsLeftToALaterRun(t *testing.T) {
	path := testPath(t)
	synctest.Test(t, func(t *testing.T) {
		s, other := mustOpen(t, path), mustOpen(t, path)
		put(t, s, map[string]validate.Mail{"a.example": sampleMail(1, time.Now())})
		lock, err := other.writer.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		mustClose(t, s)
		if err := lock.Rollback(); err != nil {
			t.Fatal(err)
		}
		mustClose(t, other)
	})
}

func TestNoFolderNoStore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"a folder":         t.TempDir(),
		"a file as folder": filepath.Join(file, "facts.db"),
		"a name with bytes that no path may have": filepath.Join(t.TempDir(), "a\x00b"),
	} {
		t.Run(name, func(t *testing.T) {
			if s, err := Open(t.Context(), path); err == nil {
				s.Close()
				t.Error("opened")
			}
		})
	}
}

func TestAnyFileNameWillDo(t *testing.T) {
	for _, name := range []string{"with space", "100%25", "a?mode=memory", "a#b", "ä", "a&b=c", "file:x"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			keep(t, path, map[string]validate.Mail{"a.example": sampleMail(1, time.Now())})
			if at, err := os.Stat(path); err != nil || at.Size() == 0 {
				t.Errorf("the file isn't where it was asked for: %v", err)
			}
		})
	}
}
