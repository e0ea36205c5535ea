package probe_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/facts"
	"github.com/prebounce/prebounce/validate/limits"
)

// memory is what asking politely needs to remember.
type memory interface {
	Take(ctx context.Context, now time.Time, n int, caps ...limits.Cap) (int, time.Time, error)
	GiveBack(ctx context.Context, at time.Time, n int, caps ...limits.Cap) error
	Lease(ctx context.Context, operator string, now, until time.Time) (time.Time, error)
	Release(ctx context.Context, operator string) error
	CoolDown(ctx context.Context, operator string, until time.Time, why string) error
	CoolingDown(ctx context.Context, operator string, now time.Time) (time.Time, string, error)
	Control(ctx context.Context, domain string, now time.Time) (validate.Control, error)
	PutControl(ctx context.Context, domain string, c validate.Control, host, text string, at time.Time) error
	HostProfile(ctx context.Context, host string, now time.Time) (limits.HostProfile, error)
	PutHostProfile(ctx context.Context, host string, m limits.HostProfile, at time.Time) error
	Greeted(ctx context.Context, now time.Time) (map[string]bool, error)
}

// memories are all that must behave alike.
var memories = map[string]func(t *testing.T) memory{
	"in memory": func(*testing.T) memory { return new(probe.Memory) },
	"in a file": func(t *testing.T) memory { return openStore(t) },
	"in a file that is closed": func(t *testing.T) memory {
		s := openStore(t)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return s
	},
}

func openStore(t *testing.T) *facts.Store {
	t.Helper()
	s, err := facts.Open(t.Context(), filepath.Join(t.TempDir(), "facts.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if notes := s.Notes(); notes != nil {
			t.Errorf("notes: %q", notes)
		}
	})
	return s
}

func inEach(t *testing.T, test func(t *testing.T, m memory)) {
	for name, open := range memories {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, open(t)) })
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const ms = time.Millisecond

func perSecond(key string, most int) limits.Cap {
	return limits.Cap{Key: key, Most: most, Within: time.Second}
}

func TestTake(t *testing.T) {
	type step struct {
		name  string
		at    time.Duration // after noon
		n     int           // negative: given back
		caps  []limits.Cap
		want  int
		again time.Duration // after noon; 0: none
	}
	three, ten := perSecond("host a", 3), perSecond("operator b", 10)
	minute := limits.Cap{Key: "host a", Most: 5, Within: time.Minute}
	tests := []struct {
		name  string
		steps []step
	}{
		{"no caps", []step{{"limit nothing", 0, 1000, nil, 1000, 0}}},
		{"nothing", []step{{"is granted", 0, 0, []limits.Cap{three}, 0, 0}, {"and costs nothing", 0, 3,
			[]limits.Cap{three}, 3, 0}}},
		{"a cap of none", []step{
			{"grants nothing, and not at once again", 0, 1, []limits.Cap{perSecond("a", 0)}, 0, time.Second},
			{"nor does one below none", 0, 1, []limits.Cap{perSecond("a", -5)}, 0, time.Second},
		}},
		{"a window slides", []step{
			{"first", 0, 1, []limits.Cap{three}, 1, 0},
			{"as far as it goes", 400 * ms, 5, []limits.Cap{three}, 2, 1000 * ms},
			{"full", 999 * ms, 1, []limits.Cap{three}, 0, 1000 * ms},
			{"the first has left it", 1000 * ms, 2, []limits.Cap{three}, 1, 1400 * ms},
			{"full again", 1399 * ms, 1, []limits.Cap{three}, 0, 1400 * ms},
			{"room", 1400 * ms, 2, []limits.Cap{three}, 2, 0},
		}},
		{"moments are exact to the nanosecond", []step{
			{"first", 1, 3, []limits.Cap{three}, 3, 0},
			{"full", time.Second, 1, []limits.Cap{three}, 0, time.Second + 1},
			{"room", time.Second + 1, 1, []limits.Cap{three}, 1, 0},
		}},
		{"all caps hold", []step{
			{"the narrowest decides", 0, 5, []limits.Cap{ten, three}, 3, 1000 * ms},
			{"and the wide one has spent no more", 0, 9, []limits.Cap{ten}, 7, 1000 * ms},
			{"now the wide one decides", 1 * ms, 1, []limits.Cap{perSecond("c", 1), ten}, 0, 1000 * ms},
			{"and the other has spent nothing", 2 * ms, 1, []limits.Cap{perSecond("c", 1)}, 1, 0},
		}},
		{"two spans under one key spend once", []step{
			{"first", 0, 3, []limits.Cap{three, minute}, 3, 0},
			{"the second is over, the minute has room for two", 1000 * ms, 3, []limits.Cap{three, minute}, 2,
				time.Minute},
			{"the minute is full", 5 * time.Second, 1, []limits.Cap{minute, three}, 0, time.Minute},
			{"and slides", time.Minute, 9, []limits.Cap{minute, three}, 3, 61 * time.Second},
		}},
		{"what is given back", []step{
			{"first", 0, 3, []limits.Cap{three}, 3, 0},
			{"two of it", 0, -2, []limits.Cap{three}, 0, 0},
			{"can be had", 10 * ms, 3, []limits.Cap{three}, 2, 1000 * ms},
			{"never more than was taken", 0, -9, []limits.Cap{three}, 0, 0},
			{"can be had", 20 * ms, 3, []limits.Cap{three}, 1, 1010 * ms},
			{"nothing was taken then", 500 * ms, -1, []limits.Cap{three}, 0, 0},
			{"none the less full", 500 * ms, 1, []limits.Cap{three}, 0, 1010 * ms},
		}},
		{"who comes first with a later clock", []step{
			{"spends", 500 * ms, 2, []limits.Cap{three}, 2, 0},
			{"what the other can't have", 400 * ms, 2, []limits.Cap{three}, 1, 1400 * ms},
			{"nor a while later", 1399 * ms, 1, []limits.Cap{three}, 0, 1400 * ms},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inEach(t, func(t *testing.T, m memory) {
				for _, s := range tt.steps {
					at, wantAgain := noon.Add(s.at), time.Time{}
					if s.again != 0 {
						wantAgain = noon.Add(s.again)
					}
					if s.n < 0 {
						if err := m.GiveBack(t.Context(), at, -s.n, s.caps...); err != nil {
							t.Fatal(err)
						}
						continue
					}
					got, again, err := m.Take(t.Context(), at, s.n, s.caps...)
					if err != nil || got != s.want || !again.Equal(wantAgain) {
						t.Errorf("%s: %d, again at %v, %v; want %d, %v", s.name, got, again, err, s.want, wantAgain)
					}
				}
			})
		})
	}
}

// Whoever takes whenever, no span holds more than the cap. Clocks run up to 20 ms apart.
func TestNoSpanEverHoldsMore(t *testing.T) {
	inEach(t, func(t *testing.T, m memory) {
		const takers, takes = 4, 60
		c := limits.Cap{Key: "host a", Most: 7, Within: 50 * ms}
		type record struct {
			at time.Time
			n  int
		}
		var mu sync.Mutex
		var records []record
		var wg sync.WaitGroup
		for taker := range takers {
			wg.Go(func() {
				pick := rand.New(rand.NewPCG(uint64(taker), 1))
				for i := range takes {
					at := noon.Add(time.Duration(i)*5*ms + time.Duration(pick.IntN(20_000_000)))
					n, _, err := m.Take(t.Context(), at, 1+pick.IntN(5), c)
					if err != nil {
						t.Error(err)
					}
					if back := pick.IntN(3); n > back {
						n -= back
						if err := m.GiveBack(t.Context(), at, back, c); err != nil {
							t.Error(err)
						}
					}
					mu.Lock()
					records = append(records, record{at, n})
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		all := 0
		for _, first := range records {
			sum := 0
			for _, r := range records {
				if !r.at.Before(first.at) && r.at.Before(first.at.Add(c.Within)) {
					sum += r.n
				}
			}
			if sum > c.Most {
				t.Fatalf("%d from %v on, want at most %d", sum, first.at, c.Most)
			}
			all += first.n
		}
		if all < 3*c.Most {
			t.Errorf("only %d were granted in %d takes", all, len(records))
		}
	})
}

func TestLeaseIsOursAgainAndAgain(t *testing.T) {
	inEach(t, func(t *testing.T, m memory) {
		for range 2 {
			if other, err := m.Lease(t.Context(), "google", noon, noon.Add(time.Minute)); !other.IsZero() ||
				err != nil {
				t.Errorf("another's until %v, %v", other, err)
			}
		}
		if err := m.Release(t.Context(), "google"); err != nil {
			t.Error(err)
		}
	})
}

func TestRest(t *testing.T) {
	inEach(t, func(t *testing.T, m memory) {
		resting := func(operator string, at, want time.Time, wantWhy string) {
			t.Helper()
			until, why, err := m.CoolingDown(t.Context(), operator, at)
			if !until.Equal(want) || why != wantWhy || err != nil {
				t.Errorf("rests until %v, %q, %v; want %v, %q", until, why, err, want, wantWhy)
			}
		}
		resting("google", noon, time.Time{}, "")
		for _, r := range []struct {
			until time.Duration
			why   string
		}{{time.Hour + ms, "554 5.7.1 blocked"}, {time.Minute, "shorter, so it changes nothing"}} {
			if err := m.CoolDown(t.Context(), "google", noon.Add(r.until), r.why); err != nil {
				t.Fatal(err)
			}
		}
		end := noon.Add(time.Hour + ms)
		resting("google", noon, end, "554 5.7.1 blocked")
		resting("google", end.Add(-1), end, "554 5.7.1 blocked")
		resting("google", end, time.Time{}, "")
		resting("other", noon, time.Time{}, "")
		if err := m.CoolDown(t.Context(), "google", end.Add(1), "again"); err != nil {
			t.Fatal(err)
		}
		resting("google", noon, end.Add(1), "again")
	})
}

func TestControl(t *testing.T) {
	inEach(t, func(t *testing.T, m memory) {
		control := func(domain string, after time.Duration, want validate.Control) {
			t.Helper()
			if got, err := m.Control(t.Context(), domain, noon.Add(after)); got != want || err != nil {
				t.Errorf("%s after %v: %v, %v, want %v", domain, after, got, err, want)
			}
		}
		put := func(domain string, c validate.Control, after time.Duration) {
			t.Helper()
			if err := m.PutControl(t.Context(), domain, c, "mx.example", "250 2.1.5 Ok", noon.Add(after)); err != nil {
				t.Fatal(err)
			}
		}
		control("a.example", 0, validate.ControlUnknown)
		put("a.example", validate.ControlAccepted, 0)
		put("a.example", validate.ControlUnknown, time.Hour)
		put("a.example", validate.ControlRefused, -time.Hour)
		control("a.example", 0, validate.ControlAccepted)
		control("a.example", limits.ControlLife-time.Second, validate.ControlAccepted)
		control("a.example", limits.ControlLife, validate.ControlUnknown)
		control("a.example", -time.Second, validate.ControlUnknown)
		control("b.example", 0, validate.ControlUnknown)
		put("a.example", validate.ControlRefused, time.Hour)
		control("a.example", limits.ControlLife, validate.ControlRefused)
	})
}

func TestHostProfile(t *testing.T) {
	inEach(t, func(t *testing.T, m memory) {
		manners := func(after time.Duration, want limits.HostProfile) {
			t.Helper()
			if got, err := m.HostProfile(t.Context(), "mx.example", noon.Add(after)); got != want || err != nil {
				t.Errorf("after %v: %+v, %v, want %+v", after, got, err, want)
			}
		}
		manners(0, limits.HostProfile{})
		all := limits.HostProfile{Plain: true, Touchy: true, Tolerant: true, TLS: true, Recipients: 1, Greeted: true}
		for field, v := range reflect.ValueOf(all).Fields() {
			if v.IsZero() {
				t.Errorf("does the store keep %s?", field.Name)
			}
		}
		for _, want := range []limits.HostProfile{{Plain: true}, {Touchy: true, Recipients: 10}, {Tolerant: true},
			{TLS: true}, {}, all} {
			if err := m.PutHostProfile(t.Context(), "mx.example", want, noon); err != nil {
				t.Fatal(err)
			}
			manners(0, want)
		}
		if err := m.PutHostProfile(t.Context(), "mx.example", limits.HostProfile{},
			noon.Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
		for after, want := range map[time.Duration]bool{0: true, limits.HostProfileLife: false, -time.Second: false} {
			if got, err := m.Greeted(t.Context(), noon.Add(after)); got["mx.example"] != want || err != nil {
				t.Errorf("after %v: greeted %v, %v", after, got, err)
			}
		}
		manners(limits.HostProfileLife-time.Second, all)
		manners(limits.HostProfileLife, limits.HostProfile{})
		manners(-time.Second, limits.HostProfile{})
	})
}

func TestInterrupted(t *testing.T) {
	inEach(t, func(t *testing.T, m memory) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c := perSecond("host a", 3)
		errs := map[string]error{
			"GiveBack": m.GiveBack(ctx, noon, 1, c), "Release": m.Release(ctx, "a"), "CoolDown": m.CoolDown(ctx, "a",
				noon.Add(time.Hour), ""),
			"PutControl":     m.PutControl(ctx, "a.example", validate.ControlRefused, "", "", noon),
			"PutHostProfile": m.PutHostProfile(ctx, "mx", limits.HostProfile{Plain: true}, noon),
		}
		_, _, errs["Take"] = m.Take(ctx, noon, 1, c)
		_, errs["Lease"] = m.Lease(ctx, "a", noon, noon.Add(time.Hour))
		_, _, errs["CoolingDown"] = m.CoolingDown(ctx, "a", noon)
		_, errs["Control"] = m.Control(ctx, "a.example", noon)
		_, errs["Greeted"] = m.Greeted(ctx, noon)
		_, errs["HostProfile"] = m.HostProfile(ctx, "mx", noon)
		for name, err := range errs {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v, want the interruption", name, err)
			}
		}
		if n, _, err := m.Take(t.Context(), noon, 3, c); n != 3 || err != nil {
			t.Errorf("an interrupted Take spent something: %d are left, %v", n, err)
		}
	})
}
