package risk

import "math"

// exactRows is the number of rows up to which a list's distribution is computed without approximation.
const exactRows = 3000

// distribution is that of a number of bounces.
type distribution interface {
	size() float64
	below(b float64) float64 // the chance of at most b bounces
}

// distribution computes that of a selection, with the systematic part on top.
func (f *fit) distribution(sel *selection, systematic moments) distribution {
	if sel.rows() <= exactRows {
		return f.exact(sel, systematic)
	}
	return f.approximate(sel, systematic)
}

func (f *fit) approximate(sel *selection, systematic moments) *mixture {
	m := &mixture{rows: sel.rows(), weight: f.node, at: f.spread(sel)}
	for k := range m.at {
		m.at[k] = m.at[k].plus(systematic)
	}
	return m
}

// counted is an exact distribution: the chance of at most b bounces, for each b.
type counted []float64

func (c counted) size() float64 { return float64(len(c) - 1) }

func (c counted) below(b float64) float64 {
	if b < 0 {
		return 0
	}
	return c[min(int(b), len(c)-1)]
}

// exact adds up the rows' chances at each node: Beta-binomial within a segment, Poisson-binomial across them.
func (f *fit) exact(sel *selection, systematic moments) counted {
	tables, nodes := f.masses(sel), make([]mass, len(f.node))
	for k, w := range f.node {
		if w > negligible {
			nodes[k] = f.nodeMass(k, &tables)
		}
	}
	all := blend(f.node, nodes).plus(f.settledMass(sel)).plus(normalMass(systematic))
	return all.cumulate(int(sel.rows()))
}

func (f *fit) settledMass(sel *selection) mass {
	out := certain(0)
	for state, n := range sel.settled {
		if n > 0 {
			out = out.plus(betaBinomial(int(n), f.par.get(settledRow[state]), 0))
		}
	}
	return out
}

// masses computes, for each operator, what the selection's rows there do at each spread and sum.
func (f *fit) masses(sel *selection) (out [numProviders][]mass) {
	for i := range sel.parts {
		part := &sel.parts[i]
		p := f.segs[part.segment].provider
		if out[p] == nil {
			out[p] = make([]mass, len(f.marg[p]))
		}
		for at, w := range f.marg[p] {
			if w <= negligible {
				continue
			}
			m := part.mass(&f.leaves[part.segment][at])
			if out[p][at].p != nil {
				m = m.plus(out[p][at])
			}
			out[p][at] = m
		}
	}
	return out
}

// mass is the exact counterpart of a part's moments.
func (p *part) mass(l *segmentPosterior) mass {
	out := certain(0)
	for g, n := range p.rows {
		if n > 0 {
			d := p.slope(group(g), l)
			out = out.plus(betaBinomial(int(n), p.chance(group(g), l.p[g]), d*d*l.v))
		}
	}
	return out
}

// nodeMass adds up the operators at one node, each over its own effect.
func (f *fit) nodeMass(k int, tables *[numProviders][]mass) mass {
	u, v := len(f.grid.list.weight), len(f.grid.operator.weight)
	from := k/u*f.grid.points() + k%u
	out := certain(0)
	for p, table := range tables {
		if table != nil {
			out = out.plus(blend(f.cond[p][k*v:(k+1)*v], table[from:from+v]))
		}
	}
	return out
}

// blend is the number that is drawn from one of several, by their weights.
func blend(weight []float64, of []mass) mass {
	low, high := math.MaxInt, 0
	for i, w := range weight {
		if w > negligible && of[i].p != nil {
			low, high = min(low, of[i].low), max(high, of[i].low+len(of[i].p))
		}
	}
	if low > high {
		return certain(0)
	}
	out := mass{low, make([]float64, high-low)}
	for i, w := range weight {
		if w > negligible && of[i].p != nil {
			for j, p := range of[i].p {
				out.p[of[i].low-low+j] += w * p
			}
		}
	}
	return out.trim()
}

// quantile is the smallest number of bounces that is not exceeded with chance q. It looks where a normal
// distribution would have it between what was looked at, in turn with the middle, so that it ends whatever
// the distribution is like.
func quantile(d distribution, q float64) float64 {
	const far = 8.5 // standard deviations: as good as everything
	want := normalQuantile(q)
	low, high := -1, int(d.size())
	zLow, zHigh := -far, far
	for step := 0; high-low > 1; step++ {
		at := low + (high-low)/2
		if step%3 != 2 {
			at = low + int(math.Round(float64(high-low)*(want-zLow)/(zHigh-zLow)))
			at = min(max(at, low+1), high-1)
		}
		switch chance := d.below(float64(at)); {
		case chance >= q:
			high, zHigh = at, max(min(normalQuantile(chance), far), want+1e-9)
		default:
			low, zLow = at, min(max(normalQuantile(chance), -far), want-1e-9)
		}
	}
	return float64(high)
}
