package risk

import "math"

// leastSent is how many messages must have been sent before in the window for their rate to say something of
// the sender.
const leastSent = 1000

// own is the chance that a list is like the sender's other lists, of which campaigns or what was sent before
// tell. What was sent before does not vouch for contacts that may be others.
func (l *listView) own(p *Params, o *Options) float64 {
	switch {
	case p.past.number > 0:
		return 1 - p.get(columnWrong)
	case o.History.Sent < leastSent:
		return 0
	}
	if _, said := l.doubtOf(p, o.Claim); said {
		return 0.5
	}
	kinds, _ := l.kinds(p)
	return 1 - kinds[raw] - kinds[bought]
}

// leastApart is the least by which lists of a sender are taken to differ of which only a total is known: it
// may mix unlike ones.
const leastApart = 0.6

// ratios are the chances of the list's rate against the one to be expected.
func (p *Params) ratios(h History, base float64) []float64 {
	if p.past.number > 0 {
		return p.past.ratio
	}
	b := newBelief()
	b.see(float64(h.Hard), base*float64(h.Sent), 1, leastApart)
	return b.next(leastApart)
}

// ownAtoms are the rates that the list may have if it is like the sender's other lists, which did so much
// better or worse than is to be expected. It returns the chance of each kind of rows, too. Weights add up to
// one.
func (l *listView) ownAtoms(p *Params, o *Options, kinds []kind, rows map[kind]count) (out []atom, chances []float64) {
	s := usualScenario(l, o.Claim)
	factors := p.past.factors()
	chances = make([]float64, len(kinds))
	shares, n := [numSorts]float64{}, 0.0
	for j, k := range kinds {
		chances[j] = min(s.chance(l, p, k, rows[k])*factors.of(k.cell()), mostRate)
		n += float64(rows[k].rows)
		for sort := range shares {
			if k.is(sort) {
				shares[sort] += float64(rows[k].rows)
			}
		}
	}
	base, foreign := meanOf(chances, kinds, rows), 0.0
	for sort, x := range shares {
		if p.past.number > 0 {
			foreign += p.past.foreign(sort, x/max(n, 1))
		}
	}
	foreign = min(foreign, 1)
	for i, w := range p.ratios(o.History, base) {
		out = append(out, atom{w, base * math.Exp(ratioAt(i))})
	}
	if foreign > 0 {
		out = withCohort(out, foreign, p.get(burstRaw))
		l.spoil(chances, kinds, p, shares, n, foreign)
	}
	return out, chances
}

// withCohort adds rows that history does not speak for: with some chance they are raw.
func withCohort(own []atom, share, chance float64) (out []atom) {
	for _, a := range own {
		if a.weight < 1e-7 {
			continue
		}
		out = append(out, atom{(1 - chance) * a.weight, a.rate})
		sum, first := 0.0, len(out)
		for z := -2.5; z <= 2.5; z += 0.5 {
			w := math.Exp(-z * z / 2)
			sum += w
			out = append(out, atom{w, (1-share)*a.rate + share*min(cohortMedian*math.Exp(cohortSD*z), mostRate)})
		}
		for i := first; i < len(out); i++ {
			out[i].weight *= chance * a.weight / sum
		}
	}
	return out
}

// spoil raises the chances of the rows that history does not speak for.
func (l *listView) spoil(chances []float64, kinds []kind, p *Params, shares [numSorts]float64, n, foreign float64) {
	mean := cohortMedian * math.Exp(cohortSD*cohortSD/2)
	for sort, x := range shares {
		more := p.past.foreign(sort, x/max(n, 1))
		if more == 0 {
			continue
		}
		for j, k := range kinds {
			if k.is(sort) {
				chances[j] += (mean - chances[j]) * p.get(burstRaw) * min(more*n/x, 1)
			}
		}
	}
}
