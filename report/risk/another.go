package risk

// Called is the verdict of another verifier on an address. It comes from a third party and may be old, so it only
// moves the odds.
type Called uint8

const (
	notCalled      Called = iota
	CalledValid           // recently
	OnceValid             // long ago, or at an unknown time
	CalledCatchAll        // its mail server accepts any recipient
	CalledDead            // recently
	OnceDead              // long ago, or at an unknown time
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
