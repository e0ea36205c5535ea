package risk

import (
	"fmt"
	"slices"
	"time"
)

// Score compares the forecast of a campaign with its result.
type Score struct {
	Rate
	Hard int64   // bounces that came
	Came float64 // the observed rate
	// the chance that the forecast gave to fewer, half of the chance of just as many added: uniform if
	// forecasts are right
	PIT float64
}

// LeaveOneOut forecasts each of the last n campaigns from all other campaigns, as if it had not been sent, and
// compares the forecast with the result. A single campaign is forecast with the built-in table. The scores are in the
// order of the campaigns.
func LeaveOneOut(n int, campaigns []Campaign) ([]Score, error) {
	var tallies []*Tally
	for _, c := range campaigns {
		tallies = append(tallies, c.List)
	}
	var out []Score
	for i := max(0, len(tallies)-n); i < len(tallies); i++ {
		p, err := learnWithout(i, tallies)
		if err != nil {
			return nil, fmt.Errorf("leaving out the campaign of %s: %w", tallies[i].now.Format(time.DateOnly), err)
		}
		s, err := p.score(tallies[i])
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// learnWithout is the table with what all campaigns but one teach.
func learnWithout(i int, campaigns []*Tally) (Params, error) {
	last := campaigns[i].now
	for _, c := range campaigns {
		if c.now.After(last) {
			last = c.now
		}
	}
	others := slices.Delete(slices.Clone(campaigns), i, i+1)
	if len(others) == 0 {
		return defaultParams(), nil
	}
	return defaultParams().learnFrom(last, others...)
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
	rate := w.rate(AsIs)
	came := b / float64(max(rate.Rows, 1))
	return Score{Rate: rate, Hard: hard, Came: came, PIT: (d.below(b) + d.below(b-1)) / 2}, nil
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
