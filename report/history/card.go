package history

import (
	"time"

	"github.com/prebounce/prebounce/report/risk"
)

// Params returns the table of the forecast adjusted to the campaigns up to now, and the number of these campaigns.
// Without campaigns it is the built-in table.
func (f *File) Params(now time.Time) (risk.Params, int, error) { return risk.Learn(now, f.sends()) }

// sends are the campaigns as the forecast learns from them.
func (f *File) sends() (out []risk.Campaign) {
	for i := range f.Campaigns {
		c := &f.Campaigns[i]
		out = append(out, risk.Campaign{List: c.tally(), Proof: c.Probe})
	}
	return out
}

// Card scores the forecasts of past campaigns. Each forecast is computed from all other campaigns, as if this one had
// not been sent.
type Card struct {
	Campaigns int     `json:"campaigns"` // in the history
	Scored    []Entry `json:"scored"`    // the latest of them
	Inside    Inside  `json:"inside"`
	Bias      float64 `json:"bias_pp"`       // how much more was forecast than came, on average, in percentage points
	Error     float64 `json:"mean_error_pp"` // how far off it was on average, either way
}

// Entry is one campaign on the card.
type Entry struct {
	Name string     `json:"name"`
	Sent string     `json:"sent_on"`
	Rows int64      `json:"rows"`
	Hard int64      `json:"hard"`
	Came float64    `json:"came"`
	Mean float64    `json:"forecast"`
	CI50 [2]float64 `json:"ci50"`
	CI90 [2]float64 `json:"ci90"`
	CI95 [2]float64 `json:"ci95"`
	PIT  float64    `json:"pit"`
	Then *Then      `json:"then,omitempty"` // what a run had forecast before the send
}

// Then is a forecast that was made before the send.
type Then struct {
	Mean float64    `json:"forecast"`
	CI95 [2]float64 `json:"ci95"`
}

// Inside counts the campaigns whose rate was inside each interval.
type Inside struct {
	CI50 int `json:"ci50"`
	CI90 int `json:"ci90"`
	CI95 int `json:"ci95"`
}

// mostScored are as many campaigns as the card scores: what was long ago says little of how good forecasts
// are now, and the work grows with the square of it.
const mostScored = 10

// Card computes the report card; nil if there is no campaign.
func (f *File) Card() (*Card, error) {
	if len(f.Campaigns) == 0 {
		return nil, nil
	}
	scores, err := risk.LeaveOneOut(mostScored, f.sends())
	if err != nil {
		return nil, err
	}
	c := &Card{Campaigns: len(f.Campaigns)}
	for i, s := range scores {
		c.add(&f.Campaigns[len(f.Campaigns)-len(scores)+i], &s, 1/float64(len(scores)))
	}
	return c, nil
}

func (c *Card) add(from *Campaign, s *risk.Score, weight float64) {
	e := Entry{Name: from.Name, Sent: from.day(), Rows: s.Rows, Hard: s.Hard, Came: s.Came, Mean: s.Mean,
		CI50: s.CI50, CI90: s.CI90, CI95: s.CI95, PIT: s.PIT}
	if p := from.Forecast; p != nil {
		e.Then = &Then{p.Rate, p.CI95}
	}
	c.Scored = append(c.Scored, e)
	for _, i := range [...]struct {
		to *int
		ci [2]float64
	}{{&c.Inside.CI50, s.CI50}, {&c.Inside.CI90, s.CI90}, {&c.Inside.CI95, s.CI95}} {
		if e.Came >= i.ci[0] && e.Came <= i.ci[1] {
			*i.to++
		}
	}
	c.Bias += 100 * weight * (e.Mean - e.Came)
	c.Error += 100 * weight * max(e.Mean-e.Came, e.Came-e.Mean)
}
