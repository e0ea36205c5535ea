package limits

import "time"

// Spent is what was spent under a [Cap] within the span that ends now.
type Spent struct {
	N     int
	First time.Time // of the earliest of them; zero for none
}

// Grant tells how many of n may be spent now so that no cap is passed, where spent[i] was spent under caps[i]. If that is fewer than n,
// again is the moment from which there is room for more.
//
// Whatever was spent at now-Within or earlier is no longer in a span with now. What was spent later than now, by who looked at the clock
// a moment later but came first, belongs to spent: so no span of the length Within ever holds more than Most.
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
		if first.IsZero() || granted > 0 && first.After(now) {
			first = now
		}
		if end := first.Add(c.Within); end.After(again) {
			again = end
		}
	}
	return granted, again
}

// Lateness is how much later than at its own moment a Take may come to the point, as it waits for others, and how far
// the clocks of those who share limits may be apart.
const Lateness = time.Minute

// Keys gives each key of the caps once, and for how long what is spent under it matters.
func Keys(caps []Cap) map[string]time.Duration {
	lives := make(map[string]time.Duration, len(caps))
	for _, c := range caps {
		lives[c.Key] = max(lives[c.Key], c.Within+Lateness)
	}
	return lives
}
