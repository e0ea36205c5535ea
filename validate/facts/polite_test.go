package facts

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

func mustTake(t *testing.T, s *Store, now time.Time, n int, caps ...limits.Cap) int {
	t.Helper()
	granted, _, err := s.Take(t.Context(), now, n, caps...)
	if err != nil {
		t.Fatal(err)
	}
	return granted
}

func TestWhatWeOweHoldsAcrossRuns(t *testing.T) {
	t.Parallel()
	path, now := testPath(t), time.Now()
	hour := limits.Cap{Key: "operator google", Most: 300, Within: time.Hour}
	s := mustOpen(t, path)
	mustTake(t, s, now, 299, hour)
	if err := s.CoolDown(t.Context(), "google", now.Add(day), "554 5.7.1 blocked"); err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	s = mustOpen(t, path)
	if n := mustTake(t, s, now.Add(time.Second), 10, hour); n != 1 {
		t.Errorf("%d may be spent, want 1", n)
	}
	until, why, err := s.CoolingDown(t.Context(), "google", now)
	if !until.Equal(now.Add(day)) || why != "554 5.7.1 blocked" || err != nil {
		t.Errorf("rests until %v, %q, %v", until, why, err)
	}
}

func TestLeaseIsOneStoresAtATime(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	a, b := mustOpen(t, path), mustOpen(t, path)
	lease := func(s *Store, now, until time.Duration, want time.Duration) {
		t.Helper()
		other, err := s.Lease(t.Context(), "google", noon.Add(now), noon.Add(until))
		if err != nil || (want == 0 && !other.IsZero()) || (want != 0 && !other.Equal(noon.Add(want))) {
			t.Errorf("another's until %v, %v, want %v", other, err, want)
		}
	}
	lease(a, 0, 500*time.Millisecond, 0)
	lease(b, time.Millisecond, time.Minute, 500*time.Millisecond)
	lease(a, 2*time.Millisecond, time.Second, 0) // renewed
	lease(b, 999*time.Millisecond, time.Minute, time.Second)
	lease(b, time.Second, time.Minute, 0) // its time has come
	lease(a, time.Second, time.Minute, time.Minute)
	if err := a.Release(t.Context(), "google"); err != nil { // not a's to release
		t.Fatal(err)
	}
	lease(a, 2*time.Second, time.Minute, time.Minute)
	if err := b.Release(t.Context(), "google"); err != nil {
		t.Fatal(err)
	}
	lease(a, 3*time.Second, time.Hour, 0)
	mustClose(t, a)
	lease(b, 4*time.Second, time.Minute, 0) // closing has released it
}

func TestPurgingForgetsFactsButNotWhatWeOwe(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	s := mustOpen(t, path)
	now := time.Now()
	minute := limits.Cap{Key: "host 192.0.2.1", Most: 10, Within: time.Minute}
	fill := func() {
		t.Helper()
		ana := said("550 5.1.1 User unknown")
		ana.At = now
		putAnswers(t, s, map[string]validate.Answer{"ana@example.com": ana, "ben@example.com": ana})
		if err := s.PutControl(t.Context(), "example.com", validate.ControlRefused, "mx.example.com", "550 5.1.1 no",
			now); err != nil {
			t.Fatal(err)
		}
		if err := s.PutHostProfile(t.Context(), "mx.example.com", limits.HostProfile{Touchy: true}, now); err != nil {
			t.Fatal(err)
		}
	}
	mustTake(t, s, now, 10, minute)
	if err := s.CoolDown(t.Context(), "operator.example", now.Add(day), "blocked"); err != nil {
		t.Fatal(err)
	}
	owing := func() {
		t.Helper()
		if n := mustTake(t, s, now.Add(time.Second), 1, minute); n != 0 {
			t.Error("purging made room under a cap")
		}
		if until, _, _ := s.CoolingDown(t.Context(), "operator.example", now); !until.Equal(now.Add(day)) {
			t.Error("purging ended a rest")
		}
	}
	fill()
	n, err := s.PurgeAddress(t.Context(), "Ana@example.com")
	purged(t, n, err, 1)
	if key := s.Key("ana@example.com"); traces(t, path, key[:]) {
		t.Error("the key of the address is still in the file")
	}
	if got := answers(t, s, now, "ana@example.com", "ben@example.com"); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
	owing()
	n, err = s.PurgeBefore(t.Context(), now.Add(-time.Second))
	purged(t, n, err, 0)
	n, err = s.PurgeBefore(t.Context(), now.Add(time.Second))
	purged(t, n, err, 3)
	owing()
	fill()
	n, err = s.PurgeAll(t.Context())
	purged(t, n, err, 4)
	owing()
	if c, _ := s.Control(t.Context(), "example.com", now); c != validate.ControlUnknown {
		t.Error("the domain's control is still known")
	}
	if traces(t, path, []byte("User unknown")) {
		t.Error("a reply's text is still in the file")
	}
}

func TestInfoAboutProbing(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, testPath(t))
	putAnswers(t, s, map[string]validate.Answer{"ana@example.com": said("550 5.1.1 User unknown"),
		"ben@example.com": said("250 2.1.5 Ok")})
	if err := s.PutControl(t.Context(), "example.com", validate.ControlRefused, "mx.example.com", "550 5.1.1 no",
		noon); err != nil {
		t.Fatal(err)
	}
	for operator, until := range map[string]time.Duration{"b.example": time.Hour, "a.example": time.Minute,
		"over.example": -time.Second} {
		if err := s.CoolDown(t.Context(), operator, noon.Add(until), "why "+operator); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Info(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	want := []Rested{{"a.example", noon.Add(time.Minute), "why a.example"}, {"b.example", noon.Add(time.Hour),
		"why b.example"}}
	if diff := cmp.Diff(want, got.Resting); diff != "" || got.Answers != 2 || got.Controls != 1 {
		t.Errorf("%d answers, %d controls, resting: %s", got.Answers, got.Controls, diff)
	}
}

func TestProbingPutsNoAddressIntoTheFile(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	s := mustOpen(t, path)
	putAnswers(t, s, map[string]validate.Answer{"ana.maria@example.com": said("550 5.1.1 User unknown")})
	if err := s.PutControl(t.Context(), "ana.maria@example.com", validate.ControlRefused, "mx.example.com",
		"550 5.1.1 no", noon); err != nil {
		t.Fatal(err)
	}
	if !traces(t, path, []byte("User unknown")) {
		t.Error("the reply isn't in the file to begin with")
	}
	if traces(t, path, []byte("ana.maria")) {
		t.Error("the address is in the file")
	}
}

func TestCloseSweepsWhatNoLongerMatters(t *testing.T) {
	t.Parallel()
	path, now := testPath(t), time.Now()
	s := mustOpen(t, path)
	c := limits.Cap{Key: "host 192.0.2.1", Most: 10, Within: time.Minute}
	for _, ago := range []time.Duration{0, time.Hour} {
		at := now.Add(-ago)
		mustTake(t, s, at, 1, c)
		name := fmt.Sprint(ago)
		if err := s.CoolDown(t.Context(), name, at.Add(time.Minute), ""); err != nil {
			t.Fatal(err)
		}
		if _, err := mustOpen(t, path).Lease(t.Context(), name, at, at.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		a := said("552 5.2.2 Mailbox full")
		a.At = now.Add(-25 * ago)
		putAnswers(t, s, map[string]validate.Answer{name + "@example.com": a})
		if err := s.PutControl(t.Context(), name+".example", validate.ControlRefused, "", "",
			now.Add(-7*24*ago)); err != nil {
			t.Fatal(err)
		}
		if err := s.PutHostProfile(t.Context(), name+".example", limits.HostProfile{}, now.Add(-7*24*ago)); err != nil {
			t.Fatal(err)
		}
	}
	mustClose(t, s)
	s = mustOpen(t, path)
	for _, table := range []string{"spent", "rest", "lease", "answer", "control", "manners"} {
		if n := query[int](t, s, "SELECT count(*) FROM "+table); n != 1 {
			t.Errorf("%s: %d rows are left, want the one that matters", table, n)
		}
	}
}

// versionOne is the schema as the first version of it made it.
const versionOne = `
CREATE TABLE install (key BLOB NOT NULL) STRICT;
CREATE TABLE domain (name TEXT PRIMARY KEY, status TEXT NOT NULL, operator TEXT NOT NULL, hosts TEXT NOT NULL, detail TEXT NOT NULL,
	ttl INTEGER NOT NULL, asked INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO install VALUES (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
INSERT INTO domain VALUES ('a.example', 'mx', 'operator.example', '10 mx.example 192.0.2.1', '', 3600, 1772366400, 1772370000);
PRAGMA application_id = 1885498979;
PRAGMA user_version = 1`

func TestStoreOfTheFirstVersionIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "facts.db")
	if err := os.WriteFile(path, sqliteFile(t, versionOne), 0o600); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, path)
	if aside := setAsideFiles(path); aside != nil || s.Notes() != nil {
		t.Fatalf("set aside: %q, notes: %q", aside, s.Notes())
	}
	want := map[string]validate.Mail{"a.example": {Status: validate.HasMX, Operator: "operator.example",
		TTL: time.Hour, Asked: noon,
		Hosts: []validate.MailHost{{Name: "mx.example", Preference: 10, Addrs: addrs("192.0.2.1")}}}}
	if diff := diffFacts(want, load(t, s, noon)); diff != "" {
		t.Error(diff)
	}
	if s.key[0] != 0 || s.key[31] != 31 {
		t.Error("the key has changed")
	}
	putAnswers(t, s, map[string]validate.Answer{"ana@a.example": said("550 5.1.1 User unknown")})
	if got := answers(t, s, noon, "ana@a.example"); len(got) != 1 {
		t.Error("it keeps no answers")
	}
}

// asIfOn does everything that must go on without a file.
func asIfOn(t *testing.T, s *Store, now time.Time, c limits.Cap) {
	t.Helper()
	putAll := s.PutAnswers(t.Context(), []KeyedAnswer{{Key: s.Key("ana@example.com"),
		Answer: said("550 5.1.1 User unknown")}})
	answers := s.Answers(t.Context(), now, map[[16]byte]uint32{s.Key("ana@example.com"): 1},
		func(uint32, validate.Answer) {})
	other, lease := s.Lease(t.Context(), "google", now, now.Add(time.Minute))
	if putAll != nil || answers != nil || lease != nil || !other.IsZero() {
		t.Errorf("%v, %v, %v, the lease is another's until %v", putAll, answers, lease, other)
	}
	if err := s.CoolDown(t.Context(), "resting", now.Add(time.Hour), "blocked"); err != nil {
		t.Error(err)
	}
	if until, why, err := s.CoolingDown(t.Context(), "resting", now); !until.Equal(now.Add(time.Hour)) ||
		why != "blocked" || err != nil {
		t.Errorf("rests until %v, %q, %v", until, why, err)
	}
	if n := mustTake(t, s, now, c.Most+1, c); n > c.Most {
		t.Errorf("%d are granted, want at most %d", n, c.Most)
	}
	if n := mustTake(t, s, now, 1, c); n != 0 {
		t.Error("the cap doesn't hold")
	}
}

func TestLimitsHoldWhenTheFileTurnsOutDamaged(t *testing.T) {
	t.Parallel()
	damage := map[string]string{"spent": "DROP TABLE spent", "answer": "DROP TABLE answer", "rest": "DROP TABLE rest",
		"lease": "DROP TABLE lease", "control": "DROP TABLE control"}
	for table, q := range damage {
		t.Run(table+" is missing", func(t *testing.T) {
			t.Parallel()
			path := testPath(t)
			s := mustOpen(t, path)
			c := limits.Cap{Key: "host 192.0.2.1", Most: 10, Within: time.Minute}
			if n := mustTake(t, s, noon, 7, c); n != 7 {
				t.Fatal(n)
			}
			if _, err := s.db.Exec(q); err != nil {
				t.Fatal(err)
			}
			asIfOn(t, s, noon.Add(time.Second), c)
			// what was spent while the file was sound counts
			if n := mustTake(t, s, noon.Add(time.Minute), 10, c); n != 7 {
				t.Errorf("%d are granted when the first 7 no longer count", n)
			}
			if err := s.Close(); !damaged(err) || len(setAsideFiles(path)) != 1 {
				t.Errorf("closed with %v, set aside: %q", err, setAsideFiles(path))
			}
		})
	}
}

func TestLimitsHoldWhenPagesAreOverwritten(t *testing.T) {
	t.Parallel()
	content := oldStore(t, 500)
	for i := 4 * 4096; i < len(content); i++ { // the header and the schema stay
		content[i] = 0xa7
	}
	path := filepath.Join(t.TempDir(), "facts.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, path)
	asIfOn(t, s, noon, limits.Cap{Key: "host 192.0.2.1", Most: 10, Within: time.Minute})
	if err := s.Close(); !damaged(err) || len(setAsideFiles(path)) != 1 {
		t.Errorf("closed with %v, set aside: %q", err, setAsideFiles(path))
	}
}

func TestLimitsHoldWhenAnotherKeepsTheFileLocked(t *testing.T) {
	path := testPath(t)
	synctest.Test(t, func(t *testing.T) {
		s, other := mustOpen(t, path), mustOpen(t, path)
		now := time.Now()
		c := limits.Cap{Key: "host 192.0.2.1", Most: 10, Within: time.Minute}
		mustTake(t, s, now, 4, c)
		lock, err := other.writer.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if n := mustTake(t, s, now, 10, c); n != 6 {
			t.Errorf("%d are granted, want 6", n)
		}
		if waited := time.Since(now); waited < busyTimeout || waited > busyTimeout+time.Second {
			t.Errorf("waited %v, want %v", waited, busyTimeout)
		}
		asIfOn(t, s, now, c)
		if notes := s.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "locked") {
			t.Errorf("notes: %q", notes)
		}
		if err := lock.Rollback(); err != nil {
			t.Fatal(err)
		}
	})
}
