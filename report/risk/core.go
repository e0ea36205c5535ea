package risk

import "slices"

const (
	delta     = 0.05 // the chance of being wrong that a verdict allows itself
	leastCore = 0.5  // the share of the cleaned rows that a core must keep
	sure      = 0.8  // the chance of crossing from which a list should not be sent
)

// findCore looks for the largest part of the cleaned list that stays under the line: segments join from the best to
// the worst.
func (w *work) findCore() {
	w.core = make([]bool, len(w.fit.segs))
	parts := w.sel[Cleaned].parts
	order := slices.Clone(parts)
	slices.SortStableFunc(order, func(a, b part) int { return cmpFloat(w.mean[a.segment][open], w.mean[b.segment][open]) })
	kept := w.longest(order)
	for ; kept > 0; kept-- {
		sel := selection{parts: order[:kept]}
		d := w.distribution(&sel)
		if w.exceeds(d) <= delta {
			w.sel[Core], w.dist[Core] = sel, d
			break
		}
	}
	for _, p := range order[:kept] {
		w.core[p.segment] = true
	}
}

// longest is the number of parts, from the first, that stay under the line by the quick way of reckoning. One part
// after another is added to the nodes' sums.
func (w *work) longest(order []part) (kept int) {
	f := w.fit
	var tables [numProviders][]moments
	rows := 0.0
	for i := range order {
		f.addPart(&tables, &order[i])
		rows += order[i].rows.total()
		sel := selection{parts: order[:i+1]}
		m := &mixture{rows: rows, weight: f.node, at: make([]moments, len(f.node))}
		for p, table := range tables {
			if table != nil {
				f.addOperator(Provider(p), table, m.at)
			}
		}
		for k, systematic := 0, w.systematic(&sel); k < len(m.at); k++ {
			m.at[k] = m.at[k].plus(systematic)
		}
		if w.exceeds(m) <= delta {
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
