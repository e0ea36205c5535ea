package risk

import "math"

const (
	pilot   = 250 // the first batch of questions
	settles = 0.9 // the share of what can be settled at all that a batch should settle

	z90 = 1.644854 // of the verdict: it is wrong with a chance of 5 % either way
	z98 = 2.326348 // of the sampler
)

// nextProbes is how many questions are likely to settle on which side of the line the cleaned list lies, or
// zero if no number is. It looks at how far from the line the forecast's rates lie, in standard deviations of
// what would be left uncertain, of which z are enough: a batch of questions is enough if it settles most of
// the rates that asking everybody would.
func (w *work) nextProbes(z float64) int64 {
	left, bad := w.askable()
	if left < 1 {
		return 0
	}
	d, n := w.dist[Cleaned], w.sel[Cleaned].rows()
	floor := w.floor()
	share := min(bad/left, w.o.Profile.Target) // what matters is how sharp it is at the line
	decided := func(questions float64) float64 {
		sampling := left * left * share * (1 - share) / questions * (1 - questions/left)
		margin := z * math.Sqrt(floor+max(sampling, 0))
		line := w.o.Profile.Target*(n+float64(w.o.History.Sent)) - float64(w.o.History.Hard)
		return d.below(line-margin) + 1 - d.below(line+margin)
	}
	most := decided(left)
	if most < 0.5 {
		return 0
	}
	batch := min(pilot, left)
	for batch < left && decided(batch) < settles*most {
		batch = math.Ceil(min(batch*1.5, left))
	}
	return int64(batch)
}

// askable is how many rows could still be asked, and how many of them are expected to bounce.
func (w *work) askable() (rows, bounces float64) {
	for i, s := range w.fit.segs {
		if !s.blind {
			rows += s.rows[open]
			bounces += s.rows[open] * w.mean[i][open]
		}
	}
	return rows, bounces
}
