package facts

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prebounce/prebounce/validate"
	"go.uber.org/goleak"
)

// TestMain also plays the other process: see child_test.go.
func TestMain(m *testing.M) {
	if play, ok := children[os.Getenv(childVar)]; ok {
		if err := play(os.Getenv(storeVar), os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// cannot skips a test that this machine can't run, or fails it where every test must run.
func cannot(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("REQUIRE_ALL") != "" {
		t.Fatal("REQUIRE_ALL is set, but ", why)
	}
	t.Skip(why)
}

func testPath(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "cache", "facts.db")
}

func mustOpen(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func mustClose(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if notes := s.Notes(); notes != nil {
		t.Errorf("notes: %q", notes)
	}
}

// keep puts facts into the store at path in a session of its own. The sweep at its end takes what is past its
// best-before by the true clock: facts with old times are for tests that don't close.
func keep(t *testing.T, path string, facts map[string]validate.Mail) {
	t.Helper()
	s := mustOpen(t, path)
	for d, m := range facts {
		s.Put(d, m)
	}
	mustClose(t, s)
}

// loaded opens the store anew and reads what is fresh at now, and checks the order.
func loaded(t *testing.T, path string, now time.Time) map[string]validate.Mail {
	t.Helper()
	s := mustOpen(t, path)
	defer mustClose(t, s)
	return load(t, s, now)
}

func load(t *testing.T, s *Store, now time.Time) map[string]validate.Mail {
	t.Helper()
	got := make(map[string]validate.Mail)
	var order []string
	err := s.Load(t.Context(), now, func(d string, m validate.Mail) {
		got[d] = m
		order = append(order, d)
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(order) || len(order) != len(got) {
		t.Errorf("domains are not in byte order, each once: %q", order)
	}
	return got
}

// diffFacts compares facts; the store makes no difference between no slice and an empty one.
func diffFacts(want, got map[string]validate.Mail) string {
	return cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Addr{}))
}

// flushed waits until the writer has committed n facts in all, or is off.
func flushed(s *Store, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.written < n && s.off == nil {
		s.room.Wait()
	}
}

// put puts facts and waits for their commit.
func put(t *testing.T, s *Store, facts map[string]validate.Mail) {
	t.Helper()
	s.mu.Lock()
	n := s.written
	s.mu.Unlock()
	for d, m := range facts {
		s.Put(d, m)
	}
	flushed(s, n+len(facts))
	if err := s.whyOff(); err != nil {
		t.Fatal(err)
	}
}

func query[T any](t *testing.T, s *Store, q string, args ...any) (got T) {
	t.Helper()
	if err := s.db.QueryRowContext(context.Background(), q, args...).Scan(&got); err != nil {
		t.Fatal(err)
	}
	return got
}
