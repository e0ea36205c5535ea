package report

import (
	"errors"
	"slices"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// Sampler chooses whom mail hosts are asked about, so that the forecast becomes as sure as is wanted. What it
// did stands in its forecaster's forecast.
type Sampler struct {
	forecaster *Forecaster
	risk       risk.Sampler
	likely     int64
}

var _ batch.Sampler = (*Sampler)(nil)

// Sampler makes the sampler of the same run. The seed is recorded in the forecast.
func (f *Forecaster) Sampler(g risk.Goal, seed uint64) *Sampler {
	f.options.Seed = seed
	return &Sampler{forecaster: f, risk: risk.Sampler{Options: f.options, Goal: g}}
}

// Next chooses the addresses of the next round.
func (s *Sampler) Next(st *batch.Standing) (draw batch.Draw, err error) {
	if s.forecaster == nil {
		return draw, errors.New("a sampler needs its forecaster: make it with Forecaster.Sampler")
	}
	tally, open := risk.NewTally(s.forecaster.now), make([]risk.Stratum, len(st.Kinds))
	tally.Signs = signsOf(st.Signs)
	for i, k := range st.Kinds {
		s.forecaster.count(tally, k)
		open[i] = risk.Stratum{Row: s.forecaster.row(k.RowKind, k.Days/max(k.Rows, 1)), Rows: st.Open[i]}
	}
	round, err := s.risk.Next(tally, open, st.RCPTs)
	if err != nil {
		return draw, err
	}
	s.likely = round.Likely
	if round.Stop == "" && st.Idle {
		round.Stop = risk.ByEnd
	}
	if round.Stop == risk.ByEnd && st.Shut > rowsAsked(st.Kinds) {
		round.Stop = risk.ByReputation // that is why nobody is left
	}
	o := &s.forecaster.options
	o.RCPT, o.Stopped, o.Curve = st.RCPTs, round.Stop, slices.Clone(s.risk.Curve)
	if round.Stop == "" {
		draw = batch.Draw{Take: round.Ask, PerDomain: round.PerDomain}
	}
	return draw, nil
}

// Likely is how many rows are likely to settle on which side of the line the list lies, as it looked at the
// latest round. Zero: no number is.
func (s *Sampler) Likely() int64 { return s.likely }

// Goal returns the goal of the sampler.
func (s *Sampler) Goal() risk.Goal { return s.risk.Goal }

// rowsAsked is how many rows mail hosts were asked about.
func rowsAsked(kinds []batch.KindCount) (n int64) {
	for _, k := range kinds {
		if k.Settled == validate.NotProbed && k.Replied != validate.NotProbed {
			n += k.Rows
		}
	}
	return n
}
