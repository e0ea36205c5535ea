package history

import (
	"cmp"
	"slices"
	"time"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/segments"
)

// Counter counts the rows of a campaign by kind. Create one with NewCounter.
type Counter struct {
	day   time.Time
	sorts map[Sort]*counted // by what they are told apart by; Days is the first of the range of ages
}

type counted struct {
	sent, hard, days int64
	forecast         float64
}

// NewCounter returns a counter for the rows of a campaign that was sent on a day.
func NewCounter(day time.Time) *Counter {
	return &Counter{day.UTC().Truncate(24 * time.Hour), map[Sort]*counted{}}
}

// Add counts a sound row: whether it bounced hard, and the bounce probability that was forecast for it. Its age is
// counted up to the campaign's day.
func (c *Counter) Add(r risk.Row, hard bool, chance float64) {
	s := Sort{Provider: r.Provider, Source: r.Source, Sign: r.Sign, Role: r.Role, Throwing: r.Disposable}
	days := int64(0)
	if s.Dated = !r.Date.IsZero(); s.Dated {
		days = min(max(int64(c.day.Sub(r.Date.UTC().Truncate(24*time.Hour))/(24*time.Hour)), 0), mostDays)
	}
	s.Days = int64(segments.AgeOf(segments.Quarters(days)))
	n := c.sorts[s]
	if n == nil {
		if c.sorts == nil {
			c.sorts = map[Sort]*counted{}
		}
		n = &counted{}
		c.sorts[s] = n
	}
	n.sent++
	n.days += days
	n.forecast += chance
	if hard {
		n.hard++
	}
}

// Sorts returns the counts so far, in a fixed order.
func (c *Counter) Sorts() (out []Sort) {
	for s, n := range c.sorts {
		s.Sent, s.Hard, s.Days, s.Forecast = n.sent, n.hard, n.days/n.sent, min(n.forecast, float64(n.sent))
		out = append(out, s)
	}
	slices.SortFunc(out, compare)
	return out
}

func compare(a, b Sort) int {
	return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Age(), b.Age()),
		cmp.Compare(a.traits(), b.traits()))
}
