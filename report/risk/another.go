package risk

import "github.com/prebounce/prebounce/validate/segments"

// calledOdds is the factor by which another verifier's verdict moves the odds of a hard bounce.
func (p *Params) calledOdds(c segments.Called) float64 {
	if c == segments.NotCalled {
		return 1
	}
	return p.get(calledParam(c))
}

// calledParam is the row of the table that has the factor.
func calledParam(c segments.Called) param { return calledValidOdds + param(c) - 1 }
