package facts

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

// inject writes rows into a store that is closed, as a wrong clock or another program would.
func inject(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range statements {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// rowsOf counts the rows of a table.
func rowsOf(t *testing.T, path, table string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRowsThatReachTooFarAreDropped(t *testing.T) {
	t.Parallel()
	now := time.Now()
	ns := func(after time.Duration) int64 { return now.Add(after).UnixNano() }
	sec := func(after time.Duration) int64 { return now.Add(after).Unix() }
	const years = 2 * 365 * day
	answer := func(at, again, until time.Duration) string {
		return fmt.Sprintf("INSERT INTO answer VALUES "+
			"(randomblob(16),'a.example',0,'','d','','','','','unknown',1,%d,%d,%d,%d,0,'')",
			ns(at), ns(again), sec(at), sec(until))
	}
	for _, tt := range []struct {
		name, table string
		row         string
		stays       bool
	}{
		{"a count of an hour ahead", "spent", fmt.Sprintf("INSERT INTO spent VALUES ('all',%d,30,%d)", ns(time.Hour),
			sec(2*time.Hour)), false},
		{"a count of less than nothing", "spent", fmt.Sprintf("INSERT INTO spent VALUES ('all',%d,-30,%d)",
			ns(-time.Minute), sec(time.Hour)), false},
		{"a count of a moment ahead, by another clock", "spent",
			fmt.Sprintf("INSERT INTO spent VALUES ('all',%d,30,%d)", ns(time.Second), sec(time.Hour)), true},
		{"a count of 23 hours ago", "spent", fmt.Sprintf("INSERT INTO spent VALUES ('all',%d,30,%d)",
			ns(-23*time.Hour), sec(2*time.Hour)), true},
		{"an old count without an end", "spent", fmt.Sprintf("INSERT INTO spent VALUES ('all',%d,30,%d)", ns(-3*day),
			sec(years)), false},
		{"a lease of two years", "lease", fmt.Sprintf("INSERT INTO lease VALUES ('google',x'00',%d,%d)", ns(years),
			sec(years)), false},
		{"a lease that is over", "lease", fmt.Sprintf("INSERT INTO lease VALUES ('google',x'00',%d,%d)",
			ns(-time.Second), sec(time.Hour)), false},
		{"a lease of half a minute", "lease", fmt.Sprintf("INSERT INTO lease VALUES ('google',x'00',%d,%d)",
			ns(30*time.Second), sec(30*time.Second)), true},
		{"a cool-down of two years", "rest", fmt.Sprintf("INSERT INTO rest VALUES ('google','why',%d,%d)", ns(years),
			sec(years)), false},
		{"a cool-down of a day", "rest", fmt.Sprintf("INSERT INTO rest VALUES ('google','why',%d,%d)", ns(day),
			sec(day)), true},
		{"a control of tomorrow", "control",
			fmt.Sprintf("INSERT INTO control VALUES ('a.example','refused','h','',%d,%d)", sec(day), sec(2*day)),
			false},
		{"a control without an end", "control",
			fmt.Sprintf("INSERT INTO control VALUES ('a.example','refused','h','',%d,%d)", sec(0), sec(years)), false},
		{"a server's profile of tomorrow", "manners",
			fmt.Sprintf("INSERT INTO manners VALUES ('mx',1,1,1,1,0,%d,%d,1)", sec(day), sec(2*day)), false},
		{"a domain of tomorrow", "domain",
			fmt.Sprintf("INSERT INTO domain VALUES ('a.example','nxdomain','','','',60,%d,%d)", sec(day), sec(2*day)),
			false},
		{"a domain without an end", "domain",
			fmt.Sprintf("INSERT INTO domain VALUES ('a.example','nxdomain','','','',60,%d,%d)", sec(-day),
				sec(years)), false},
		{"a domain of this morning", "domain",
			fmt.Sprintf("INSERT INTO domain VALUES ('a.example','nxdomain','','','',60,%d,%d)", sec(-time.Hour),
				sec(23*time.Hour)), true},
		{"an answer of tomorrow", "answer", answer(day, 0, 2*day), false},
		{"a question put off for two years", "answer", answer(-time.Hour, years, years+day), false},
		{"a question put off for a day", "answer", answer(-time.Hour, 23*time.Hour, 47*time.Hour), true},
		{"an answer without an end", "answer", answer(-time.Hour, 0, years), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := testPath(t)
			mustClose(t, mustOpen(t, path))
			inject(t, path, tt.row)
			s := mustOpen(t, path)
			// so that Close sweeps
			if err := s.PutHostProfile(t.Context(), "other", limits.HostProfile{Touchy: true}, now); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			n := rowsOf(t, path, tt.table)
			if tt.table == "manners" {
				n--
			}
			if notes := strings.Join(s.Notes(), "\n"); (n == 1) != tt.stays || strings.Contains(notes,
				"deleted") == tt.stays {
				t.Errorf("%d rows are left, notes %q", n, notes)
			}
		})
	}
}

// TestRowsThatReachTooFarAreNotBelieved holds also where they were written after the store was opened.
func TestRowsThatReachTooFarAreNotBelieved(t *testing.T) {
	t.Parallel()
	path, now := testPath(t), time.Now()
	s := mustOpen(t, path)
	ahead, years := now.Add(time.Hour).UnixNano(), now.Add(2*365*day).UnixNano()
	inject(t, path, fmt.Sprintf("INSERT INTO spent VALUES ('all',%d,30,%d)", ahead, ahead),
		fmt.Sprintf("INSERT INTO lease VALUES ('google',x'00',%d,%d)", years, years),
		fmt.Sprintf("INSERT INTO rest VALUES ('google','why',%d,%d)", years, years),
		fmt.Sprintf("INSERT INTO domain VALUES ('a.example','nxdomain','','','',60,%d,%d)", now.Unix()+3600,
			now.Unix()+7200))
	if n := mustTake(t, s, now, 30, limits.Cap{Key: "all", Most: 30, Within: time.Minute}); n != 30 {
		t.Errorf("%d granted", n)
	}
	if other, err := s.Lease(t.Context(), "google", now, now.Add(time.Hour)); !other.IsZero() || err != nil {
		t.Errorf("another's until %v, %v", other, err)
	}
	if until, _, err := s.CoolingDown(t.Context(), "google", now); !until.IsZero() || err != nil {
		t.Errorf("rests until %v, %v", until, err)
	}
	if err := s.Load(t.Context(), now, func(domain string, m validate.Mail) {
		t.Errorf("%s: %+v", domain,
			m)
	}); err != nil {
		t.Error(err)
	}
	s.Put("a.example", validate.Mail{Status: validate.IsNullMX, Asked: now})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, path)
	found := false
	if err := s.Load(t.Context(), now, func(string, validate.Mail) { found = true }); err != nil || !found {
		t.Errorf("what was learnt today did not take the place of what was learnt tomorrow: %v", err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	path, now := testPath(t), time.Now().UTC()
	s := mustOpen(t, path)
	dayCap := limits.Cap{Key: "operator google", Most: 1000, Within: day}
	for _, ago := range []time.Duration{23 * time.Hour, 30 * time.Minute, 10 * time.Second} {
		mustTake(t, s, now.Add(-ago), 7, dayCap)
	}
	if _, err := s.Lease(t.Context(), "google", now, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.CoolDown(t.Context(), "b.example", now.Add(time.Hour), "554 no"); err != nil {
		t.Fatal(err)
	}
	got, err := s.Limits(t.Context(), now)
	want := Limits{
		Counts:  []Count{{Key: "operator google", Minute: 7, Hour: 14, Day: 21, Latest: now.Add(-10 * time.Second)}},
		Leases:  []Leased{{Operator: "google", Until: now.Add(limits.LeaseLife), Ours: true}},
		Resting: []Rested{{"b.example", now.Add(time.Hour), "554 no"}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}
