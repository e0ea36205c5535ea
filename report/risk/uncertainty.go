package risk

import (
	"cmp"
	"math"
	"slices"
)

// assumptions refits once for each number taken on trust and says what it does to the rate of the list as it is.
func (w *work) assumptions() []Assumption {
	sel := &w.sel[AsIs]
	base, n := w.fit.expected(sel), sel.rows()
	out := []Assumption{}
	for i, row := range w.o.Params.rows {
		if !w.fit.uses(w.tally, param(i)) {
			continue
		}
		effect := (w.shifted(param(i)).expected(sel) - base) / n * 100
		out = append(out, Assumption{row.Name, row.Value, row.SD, row.Kind, effect, row.Source})
	}
	slices.SortStableFunc(out, func(a, b Assumption) int { return cmp.Compare(math.Abs(b.Effect), math.Abs(a.Effect)) })
	return out
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

// atMost is the upper end of the rate's 95 % interval against the rate that is expected. What can't be known of a list grows with its rate.
func (w *work) atMost() float64 {
	return max(quantile(w.dist[AsIs], 0.975)/max(w.expected(&w.sel[AsIs]), 1e-9), 1)
}

// blindVariance is what stays unknown of the rows that can't be asked, however many others are: their operators' and segments' own
// effects, and what those others leave open of the list's.
func (w *work) blindVariance() float64 {
	sel := w.choose(func(r *rowKind) bool { return r.state == Sound && r.blind() })
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

// leastListVariance is the variance of the list's effect if the effects of all operators that can be asked were known exactly.
func (w *work) leastListVariance() float64 {
	var visible [numProviders]bool
	known := 0.0
	for _, s := range w.fit.segs {
		if !s.blind && !visible[s.provider] {
			visible[s.provider] = true
			known++
		}
	}
	list, operator := square(w.o.Params.get(listSD)), square(w.o.Params.get(providerSD))
	return list * operator / max(operator+known*list, 1e-9)
}

// floor is the variance that is likely to be left if every row that can be asked had been asked: the probe's errors, what
// catch-all domains and silence hide, fixed chances, and the blind rows.
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
	for state := Sound + 1; state.scored(); state++ {
		x := float64(w.tally.states[state]) * w.o.Params.rows[settledRow[state]].SD
		sum += x * x
	}
	return sum
}
