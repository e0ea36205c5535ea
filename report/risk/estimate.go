package risk

import (
	"cmp"
	"math"
)

func floor(x float64) float64 { return math.Floor(x + 1e-9) }

func cmpFloat(a, b float64) int { return cmp.Compare(a, b) }

// segments tells what is thought of each segment, in their fixed order.
func (w *work) segments() []SegmentEstimate {
	out := []SegmentEstimate{}
	pooled := w.fit.answered()
	for i, s := range w.fit.segs {
		n, y := s.informative()
		m := w.fit.theta(i)
		sel := selection{parts: []part{{i, s.rows, 1}}}
		out = append(out, SegmentEstimate{
			Provider: s.provider.String(), Source: s.sourceName(), Age: s.ageName(), Since: s.signName(),
			Rows: s.size(), Probed: int64(s.asked), Informative: int64(n), DeadSeen: int64(y),
			Theta: m.mean, CI90: [2]float64{m.quantile(0.05, 1), m.quantile(0.95, 1)},
			Bounces: w.expected(&sel), BouncesCI90: w.range90(&sel), Held: !w.core[i], Basis: s.basis(pooled),
		})
	}
	return out
}

// basis says what a segment's chance rests on.
func (s *segment) basis(pooled bool) Basis {
	n, _ := s.informative()
	switch {
	case s.blind:
		return Unseen
	case n > 0:
		return Probed
	case pooled:
		return onPool
	}
	return onPrior
}

// theta is the distribution of the chance that an address of a segment bounces that wasn't asked.
func (f *fit) theta(i int) moments {
	leaves := f.leaves[i]
	of := make([]moments, len(leaves))
	for at := range leaves {
		l := &leaves[at]
		d := l.d[open]
		of[at] = moments{l.p[open], d * d * l.v, d * d * d * l.t}
	}
	return mixed(f.marg[f.segs[i].provider], of)
}

// doubt is the variance of a chance in logits, near enough.
func (m moments) doubt() float64 { return m.variance / square(clampRate(m.mean)*(1-clampRate(m.mean))) }

// evidence says on what the expected bounces rest. What was settled or replied is observed. Of a segment's other
// rows, the share is observed by which the replies shrank the variance of their chance, in logits.
func (w *work) evidence() Evidence {
	sel := &w.sel[AsIs]
	total := w.expected(sel)
	if total <= 0 {
		return Evidence{}
	}
	settled := selection{settled: sel.settled}
	seen := w.expected(&settled)
	before := w.unasked()
	for i, s := range w.fit.segs {
		for g := open + 1; g < numGroups; g++ {
			seen += s.rows[g] * w.mean[i][g]
		}
		if before != nil {
			share := 1 - w.fit.theta(i).doubt()/max(before.theta(i).doubt(), 1e-300)
			seen += s.rows[open] * w.mean[i][open] * min(max(share, 0), 1)
		}
	}
	rest := max(total-seen, 0)
	learned := rest * w.fit.mix.learned * w.o.Params.past.settles()
	return Evidence{Observed: 1 - rest/total, Learned: learned / total, Assumed: (rest - learned) / total}
}

// unasked is the fit as it was before any reply, or nil if there is none.
func (w *work) unasked() *fit {
	if !w.fit.answered() {
		return nil
	}
	segs := make([]*segment, len(w.fit.segs))
	for i, s := range w.fit.segs {
		fresh := *s
		fresh.rows = counts{open: s.rows.total()}
		segs[i] = &fresh
	}
	return newFit(segs, w.o.Params, w.o.mesh, w.fit.mix)
}

// addresses fills in what the forecast says of each kind of rows.
func (w *work) addresses(f *Forecast) {
	f.addresses = map[kind]Address{}
	pooled := w.fit.answered()
	for i, s := range w.fit.segs {
		for j, m := range s.members {
			g := groupOf[m.kind.reply()]
			p := part{tilt: w.tilts[i][j]}
			a := Address{P: p.chance(g, w.mean[i][g]), Basis: s.basis(pooled), Gone: w.gone(&rowKind{soundState, m.kind, i})}
			if g != open {
				a.Basis = onReply
			}
			a.Held = !a.Gone && !w.core[i]
			f.addresses[m.kind] = a
		}
	}
	for state := soundState + 1; state.scored(); state++ {
		f.settled[state] = Address{w.o.Params.get(settledRow[state]), onChecks, false, w.gone(&rowKind{state: state})}
	}
}
