package risk

import "slices"

// Goal is what mail hosts are asked for. The zero value: on which side of the service's line does the list lie?
type Goal struct {
	Precision float64 // half the width of the 95 % interval of the rate that is wanted; zero: a decision is enough
	Budget    int64   // RCPT commands at most; zero: any number
	Clean     bool    // go on then with whom it pays most to ask, until the cleaned list is under the line
	MinYield  float64 // refusals to expect from an RCPT, below which that doesn't pay; zero: 0.02
}

// Stop is why asking ended.
type Stop string

const (
	ByDecision   Stop = "decision"   // it is clear on which side of the line the list lies
	ByPrecision  Stop = "precision"  // the interval is as narrow as was wanted
	ByFloor      Stop = "floor"      // what asking can't tell outweighs what more asking would
	ByBudget     Stop = "budget"     // as much was asked as may be
	ByReputation Stop = "reputation" // mail hosts refuse us
	ByTarget     Stop = "target"     // the cleaned list is under the line
	ByYield      Stop = "yield"      // to ask on would find too little
	ByEnd        Stop = "everybody"  // nobody is left who could be asked
)

// Stratum is rows that are alike and may still be asked about.
type Stratum struct {
	Row  Row // as it was tallied
	Rows int64
}

// Round is whom to ask next, or why to ask nobody any more.
type Round struct {
	Ask       []int64 // how many of each stratum
	PerDomain int     // as rows of a company share their fate: how many of one domain at most; zero: any number
	Stop      Stop    // not empty: nobody
	Likely    int64   // how many rows in all are likely to settle on which side of the line the list lies; zero: no number is
}

// Point is how sure a forecast was after so many questions.
type Point struct {
	RCPT  int64   `json:"rcpt"`
	Asked int64   `json:"asked"` // rows with an answer of any kind
	Mean  float64 `json:"mean"`  // of the rate of the list as it is
	Half  float64 `json:"halfwidth95"`
}

// Sampler chooses whom to ask about, round by round: first a pilot in proportion to the segments, then where a question takes away most
// doubt, then, to clean, where it finds most bounces. It depends on nothing but what it is given, so a run that was broken off goes on
// with the same choice. A Sampler is for one list.
type Sampler struct {
	Options Options
	Goal    Goal

	curve    []Point
	side     side // of the line, by the latest fit
	cleaning bool
}

// Curve is how the forecast became surer, a point for each round.
func (s *Sampler) Curve() []Point { return slices.Clone(s.curve) }

const (
	firstLook   = 150 // answers, until the pilot is looked at for the first time
	pilotDomain = 2   // rows of one domain in the pilot
	growth      = 0.25
	leastRound  = 100
	mostRound   = 500
	minYield    = 0.02

	// doubt is the chance of being wrong at which asking ends: one list in a hundred may be decided wrongly. That is stricter than the
	// verdict, as every round is an occasion to end, and a list whose segments lie otherwise than the priors think looks clearer than it is.
	doubt = 0.01
)

// Next looks at what is known after so many RCPT commands and chooses the next round. The strata together are the rows that may be asked
// about; their rows are in the tally, too, as not asked.
func (s *Sampler) Next(t *Tally, open []Stratum, rcpts int64) (Round, error) {
	o := s.Options
	if err := o.complete(); err != nil {
		return Round{}, err
	}
	d := newDraw(t, &o, s.Goal, open, rcpts)
	s.curve = append(s.curve, d.point())
	r := s.survey(d)
	if r.Stop != "" && s.goesOn(r.Stop) {
		s.cleaning = true
		r = d.clean()
	}
	r.Likely = d.nextProbes(z98)
	return r, nil
}

// survey is the part of asking that estimates.
func (s *Sampler) survey(d *draw) Round {
	before := s.side
	s.side = d.side()
	switch {
	case s.cleaning:
		return Round{Stop: ByDecision}
	case d.refused():
		return Round{Stop: ByReputation}
	case d.left() < 1:
		return Round{Stop: ByBudget}
	case d.open() == 0:
		return Round{Stop: ByEnd}
	case s.Goal.Precision == 0 && s.side != undecided && s.side == before:
		return Round{Stop: ByDecision}
	case d.asked < firstLook:
		return d.pilot(firstLook)
	case s.Goal.Precision > 0 && s.curve[len(s.curve)-1].Half <= s.Goal.Precision:
		return Round{Stop: ByPrecision}
	case d.asked < pilot:
		return d.pilot(pilot)
	case d.floored():
		return Round{Stop: ByFloor}
	}
	return d.next()
}

// goesOn reports whether there is more to do once the survey has ended.
func (s *Sampler) goesOn(why Stop) bool {
	return s.Goal.Clean && (why == ByDecision || why == ByPrecision || why == ByFloor)
}

// side is where a list lies.
type side int8

const (
	undecided side = iota
	under
	over
)

// side is the one that the forecast is sure of: what will be sent is the list as it is, if that is under the line, or the cleaned one.
func (d *draw) side() side {
	asIs, cleaned := d.exceeds(d.dist[AsIs]), d.exceeds(d.dist[Cleaned])
	switch {
	case asIs < doubt || cleaned < doubt:
		return under
	case cleaned > 1-doubt:
		return over
	}
	return undecided
}
