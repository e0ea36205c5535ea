package risk

import (
	"slices"

	"github.com/prebounce/prebounce/validate/segments"
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

// moved refits with one row moved by steps of its standard deviation, for the means. Segments that the row
// does not matter to keep their leaves.
func (f *fit) moved(i param, steps float64) *fit {
	p := f.par.moved(i, steps)
	again := *f
	again.par = &p
	switch {
	case slices.Contains(settledRow[soundState+1:suppressedState], i):
		return &again
	}
	again.segs, again.leaves, again.told, again.mean = slices.Clone(f.segs), slices.Clone(f.leaves),
		slices.Clone(f.told), slices.Clone(f.mean)
	again.lens = again.lenses()
	answered, reweigh := f.answered(), false
	for j, s := range f.segs {
		if s.uses(i) {
			again.segs[j] = s.again(&p, f.mix)
		}
		if again.segs[j].m == s.m && again.lensOf(again.segs[j]) == f.lensOf(s) {
			continue
		}
		if !answered {
			again.guess(j)
			continue
		}
		again.lookAt(j)
		again.average(j)
		reweigh = reweigh || again.told[j] != nil
	}
	if reweigh {
		again.weigh()
	}
	return &again
}

// guess computes the mean chances of a segment where nobody was asked, without its leaves: they are the same
// at every spread.
func (f *fit) guess(i int) {
	s := f.segs[i]
	l := f.lensOf(s)
	marg, points := f.marg[s.provider], f.grid.points()
	f.mean[i] = counts{}
	f.eachPoint(s, &l, func(j int, _, _ float64, chances *segmentPosterior) {
		weight := 0.0
		for at := j; at < len(marg); at += points {
			weight += marg[at]
		}
		for g, p := range chances.p {
			f.mean[i][g] += weight * p
		}
	})
}

// again sums a segment anew for other parameters.
func (s *segment) again(p *Params, x *mix) *segment {
	out := *s
	out.members = slices.Clone(s.members)
	out.rows, out.asked, out.disabled = counts{}, 0, 0
	out.wait = [numGroups]float64{}
	out.sum(p, x)
	return &out
}

// uses reports whether a row of the table can matter to the list at all.
func (f *fit) uses(t *Tally, i param) bool {
	if state := slices.Index(settledRow[:], i); state > int(soundState) {
		return t.states[state] > 0
	}
	switch i {
	case sensitivity, falsePositive:
		return f.answered()
	case silenceOdds, silentShare:
		return f.any(func(s *segment) bool { return s.asked > 0 })
	case catchAllShare, catchAllBounce:
		return f.any(func(s *segment) bool { return s.rows[caught] > 0 || (hasCatchAll[s.provider] && !s.blind) })
	case providerSD:
		return len(f.segs) > 0
	case disabledShare:
		return false // it only names bounces, it doesn't make any
	}
	return f.any(func(s *segment) bool { return s.uses(i) })
}

// answered reports whether anybody was asked and gave a usable answer.
func (f *fit) answered() bool {
	return f.any(func(s *segment) bool { n, _ := s.informative(); return n > 0 })
}

func (f *fit) any(is func(*segment) bool) bool { return slices.ContainsFunc(f.segs, is) }

// uses reports whether the prior of a segment depends on a row, for the given mix.
func (s *segment) uses(i param) bool {
	return slices.ContainsFunc(s.members, func(m member) bool {
		if v := m.kind.called(); v != segments.NotCalled && i == calledParam(v) {
			return true
		}
		return (i == disposableOdds && m.kind.disposable()) || (i == roleOdds && m.kind.role())
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
