package risk

import "slices"

const (
	delta     = 0.05 // accepted probability that a verdict is wrong
	leastCore = 0.3  // the share of the cleaned rows that a core must keep
	sure      = 0.9  // a list with at least this probability of exceeding the limit should not be sent
)

// findCore looks for the largest part of the cleaned list that stays under the line: segments join from the best to
// the worst.
func (w *work) findCore() {
	w.core = make([]bool, len(w.fit.segs))
	parts := w.sel[Cleaned].parts
	order := slices.Clone(parts)
	slices.SortStableFunc(order, func(a, b part) int {
		return cmpFloat(w.mean[a.segment][open],
			w.mean[b.segment][open])
	})
	kept := w.longest(order)
	for ; kept > 0; kept-- {
		sel := selection{parts: order[:kept]}
		d := w.distribution(&sel)
		if w.unsafe(d) <= delta {
			w.sel[Core], w.dist[Core] = sel, d
			break
		}
	}
	for _, p := range order[:kept] {
		w.core[p.segment] = true
	}
}

// longest is the number of parts, from the first, that stay under the line by the quick way of reckoning. One part
// after another is added to the sums of its operator.
func (w *work) longest(order []part) (kept int) {
	f := w.fit
	var tables, sums [numProviders][]moments
	m := &mixture{weight: f.node, at: make([]moments, len(f.node))}
	for i := range order {
		p := f.segs[order[i].segment].provider
		f.addPart(&tables, &order[i])
		sums[p] = make([]moments, len(f.node))
		f.addOperator(p, tables[p], sums[p])
		m.rows += order[i].rows.total()
		systematic := w.systematic(&selection{parts: order[:i+1]})
		for k := range m.at {
			m.at[k] = systematic
			for _, of := range sums {
				if of != nil {
					m.at[k] = m.at[k].plus(of[k])
				}
			}
		}
		if w.unsafe(m) <= delta {
			kept = i + 1
		}
	}
	return kept
}

// coreShare is the share of the cleaned rows that the core keeps.
func (w *work) coreShare() float64 {
	all := w.sel[Cleaned].rows()
	if w.dist[Core] == nil || all == 0 {
		return 0
	}
	return w.sel[Core].rows() / all
}

// coreBears reports whether the core is long enough for a rate: one bounce alone must not be over the line.
func (w *work) coreBears() bool { return w.sel[Core].rows()*w.o.Profile.Target >= 1 }
