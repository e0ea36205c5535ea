package limits

import "time"

// Spent is what was taken under a Cap within the span that ends now.
type Spent struct {
	N     int
	First time.Time // of the earliest of them; zero for none
}

// Grant returns how many of n units may be taken now without exceeding a cap, given that spent[i] units were taken
// under caps[i]. If that is fewer than n, again is the time at which more become available.
//
// Units taken at now-Within or earlier no longer share a span with now. spent includes units taken after now, by a
// caller that read the clock later but committed first. So no span of length Within ever holds more than Most.
func Grant(now time.Time, n int, caps []Cap, spent []Spent) (granted int, again time.Time) {
	granted = max(n, 0)
	for i, c := range caps {
		granted = min(granted, max(c.Most-spent[i].N, 0))
	}
	if granted >= n {
		return granted, time.Time{}
	}
	for i, c := range caps {
		if spent[i].N+granted < c.Most {
			continue // there is room left under this one
		}
		first := spent[i].First
		if first.IsZero() || (granted > 0 && first.After(now)) {
			first = now
		}
		if end := first.Add(c.Within); end.After(again) {
			again = end
		}
	}
	return granted, again
}

// Lateness is the maximum delay between the time passed to Take and its commit, which may wait for others, and the
// maximum difference between the clocks of processes that share limits.
const Lateness = time.Minute

// Keys returns each key of the caps once, and how long units taken under it count.
func Keys(caps []Cap) map[string]time.Duration {
	lives := make(map[string]time.Duration, len(caps))
	for _, c := range caps {
		lives[c.Key] = max(lives[c.Key], c.Within+Lateness)
	}
	return lives
}
