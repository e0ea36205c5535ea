package risk

// Called is what another verifier called an address. It is a word of somebody else, and an old one, so it only moves the odds.
type Called uint8

const (
	notCalled      Called = iota
	CalledValid           // lately
	OnceValid             // long ago, or nobody knows when
	CalledCatchAll        // its mail host takes any recipient
	CalledDead            // lately
	OnceDead              // long ago, or nobody knows when
	numCalled
)

// odds is the factor by which a verdict moves the odds of a hard bounce.
func (c Called) odds(p *Params) float64 {
	if c == notCalled {
		return 1
	}
	return p.get(c.param())
}

// param is the row of the table that has the factor.
func (c Called) param() param { return calledValidOdds + param(c) - 1 }
