package risk

import (
	"cmp"
	"math"
	"slices"

	"github.com/prebounce/prebounce/validate/segments"
)

// draw is one choice of whom to ask, in the making.
type draw struct {
	work    *work
	goal    Goal
	rcpts   int64
	asked   int64
	size    int // of open in the caller's hands
	cohorts []cohort
	bySeg   [][]int // of each segment: its strata
	barred  [numProviders]bool
}

// cohort is a Stratum with its place in the fit.
type cohort struct {
	at      int // in the caller's hands
	rows    int64
	segment int
	member  int
}

func newDraw(t *Tally, o *Options, g Goal, open []Stratum, rcpts int64) *draw {
	d := &draw{work: newWork(t, o), goal: g, rcpts: rcpts, size: len(open)}
	d.work.sel[AsIs] = everything(t, d.work.fit.segs)
	d.work.sel[Cleaned] = d.work.choose(func(r *rowKind) bool { return !d.work.gone(r) })
	for _, s := range [...]Scene{AsIs, Cleaned} {
		d.work.dist[s] = d.work.distribution(&d.work.sel[s])
	}
	for _, s := range d.work.fit.segs {
		d.asked += int64(s.asked)
	}
	d.bar()
	d.place(open)
	return d
}

// place finds the segment of each cohort. Those that must not be asked are left out.
func (d *draw) place(open []Stratum) {
	type place struct{ segment, member int }
	places := map[kind]place{}
	for i, s := range d.work.fit.segs {
		for j, m := range s.members {
			if m.kind.reply() == notAsked && !s.blind && !d.barred[s.provider] {
				places[m.kind] = place{i, j}
			}
		}
	}
	d.bySeg = make([][]int, len(d.work.fit.segs))
	for at, o := range open {
		k, _, _ := d.work.tally.sort(o.Row)
		if p, ok := places[k]; ok && o.Row.state() == soundState && o.Rows > 0 {
			d.bySeg[p.segment] = append(d.bySeg[p.segment], len(d.cohorts))
			d.cohorts = append(d.cohorts, cohort{at, o.Rows, p.segment, p.member})
		}
	}
}

// A family that refuses us is asked no more. Three replies about us are enough where one operator runs it;
// where many do, they have nothing to do with each other and it takes a tenth of the answers, too.
const (
	refusals      = 3
	refusalShare  = 0.1
	mostUnwelcome = 2 // refusing families after which asking stops
)

var manyOperators = [numProviders]bool{
	segments.UnknownProvider: true,
	segments.Freemail:        true,
	segments.Corporate:       true,
}

func (d *draw) bar() {
	var asked, refused [numProviders]float64
	for _, s := range d.work.fit.segs {
		asked[s.provider] += s.asked
		for _, m := range s.members {
			if m.kind.reply() == policyReply {
				refused[s.provider] += float64(m.count.rows)
			}
		}
	}
	for p, n := range refused {
		d.barred[p] = n >= refusals && (!manyOperators[p] || n >= refusalShare*asked[p])
	}
}

// refused reports whether so many families refuse us that nobody should be asked.
func (d *draw) refused() bool {
	n := 0
	for _, barred := range d.barred {
		if barred {
			n++
		}
	}
	return n >= mostUnwelcome
}

// left is how many RCPT commands may be sent yet.
func (d *draw) left() float64 {
	if d.goal.Budget == 0 {
		return math.Inf(1)
	}
	return float64(d.goal.Budget - d.rcpts)
}

// open is how many rows can be asked about yet.
func (d *draw) open() (n int64) {
	for _, s := range d.cohorts {
		n += s.rows
	}
	return n
}

func (d *draw) point() Point {
	q := d.work.dist[AsIs]
	n := max(q.size(), 1)
	return Point{d.rcpts, d.asked, d.work.expected(&d.work.sel[AsIs]) / n,
		(quantile(q, 0.975) - quantile(q, 0.025)) / 2 / n}
}

// floored reports whether what asking can't tell outweighs what more asking would: the standard deviation of
// the rows that can be asked about is less than half of that of the errors of the probe, the fixed chances
// and the blind rows.
func (d *draw) floored() bool {
	variance := func(fits func(*rowKind) bool) float64 {
		sel := d.work.choose(fits)
		return mixed(d.work.fit.node, d.work.fit.spread(&sel)).variance
	}
	more := variance(func(r *rowKind) bool { return r.state == soundState && !r.blind() && r.reply() == notAsked })
	never := variance(func(r *rowKind) bool { return r.state == soundState && r.blind() }) +
		d.work.systematic(&d.work.sel[AsIs]).variance
	return more < never/4
}

// round is how many rows the next round may hold.
func (d *draw) round() float64 { return min(max(growth*float64(d.rcpts), leastRound), mostRound) }

// pilot is what is missing until so many rows were asked, in proportion to the segments.
func (d *draw) pilot(until float64) Round {
	r := d.grant(until-float64(d.asked), func(i int, had float64) float64 {
		size := d.work.fit.segs[i].rows.total()
		if had == 0 && size >= smallest {
			return math.MaxFloat64 / 2 * (1 - 1/size) // everyone once, large ones first
		}
		return size / (2*had + 1) // Sainte-Laguë
	})
	r.PerDomain = pilotDomain
	return r
}

// next goes where a question takes away most of the variance.
func (d *draw) next() Round {
	shares := make([]float64, len(d.work.fit.segs))
	for i := range shares {
		shares[i] = d.informs(i)
	}
	return d.grant(d.round(), func(i int, had float64) float64 {
		s := d.work.fit.segs[i]
		theta := clampRate(d.work.mean[i][open])
		n := had*shares[i] + min(kappa(theta, usualSpread), 50)/2 + 1
		return square(s.rows[open]*shares[i]) * theta * (1 - theta) / (n * (n + 1)) / d.cost(i)
	})
}

// usualSpread is the standard deviation, in logits, that segments are taken to have about their operator
// before anybody was asked.
const usualSpread = 0.8

// informs is the share of a segment's questions that tell something, by its own answers and its operator's.
func (d *draw) informs(i int) float64 {
	const weight = 4
	s := d.work.fit.segs[i]
	l := d.work.fit.lensOf(s)
	caught := (1 - l.through) / (1 - min(l.caught, 0.999))
	n, _ := s.informative()
	return (n + weight*(1-l.silent)*(1-caught)) / (s.asked + weight)
}

// cost is how many RCPT commands a question takes: at companies, each domain that accepts is asked about
// somebody who can't exist.
func (d *draw) cost(i int) float64 {
	if !hasCatchAll[d.work.fit.segs[i].provider] {
		return 1
	}
	return 2 - clampRate(d.work.mean[i][open])
}

// grant gives out n questions one by one, each to the segment that gains most by it after those it had.
func (d *draw) grant(n float64, gain func(segment int, had float64) float64) Round {
	n = min(n, d.left(), float64(d.open()))
	given := make([]float64, len(d.work.fit.segs))
	room := make([]float64, len(given))
	for _, s := range d.cohorts {
		room[s.segment] += float64(s.rows)
	}
	for ; n >= 1; n-- {
		best, most := -1, math.Inf(-1)
		for i, s := range d.work.fit.segs {
			if given[i] == room[i] {
				continue
			}
			if g := gain(i, s.asked+given[i]); g > most {
				best, most = i, g
			}
		}
		given[best]++
	}
	return d.share(given)
}

// share hands each segment's questions on to its strata, evenly along their order.
func (d *draw) share(given []float64) Round {
	r := Round{Ask: make([]int64, d.size)}
	for i, n := range given {
		rows, sum, handed := 0.0, 0.0, 0.0
		for _, j := range d.bySeg[i] {
			rows += float64(d.cohorts[j].rows)
		}
		for _, j := range d.bySeg[i] {
			s := &d.cohorts[j]
			sum += n * float64(s.rows) / rows
			k := min(math.Floor(sum+0.5), n) - handed
			r.Ask[s.at] = int64(k)
			handed += k
		}
	}
	return r
}

// clean goes where a question finds most bounces that would be sent.
func (d *draw) clean() Round {
	switch {
	case d.refused():
		return Round{Stop: ByReputation}
	case d.work.exceeds(d.work.dist[Cleaned]) <= delta:
		return Round{Stop: byTarget}
	case d.left() < 1:
		return Round{Stop: byBudget}
	}
	type worth struct {
		at    int
		rows  int64
		yield float64
	}
	var all []worth
	for i := range d.cohorts {
		s := &d.cohorts[i]
		if m := d.work.fit.segs[s.segment].members[s.member]; !d.work.gone(&rowKind{soundState, m.kind, s.segment}) {
			all = append(all, worth{s.at, s.rows, d.yield(s)})
		}
	}
	slices.SortStableFunc(all, func(a, b worth) int { return cmp.Compare(b.yield, a.yield) })
	if len(all) == 0 {
		return Round{Stop: ByEnd}
	}
	if all[0].yield < cmp.Or(d.goal.MinYield, minYield) {
		return Round{Stop: byYield}
	}
	r := Round{Ask: make([]int64, d.size)}
	n := int64(min(d.round(), d.left()))
	for _, s := range all {
		if n == 0 || s.yield < cmp.Or(d.goal.MinYield, minYield) {
			break
		}
		r.Ask[s.at] = min(n, s.rows)
		n -= r.Ask[s.at]
	}
	return r
}

// yield is how many refusals an RCPT is expected to find among the rows of a cohort.
func (d *draw) yield(s *cohort) float64 {
	p := part{tilt: d.work.tilts[s.segment][s.member]}
	hit := p.chance(open, d.work.mean[s.segment][open]) * d.work.o.Params.get(sensitivity)
	return hit * d.informs(s.segment) / d.cost(s.segment)
}
