package facts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate"
)

func TestMigrationsKeepWhatIsThere(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	s := mustOpen(t, path)
	want := map[string]validate.Mail{"a.example": sampleMail(1, noon)}
	put(t, s, want)
	key := s.Key("ana@example.com")
	later := append(slices.Clone(migrations), "CREATE TABLE said (address BLOB, asked INTEGER)",
		"ALTER TABLE said ADD COLUMN text TEXT")
	for range 2 { // the second time there is nothing to do
		if err := migrate(t.Context(), s.db, later); err != nil {
			t.Fatal(err)
		}
	}
	query[int](t, s, "SELECT count(text) FROM said")
	if n := query[int](t, s, "SELECT count(*) FROM install"); n != 1 {
		t.Errorf("there are %d keys", n)
	}
	if diff := diffFacts(want, load(t, s, noon)); diff != "" {
		t.Error(diff)
	}
	if got, err := installKey(t.Context(), s.db); err != nil || string(got) != string(s.key) ||
		s.Key("ana@example.com") != key {
		t.Errorf("the key has changed: %v", err)
	}
}

func TestMigrationIsAllOrNothing(t *testing.T) {
	s := mustOpen(t, testPath(t))
	broken := append(slices.Clone(migrations), "CREATE TABLE said (text TEXT)", "CREATE TABLE domain (name TEXT)")
	if err := migrate(t.Context(), s.db, broken); err == nil {
		t.Fatal("a migration that can't be done was done")
	}
	if n := query[int](t, s, "SELECT count(*) FROM sqlite_schema WHERE name = 'said'"); n != 0 {
		t.Error("half of it was done")
	}
	if v := query[int](t, s, "PRAGMA user_version"); v != len(migrations) {
		t.Errorf("the schema's version is %d, want %d", v, len(migrations))
	}
}

func TestFileOfANewerVersionIsLeftAlone(t *testing.T) {
	path := testPath(t)
	s := mustOpen(t, path)
	if _, err := s.db.Exec(fmt.Sprintf("PRAGMA user_version = %d", len(migrations)+1)); err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("got %v", err)
	}
	if aside := setAsideFiles(path); aside != nil {
		t.Errorf("it was set aside: %q", aside)
	}
}
