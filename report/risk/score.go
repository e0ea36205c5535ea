package risk

import (
	"fmt"
	"slices"
	"time"
)

// Score compares the forecast of a campaign with its result.
type Score struct {
	Rate
	Hard int64 // bounces that came
	// the chance that the forecast gave to fewer, half of the chance of just as many added: uniform if
	// forecasts are right
	PIT float64
}

// Came returns the observed rate.
func (s *Score) Came() float64 { return float64(s.Hard) / float64(max(s.Rate.Rows, 1)) }

// LeaveOneOut forecasts each of the last n campaigns from all other campaigns, as if it had not been sent, and
// compares the forecast with the result. Campaigns are Tallies as for Params.Learn; a single campaign is forecast with
// p as it is. The scores are in the order of the campaigns.
func LeaveOneOut(p Params, n int, campaigns ...*Tally) ([]Score, error) {
	var out []Score
	for i := max(0, len(campaigns)-n); i < len(campaigns); i++ {
		without, err := p.without(i, campaigns)
		if err != nil {
			return nil, fmt.Errorf("leaving out the campaign of %s: %w", campaigns[i].now.Format(time.DateOnly), err)
		}
		s, err := without.score(campaigns[i])
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// without is the table with what all campaigns but one teach.
func (p Params) without(i int, campaigns []*Tally) (Params, error) {
	last := campaigns[i].now
	for _, c := range campaigns {
		if c.now.After(last) {
			last = c.now
		}
	}
	others := slices.Delete(slices.Clone(campaigns), i, i+1)
	if len(others) == 0 {
		return p, nil
	}
	return p.Learn(last, others...)
}

// score forecasts a campaign by the table.
func (p *Params) score(campaign *Tally) (Score, error) {
	unsent, hard := campaign.unanswered()
	o := Options{Params: p}
	if err := o.complete(); err != nil {
		return Score{}, err
	}
	w := newWork(unsent, &o)
	w.sel[AsIs] = everything(unsent, w.fit.segs)
	d := w.distribution(&w.sel[AsIs])
	w.dist[AsIs] = d
	b := float64(hard)
	return Score{Rate: w.rate(AsIs), Hard: hard, PIT: (d.below(b) + d.below(b-1)) / 2}, nil
}

// unanswered is a campaign as its list was before it was sent, and how many of it bounced hard.
func (t *Tally) unanswered() (out *Tally, hard int64) {
	out = NewTally(t.now)
	for k, c := range t.sent().kinds {
		if groupOf[k.reply()] == dead {
			hard += c.rows
		}
		out.put(k&^((1<<replyBits-1)<<replyAt), count{rows: c.rows, days: c.days})
	}
	return out, hard
}
