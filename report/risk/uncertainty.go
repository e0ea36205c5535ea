package risk

import (
	"cmp"
	"math"
	"slices"
)

// assumptions says of each number taken on trust what it does to the rate of the list as it is if it is off.
func (w *work) assumptions() []Assumption {
	sel := &w.sel[AsIs]
	base, n := w.fit.expected(sel), sel.rows()
	out := []Assumption{}
	for i, row := range w.o.Params.rows {
		effect := 0.0
		switch i := param(i); {
		case i.ofMix():
			if !w.fit.mix.uses(i) {
				continue
			}
			effect = w.mixed(i)
		case w.fit.uses(w.tally, i):
			effect = w.shifted(i).expected(sel) - base
		default:
			continue
		}
		out = append(out, Assumption{row.Name, row.Value, row.SD, row.Kind, effect / max(n, 1) * 100, row.Source})
	}
	slices.SortStableFunc(out, func(a, b Assumption) int { return cmp.Compare(math.Abs(b.Effect), math.Abs(a.Effect)) })
	return out
}

// ofMix reports whether a row of the table sets the prior for a list.
func (i param) ofMix() bool { return i <= domainSD }

// mixed is by how many bounces the list moves if a row of the mix is off. Once mailboxes were asked about, it
// is what they leave of that.
func (w *work) mixed(i param) float64 {
	p := w.o.Params.moved(i, 1)
	x := w.fit.mix.again(&p, w.o)
	rows, before := 0.0, 0.0
	for j, s := range w.fit.segs {
		rows += s.rows.total()
		before += s.rows.total() * w.fit.mean[j][open]
	}
	if rows == 0 {
		return 0
	}
	if !w.fit.answered() {
		return (x.mean() - w.fit.mix.mean()) * rows
	}
	x.sort()
	after, again := 0.0, newFit(cutSegments(w.tally, &p, x), &p, w.o.mesh, x)
	for j, s := range again.segs {
		after += s.rows.total() * again.mean[j][open]
	}
	return after - before
}

// shifted is the fit with a row moved up, taken from the shifts if it is there.
func (w *work) shifted(i param) *fit {
	for _, s := range w.shifts {
		if s.row == i {
			return s.up
		}
	}
	return w.fit.moved(i, 1)
}

// uncertainty splits the variance of the list as it is.
func (w *work) uncertainty() Uncertainty {
	sel := &w.sel[AsIs]
	n := sel.rows()
	if n == 0 {
		return Uncertainty{}
	}
	all := mixed(w.fit.node, w.fit.spread(sel)).variance
	sys, blind := w.systematic(sel).variance, w.blindVariance()
	pp := func(variance float64) float64 { return math.Sqrt(max(variance, 0)) / n * 100 }
	return Uncertainty{
		Sampling: pp(all - blind), Systematic: pp(sys), Blind: pp(blind),
		Floor: z95 * pp(w.floor()) * w.atMost(),
	}
}

const z95 = 1.959964

// atMost is the upper end of the rate's 95 % interval against the rate that is expected. What can't be known
// of a list grows with its rate.
func (w *work) atMost() float64 {
	return min(max(quantile(w.dist[AsIs], 0.975)/max(w.expected(&w.sel[AsIs]), 1e-9), 1), mostAbove)
}

// mostAbove bounds that: at low rates most of what can't be known are false refusals, of which there are no
// more at a higher rate.
const mostAbove = 1.5

// blindVariance is what stays unknown of the rows that can't be asked, however many others are: their
// operators' and segments' own effects, and what those others leave open of the list's.
func (w *work) blindVariance() float64 {
	sel := w.choose(func(r *rowKind) bool { return r.state == soundState && r.blind() })
	if len(sel.parts) == 0 {
		return 0
	}
	own, at := 0.0, w.fit.spread(&sel)
	for k, m := range at {
		own += w.fit.node[k] * m.variance
	}
	shared := max(mixed(w.fit.node, at).variance-own, 0)
	return own + shared*min(w.leastListVariance()/max(w.fit.listEffect().variance, 1e-9), 1)
}

// leastListVariance is the variance of the list's effect if the effects of all operators that can be asked
// were known exactly.
func (w *work) leastListVariance() float64 {
	var visible [numProviders]bool
	known := 0.0
	for _, s := range w.fit.segs {
		if !s.blind && !visible[s.provider] {
			visible[s.provider] = true
			known++
		}
	}
	before := w.unasked()
	if before == nil {
		before = w.fit
	}
	list, operator := before.listEffect().variance, square(w.o.Params.get(providerSD))
	return list * operator / max(operator+known*list, 1e-9)
}

// floor is the variance that is likely to be left if every row that can be asked had been asked: the probe's
// errors, what catch-all domains and silence hide, fixed chances, and the blind rows.
func (w *work) floor() float64 {
	return max(w.hidden(), w.systematic(&w.sel[AsIs]).variance) + w.blindVariance()
}

// hidden is the part of the floor that comes from the probe and from fixed chances, also of questions yet to be put.
func (w *work) hidden() float64 {
	var seen, good, swallowed, hidden float64
	for i, s := range w.fit.segs {
		if s.blind {
			continue
		}
		n, theta := s.rows.total(), w.mean[i][open]
		seen += n * theta
		good += n * (1 - theta)
		l := w.fit.lensOf(s)
		share := (1 - l.through) / (1 - min(l.caught, 0.999)) // of rows at catch-all domains
		swallowed += n * theta / max(l.through, 1e-3) * share
		hidden += n * l.silent * theta * (1 - theta)
	}
	p := w.o.Params.rows
	return square(seen*p[sensitivity].SD/p[sensitivity].Value) + square(good*p[falsePositive].SD) +
		square(swallowed*p[catchAllBounce].SD) + square(hidden*p[silenceOdds].SD) + w.fixedVariance()
}

// fixedVariance is that of the chances of settled rows.
func (w *work) fixedVariance() (sum float64) {
	for state := soundState + 1; state.scored(); state++ {
		x := float64(w.tally.states[state]) * w.o.Params.rows[settledRow[state]].SD
		sum += x * x
	}
	return sum
}
