//go:build unix

package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate/facts"
)

// TestAStoreThatBindsForYears: rows that can't be true neither keep addresses from being asked about nor make a run
// wait.
func TestAStoreThatBindsForYears(t *testing.T) {
	s, flags := lab(t)
	dir := t.TempDir()
	write(t, dir, "list.csv", "Email\nann@postfix.test\nben@postfix.test\ngone@postfix.test\n")
	path := filepath.Join(dir, "facts.db")
	store, err := facts.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	store.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	ahead, years := time.Now().Add(time.Hour), time.Now().AddDate(2, 0, 0)
	for _, q := range []string{
		fmt.Sprintf("INSERT INTO spent VALUES ('all',%d,100000,%d)", ahead.UnixNano(), ahead.Unix()),
		fmt.Sprintf("INSERT INTO spent VALUES ('operator postfix.test',%d,100000,%d)", ahead.UnixNano(), ahead.Unix()),
		fmt.Sprintf("INSERT INTO lease VALUES ('postfix.test',x'00',%d,%d)", years.UnixNano(), years.Unix()),
		fmt.Sprintf("INSERT INTO rest VALUES ('postfix.test','why',%d,%d)", years.UnixNano(), years.Unix()),
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	p := begin(t, dir, nil, append([]string{"clean", "list.csv", "--probe-all", "--store", path}, flags...)...)
	if p.status(t).ExitStatus() > exitCurable || !strings.Contains(p.stderr.String(),
		"2 counts, 1 leases, 1 cool-downs") {
		t.Fatal(p.stderr.String())
	}
	got := strings.Join(reasonsOf(t, filepath.Join(dir, "list-prebounce")), "\n")
	if want := "ann@postfix.test accepted\nben@postfix.test accepted\ngone@postfix.test mailbox_unknown"; got != want {
		t.Errorf("got\n%s", got)
	}
	asked(t, s)
}
