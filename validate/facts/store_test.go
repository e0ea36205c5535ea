package facts

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/prebounce/prebounce/validate"
)

func addrs(texts ...string) (all []netip.Addr) {
	for _, t := range texts {
		all = append(all, netip.MustParseAddr(t))
	}
	return all
}

func TestEveryStatusRoundTrips(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	facts := map[string]validate.Mail{
		"mx.example": {
			Status: validate.HasMX, Operator: "Operator & Söhne", TTL: 5 * time.Minute, Asked: now,
			Hosts: []validate.MailHost{
				{Name: "mx1.example.net", Preference: 0, Addrs: addrs("192.0.2.1", "2001:db8::1")},
				{Name: "mx2.example.net", Preference: 65535, Addrs: addrs("::ffff:192.0.2.7")},
				{Name: "xn--mx-eka.example", Preference: 10},
			},
		},
		"implicit.example": {
			Status: validate.ImplicitMX, Operator: "192.0.2.0/24", TTL: 48 * time.Hour, Asked: now,
			Hosts: []validate.MailHost{{Name: "implicit.example", Addrs: addrs("192.0.2.9")}},
		},
		"null.example": {Status: validate.IsNullMX, Detail: "MX 0 . from 192.0.2.53", TTL: time.Hour, Asked: now},
		"gone.example": {Status: validate.NXDomain, Detail: "NXDOMAIN from 192.0.2.53,\n\"confirmed\"\x1f",
			Asked: now},
		"no.example": {Status: validate.NoMX, TTL: time.Second, Asked: now},
		"private.example": {Status: validate.Unresolvable, Detail: "mx.private.example: 10.0.0.1", TTL: time.Hour,
			Asked: now},
		"xn--nxasmq6b.test": {Status: validate.NoMX, Asked: now},
	}
	failures := map[string]validate.Mail{
		"failed.example":   {Status: validate.NoDNSAnswer, Detail: "SERVFAIL from 192.0.2.53", Asked: now},
		"unasked.example":  {},
		"ana@mx.example":   {Status: validate.NoMX, Asked: now},
		"operator.example": {Status: validate.HasMX, Operator: "a" + shapeMark + "b", Asked: now},
		"hostile.example": {Status: validate.HasMX, Asked: now, Hosts: []validate.MailHost{{Name: "a, 10 b",
			Preference: 1}}},
	}
	path := testPath(t)
	keep(t, path, facts)
	keep(t, path, failures)
	if diff := diffFacts(facts, loaded(t, path, now)); diff != "" {
		t.Error(diff)
	}
}

func TestNewerFactWins(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	older := validate.Mail{Status: validate.NXDomain, Asked: now.Add(-time.Minute)}
	newer := validate.Mail{Status: validate.NoMX, Detail: "it came back", Asked: now}
	for name, order := range map[string][]validate.Mail{
		"when it comes last":  {older, newer},
		"when it comes first": {newer, older},
	} {
		t.Run(name+" in one batch", func(t *testing.T) {
			path := testPath(t)
			s := mustOpen(t, path)
			s.Put("a.example", order[0])
			s.Put("a.example", order[1])
			mustClose(t, s)
			if diff := diffFacts(map[string]validate.Mail{"a.example": newer}, loaded(t, path, now)); diff != "" {
				t.Error(diff)
			}
		})
		t.Run(name+" in two", func(t *testing.T) {
			path := testPath(t)
			for _, m := range order {
				keep(t, path, map[string]validate.Mail{"a.example": m})
			}
			if diff := diffFacts(map[string]validate.Mail{"a.example": newer}, loaded(t, path, now)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLaterFactOfTheSameSecondWins(t *testing.T) {
	path, now := testPath(t), time.Now().Truncate(time.Second)
	s := mustOpen(t, path)
	const rounds = 50
	for round := range rounds {
		for i := range 20 {
			s.Put(fmt.Sprintf("%d.example", i), validate.Mail{Status: validate.NoMX, Detail: fmt.Sprint(round),
				Asked: now})
		}
	}
	mustClose(t, s)
	for d, m := range loaded(t, path, now) {
		if m.Detail != fmt.Sprint(rounds-1) {
			t.Errorf("%s holds the fact of round %s", d, m.Detail)
		}
	}
}

func TestFactsAreCommittedAfterTwoHundredMilliseconds(t *testing.T) {
	path := testPath(t)
	synctest.Test(t, func(t *testing.T) {
		s := mustOpen(t, path)
		s.Put("a.example", validate.Mail{Status: validate.NoMX, Asked: time.Now()})
		time.Sleep(maxWait - 1)
		synctest.Wait()
		if n := query[int](t, s, "SELECT count(*) FROM domain"); n != 0 {
			t.Errorf("%d facts are committed before their time", n)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if n := query[int](t, s, "SELECT count(*) FROM domain"); n != 1 {
			t.Errorf("%d facts are committed after %v, want 1", n, maxWait)
		}
		mustClose(t, s)
	})
}

func TestFullBatchIsCommittedAtOnce(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	synctest.Test(t, func(t *testing.T) {
		s := mustOpen(t, path)
		s.batch = 100
		start := time.Now()
		for i := range s.batch + 1 {
			s.Put(fmt.Sprintf("%d.example", i), validate.Mail{Status: validate.NoMX, Asked: start})
		}
		synctest.Wait()
		if n := query[int](t, s, "SELECT count(*) FROM domain"); n != s.batch || time.Since(start) != 0 {
			t.Errorf("%d facts are committed after %v, want one batch at once", n, time.Since(start))
		}
		mustClose(t, s)
	})
}

func TestManyMayPutAtOnce(t *testing.T) {
	t.Parallel()
	const writers, each = 4, 500
	path, now := testPath(t), time.Now().Truncate(time.Second)
	s := mustOpen(t, path)
	s.batch = 100 // so that some must wait
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				s.Put(fmt.Sprintf("%d.%d.example", i, w), validate.Mail{Status: validate.NXDomain, Asked: now})
			}
		})
	}
	wg.Wait()
	mustClose(t, s)
	if got := loaded(t, path, now); len(got) != writers*each {
		t.Errorf("%d facts of %d", len(got), writers*each)
	}
}

func TestPutAfterCloseDoesNothing(t *testing.T) {
	path := testPath(t)
	s := mustOpen(t, path)
	mustClose(t, s)
	s.Put("late.example", validate.Mail{Status: validate.NoMX, Asked: time.Now()})
	mustClose(t, s)
	if got := loaded(t, path, time.Now()); len(got) != 0 {
		t.Error(got)
	}
}

func TestDomainsShareTheirHosts(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, testPath(t))
	put(t, s, map[string]validate.Mail{"a.example": sampleMail(1, noon), "b.example": sampleMail(2, noon),
		"c.example": sampleMail(1, noon)})
	got := load(t, s, noon)
	a, b := got["a.example"], got["c.example"]
	if &a.Hosts[0] != &b.Hosts[0] || unsafe.StringData(a.Operator) != unsafe.StringData(b.Operator) {
		t.Error("two domains on the same mail hosts hold them twice in memory")
	}
}

func TestLoadSkipsRowsItCannotRead(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, testPath(t))
	put(t, s, map[string]validate.Mail{
		"good.example": sampleMail(1, noon), "status.example": sampleMail(2, noon), "hosts.example": sampleMail(3,
			noon),
	})
	for _, q := range []string{
		"UPDATE domain SET status = 'resting' WHERE name = 'status.example'",
		"UPDATE domain SET hosts = '70000 mx.example' WHERE name = 'hosts.example'",
	} {
		if _, err := s.db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if diff := diffFacts(map[string]validate.Mail{"good.example": sampleMail(1, noon)}, load(t, s, noon)); diff != "" {
		t.Error(diff)
	}
}

func TestLoadStopsWhenInterrupted(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, testPath(t))
	facts := make(map[string]validate.Mail)
	for i := range 1000 {
		facts[fmt.Sprintf("%d.example", i)] = validate.Mail{Status: validate.NoMX, Asked: noon}
	}
	put(t, s, facts)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	err := s.Load(ctx, noon, func(string, validate.Mail) { n++; cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the interruption", err)
	}
	if s.Notes() != nil {
		t.Errorf("an interruption turned the store off: %q", s.Notes())
	}
}

func TestFilesAreForTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	s := mustOpen(t, path)
	put(t, s, map[string]validate.Mail{"a.example": sampleMail(1, time.Now())})
	for name, want := range map[string]fs.FileMode{
		path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, filepath.Dir(path): 0o700 | fs.ModeDir,
	} {
		at, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if at.Mode() != want {
			t.Errorf("%s has mode %v, want %v", filepath.Base(name), at.Mode(), want)
		}
	}
}

func TestDefaultPath(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	if got, err := DefaultPath(); got != filepath.Join(cache, "prebounce", "facts.db") || err != nil {
		t.Error(got, err)
	}
}

func TestOpenExistingMakesNothing(t *testing.T) {
	path := testPath(t)
	if _, err := OpenExisting(t.Context(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want not exist", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Error("it made the folder")
	}
	bad := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(bad, []byte("email\nana@example.com\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var fault *FileError
	if _, err := OpenExisting(t.Context(), bad); !errors.As(err, &fault) {
		t.Errorf("got %v, want a *FileError", err)
	}
	if got, _ := os.ReadFile(bad); string(got) != "email\nana@example.com\n" {
		t.Error("it changed somebody's file")
	}
}
