package facts

import (
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
)

func TestBestBefore(t *testing.T) {
	const never = -1
	tests := []struct {
		name   string
		status validate.MailStatus
		ttl    time.Duration
		want   time.Duration
	}{
		{"mail hosts live for their TTL", validate.HasMX, 2 * time.Hour, 2 * time.Hour},
		{"mail hosts live an hour at least", validate.HasMX, time.Minute, time.Hour},
		{"mail hosts live an hour even without a TTL", validate.HasMX, 0, time.Hour},
		{"mail hosts live an hour whatever the TTL", validate.HasMX, -time.Hour, time.Hour},
		{"mail hosts live a day at most", validate.HasMX, 30 * day, day},
		{"just under a day stays", validate.HasMX, day - time.Second, day - time.Second},
		{"an implicit MX is as any other", validate.ImplicitMX, 90 * time.Minute, 90 * time.Minute},
		{"an implicit MX lives an hour at least", validate.ImplicitMX, time.Second, time.Hour},
		{"an implicit MX lives a day at most", validate.ImplicitMX, 2 * day, day},
		{"a null MX lives a day", validate.IsNullMX, time.Minute, day},
		{"a name that doesn't exist, a day", validate.NXDomain, time.Minute, day},
		{"a name that doesn't exist lives no longer, whatever its TTL", validate.NXDomain, 7 * day, day},
		{"a null MX lives no longer, either", validate.IsNullMX, 7 * day, day},
		{"nor do mail hosts without address", validate.Unresolvable, 7 * day, day},
		{"a name without mail host, a day", validate.NoMX, 7 * day, day},
		{"mail hosts without address, a day", validate.Unresolvable, time.Hour, day},
		{"no answer is no fact", validate.NoDNSAnswer, time.Hour, never},
		{"not asked is no fact", validate.NotAsked, time.Hour, never},
		{"a status of another world is no fact", 200, time.Hour, never},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			until, ok := bestBefore(validate.Mail{Status: tt.status, TTL: tt.ttl, Asked: noon})
			if !ok {
				until = noon.Add(never)
			}
			if got := until.Sub(noon); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestExpiryIsExact(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, testPath(t))
	put(t, s, map[string]validate.Mail{
		"hour.example": {Status: validate.HasMX, TTL: time.Minute, Asked: noon},
		"day.example":  {Status: validate.NXDomain, Asked: noon},
	})
	tests := []struct {
		name string
		now  time.Time
		want int
	}{
		{"at once", noon, 2},
		{"a second before the hour", noon.Add(time.Hour - time.Second), 2},
		{"at the hour", noon.Add(time.Hour), 1},
		{"a second before the day", noon.Add(day - time.Second), 1},
		{"at the day", noon.Add(day), 0},
		{"by a clock that was set back", noon.Add(-time.Second), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := load(t, s, tt.now); len(got) != tt.want {
				t.Errorf("got %d fresh facts, want %d: %v", len(got), tt.want, got)
			}
		})
	}
}

func TestCloseSweepsWhatIsPastItsBestBefore(t *testing.T) {
	path, now := testPath(t), time.Now()
	keep(t, path, map[string]validate.Mail{
		"old.example":   {Status: validate.HasMX, Asked: now.Add(-2 * time.Hour)},
		"fresh.example": {Status: validate.HasMX, Asked: now},
	})
	s := mustOpen(t, path)
	if n := query[int](t, s, "SELECT count(*) FROM domain"); n != 1 {
		t.Errorf("%d facts are left, want the fresh one", n)
	}
}
