package risk

import (
	"cmp"
	"math"
	"slices"
)

// shift is what a number taken on trust does to a fit when it moves up and down by its standard deviation.
type shift struct {
	row      param
	up, down *fit
}

// shifts refits with each systematic row moved. Rows that the list has no use for are left out.
func (f *fit) shifts(t *Tally) (out []shift) {
	for _, i := range systematic {
		if f.uses(t, i) {
			out = append(out, shift{i, f.moved(i, 1), f.moved(i, -1)})
		}
	}
	return out
}

// moved refits with one row moved by steps of its standard deviation, for the means. Without answers these are the same at every
// spread within segments, so that one spread is enough.
func (f *fit) moved(i param, steps float64) *fit {
	p := f.par.moved(i, steps)
	if slices.Contains(settledRow[Sound+1:Suppressed], i) {
		again := *f
		again.par = &p
		return &again
	}
	segs := make([]*segment, len(f.segs))
	for j, s := range f.segs {
		segs[j] = s.again(&p)
	}
	m := f.grid.mesh
	if !f.any(func(s *segment) bool { n, _ := s.informative(); return n > 0 }) {
		m.spreads = m.spreads[:1]
	}
	return newFit(segs, &p, m)
}

// again sums a segment anew for other parameters.
func (s *segment) again(p *Params) *segment {
	out := *s
	out.members = slices.Clone(s.members)
	out.rows, out.asked, out.disabled = counts{}, 0, 0
	out.wait = [numGroups]float64{}
	out.sum(p)
	return &out
}

// uses says whether a row of the table can matter to the list at all.
func (f *fit) uses(t *Tally, i param) bool {
	if state := slices.Index(settledRow[:], i); state > int(Sound) {
		return t.states[state] > 0
	}
	switch i {
	case sensitivity, falsePositive:
		return f.any(func(s *segment) bool { n, _ := s.informative(); return n > 0 })
	case silenceOdds, silentShare:
		return f.any(func(s *segment) bool { return s.asked > 0 })
	case catchAllShare, catchAllBounce:
		return f.any(func(s *segment) bool { return s.rows[caught] > 0 || hasCatchAll[s.provider] && !s.blind })
	case listSD, providerSD:
		return len(f.segs) > 0
	case disabledShare:
		return false // it only names bounces, it doesn't make any
	}
	return f.any(func(s *segment) bool { return s.uses(i) })
}

func (f *fit) any(is func(*segment) bool) bool { return slices.ContainsFunc(f.segs, is) }

// uses says whether the prior of a segment depends on a row.
func (s *segment) uses(i param) bool {
	return slices.ContainsFunc(s.members, func(m member) bool {
		k := m.kind
		switch i {
		case purge:
			return inactivityLimit[k.provider()] > 0
		case unknownAge:
			return k.age() == ageUnknown
		case disposableOdds:
			return k.disposable()
		case roleOdds:
			return k.role()
		}
		return i == lambda+param(k.provider()) || i == badness+param(k.source()) && !k.engaged()
	})
}

// average computes the mean chances: those of the fit, moved by what the systematic part does on average.
func (w *work) average() {
	w.mean = slices.Clone(w.fit.mean)
	for i := range w.mean {
		for g, base := range w.fit.mean[i] {
			for _, s := range w.shifts {
				w.mean[i][g] += (s.up.mean[i][g]+s.down.mean[i][g])/2 - base
			}
			w.mean[i][g] = min(max(w.mean[i][g], 0), 1)
		}
	}
}

// expected is the number of bounces to expect of a selection, all told.
func (w *work) expected(sel *selection) float64 { return w.fit.expect(sel, w.mean) }

// systematic is what a selection gets from numbers taken on trust, on top of its nodes: each moves it to second order
// in its standard deviations, as the refits up and down show.
func (w *work) systematic(sel *selection) (out moments) {
	base := w.fit.expected(sel)
	for _, s := range w.shifts {
		up, down := s.up.expected(sel)-base, s.down.expected(sel)-base
		slope, bend := (up-down)/2, up+down
		out = out.plus(moments{bend / 2, slope*slope + bend*bend/2, 3 * slope * slope * bend})
	}
	return out
}

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
		Floor: z95 * pp(w.floor()),
	}
}

const z95 = 1.959964

// blindVariance is what stays unknown of the rows that can't be asked, were the list's effect known.
func (w *work) blindVariance() float64 {
	sel := w.choose(func(r *rowKind) bool { return r.state == Sound && r.blind() })
	sum := 0.0
	for k, m := range w.fit.spread(&sel) {
		sum += w.fit.node[k] * m.variance
	}
	return sum
}

// floor is the variance that would be left if every row that can be asked had been asked: the probe's errors, what
// catch-all domains and silence hide, fixed chances, and the blind rows.
func (w *work) floor() float64 {
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
		square(swallowed*p[catchAllBounce].SD) + square(hidden*p[silenceOdds].SD) + w.fixedVariance() + w.blindVariance()
}

// fixedVariance is that of the chances of settled rows.
func (w *work) fixedVariance() (sum float64) {
	for state := Sound + 1; state.scored(); state++ {
		x := float64(w.tally.states[state]) * w.o.Params.rows[settledRow[state]].SD
		sum += x * x
	}
	return sum
}
