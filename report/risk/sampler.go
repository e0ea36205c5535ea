package risk

import "cmp"

// Goal is the purpose of asking mail servers. The zero value means: find out on which side of the service's limit the
// list lies.
type Goal struct {
	Precision float64 // wanted half-width of the 95% interval of the rate; zero: stop once the decision is clear
	Budget    int64   // maximum number of RCPT commands; zero: unlimited
	Clean     bool    // continue with the most productive questions until the cleaned list is under the limit
	MinYield  float64 // stop when an RCPT is expected to find fewer refusals than this; zero: 0.02
}

// Stop is the reason that asking ended.
type Stop string

// A run ends for the first two as well: it knows whom it could not ask.
const (
	ByReputation Stop = "reputation"
	ByEnd        Stop = "everybody"
	byDecision   Stop = "decision"
	byPrecision  Stop = "precision"
	byFloor      Stop = "floor"
	byBudget     Stop = "budget"
	byTarget     Stop = "target"
	byYield      Stop = "yield"
)

var stopWords = map[Stop]string{
	byDecision:   "it is clear on which side of the line the list is",
	byPrecision:  "the rate is as precise as requested",
	byFloor:      "more questions would not make the rate more precise",
	byBudget:     "the limit on questions was reached",
	ByReputation: "mail servers refuse us, and going on would harm the sender",
	byTarget:     "the cleaned list is under the line",
	byYield:      "the rest is too unlikely to bounce to be worth asking about",
	ByEnd:        "no address is left to ask about",
}

// Words says for people why asking ended; a reason that has no words is given as it is.
func (s Stop) Words() string { return cmp.Or(stopWords[s], string(s)) }

// Stratum is a group of similar rows that may still be asked about.
type Stratum struct {
	Row  Row // as tallied
	Rows int64
}

// Round is the next set of addresses to ask about, or the reason to stop asking.
type Round struct {
	Ask       []int64 // number to ask about from each stratum
	PerDomain int     // maximum per domain, because rows of one company share their fate; zero: unlimited
	Stop      Stop    // if not empty: ask about nobody
	// how many rows in total would probably show on which side of the limit the list lies; zero: no number would
	Likely int64
}

// Point is the precision of a forecast after a number of questions.
type Point struct {
	RCPT  int64   `json:"rcpt"`
	Asked int64   `json:"asked"` // rows with an answer of any kind
	Mean  float64 `json:"mean"`  // of the rate of the list as it is
	Half  float64 `json:"halfwidth95"`
}

// Sampler chooses which addresses to ask about, round by round: first a pilot sample in proportion to the segments,
// then the addresses whose answers reduce the uncertainty most, then, when cleaning, those where most bounces are
// found. Its choices depend only on its inputs, so an interrupted run resumes with the same choices. Use one Sampler
// for each list.
type Sampler struct {
	Options Options
	Goal    Goal
	Curve   []Point // precision of the forecast after each round so far

	side     side // of the line, by the latest fit
	cleaning bool
}

const (
	firstLook   = 150 // answers, until the pilot is looked at for the first time
	pilotDomain = 2   // rows of one domain in the pilot
	growth      = 0.25
	leastRound  = 100
	mostRound   = 500
	minYield    = 0.02

	// doubt is the chance of being wrong at which asking ends: one list in a hundred may be decided wrongly.
	// That is stricter than the verdict, as every round is an occasion to end, and a list whose segments lie
	// otherwise than the priors think looks clearer than it is.
	doubt = 0.01
)

// Next takes the state after the given number of RCPT commands and chooses the next round. The strata together are the
// rows that may still be asked about; the tally counts them as not asked.
func (s *Sampler) Next(t *Tally, open []Stratum, rcpts int64) (Round, error) {
	o := s.Options
	if err := o.complete(); err != nil {
		return Round{}, err
	}
	d := newDraw(t, &o, s.Goal, open, rcpts)
	s.Curve = append(s.Curve, d.point())
	r := s.survey(d)
	if r.Stop != "" && s.goesOn(r.Stop) {
		s.cleaning = true
		r = d.clean()
	}
	r.Likely = d.work.nextProbes(z98)
	return r, nil
}

// survey is the part of asking that estimates.
func (s *Sampler) survey(d *draw) Round {
	before := s.side
	s.side = d.side()
	switch {
	case s.cleaning:
		return Round{Stop: byDecision}
	case d.refused():
		return Round{Stop: ByReputation}
	case d.left() < 1:
		return Round{Stop: byBudget}
	case d.open() == 0:
		return Round{Stop: ByEnd}
	case s.Goal.Precision == 0 && s.side != undecided && s.side == before:
		return Round{Stop: byDecision}
	case d.asked < firstLook:
		return d.pilot(firstLook)
	case s.Goal.Precision > 0 && s.Curve[len(s.Curve)-1].Half <= s.Goal.Precision:
		return Round{Stop: byPrecision}
	case d.asked < pilot:
		return d.pilot(pilot)
	case d.floored():
		return Round{Stop: byFloor}
	}
	return d.next()
}

// goesOn reports whether there is more to do once the survey has ended.
func (s *Sampler) goesOn(why Stop) bool {
	return s.Goal.Clean && (why == byDecision || why == byPrecision || why == byFloor)
}

// side is where a list lies.
type side int8

const (
	undecided side = iota
	under
	over
)

// side is the one that the forecast is sure of: what will be sent is the list as it is, if that is under the
// line, or the cleaned one.
func (d *draw) side() side {
	asIs, cleaned := d.work.exceeds(d.work.dist[AsIs]), d.work.exceeds(d.work.dist[Cleaned])
	switch {
	case asIs < doubt || cleaned < doubt:
		return under
	case cleaned > 1-doubt:
		return over
	}
	return undecided
}
