package facts

import (
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// TestFindFindsWhatLoadLoads, as long as it is fresh.
func TestFindFindsWhatLoadLoads(t *testing.T) {
	path := testPath(t)
	at := time.Now().UTC().Truncate(time.Second)
	want := map[string]validate.Mail{
		"well.test": {Status: validate.HasMX, Hosts: []validate.MailHost{{Name: "mx.well.test"}}, TTL: time.Minute,
			Asked: at},
		"null.test": {Status: validate.IsNullMX, TTL: time.Minute, Asked: at},
	}
	keep(t, path, want)
	s := mustOpen(t, path)
	defer mustClose(t, s)
	for _, after := range []time.Duration{0, 2 * time.Hour, 30 * time.Hour} {
		fresh := load(t, s, at.Add(after))
		for _, domain := range []string{"well.test", "null.test", "other.test", "well.test' OR 1=1 --"} {
			m, found, err := s.Get(t.Context(), domain, at.Add(after))
			got := map[string]validate.Mail{}
			if found {
				got[domain] = m
			}
			loaded := map[string]validate.Mail{}
			if m, ok := fresh[domain]; ok {
				loaded[domain] = m
			}
			if diff := diffFacts(loaded, got); err != nil || diff != "" {
				t.Errorf("%s after %v: %v\n%s", domain, after, err, diff)
			}
		}
	}
	if n := len(load(t, s, at)); n != len(want) {
		t.Errorf("%d of %d facts are there", n, len(want))
	}
}
