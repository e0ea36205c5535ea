package risk

import (
	"math"

	"github.com/prebounce/prebounce/validate/segments"
)

// moments are mean, variance and third central moment of a number of bounces.
type moments struct{ mean, variance, third float64 }

// plus is the sum of two independent numbers.
func (m moments) plus(o moments) moments {
	return moments{m.mean + o.mean, m.variance + o.variance, m.third + o.third}
}

// mixed is the number that is drawn from one of several, by their weights.
func mixed(weight []float64, of []moments) moments {
	var out moments
	for i, w := range weight {
		out.mean += w * of[i].mean
	}
	for i, w := range weight {
		d := of[i].mean - out.mean
		out.variance += w * (of[i].variance + d*d)
		out.third += w * (of[i].third + 3*d*of[i].variance + d*d*d)
	}
	return out
}

// bernoulli is the number of bounces among n rows that each bounce with chance p.
func bernoulli(n, p float64) moments {
	q := p * (1 - p)
	return moments{n * p, n * q, n * q * (1 - 2*p)}
}

// of is what a part's rows do, given the leaf: like draws that share the same uncertain theta.
func (p *part) of(l *segmentPosterior) moments {
	var out moments
	slope, own, lean := 0.0, 0.0, 0.0
	for g, n := range p.rows {
		if n == 0 {
			continue
		}
		c, d := p.chance(group(g), l.p[g]), p.slope(group(g), l)
		out = out.plus(bernoulli(n, c))
		slope += n * d
		own += n * d * d
		lean += n * d * (1 - 2*c)
	}
	out.variance += max(0, l.v*(slope*slope-own)) // each pair of rows shares theta; a row alone does not add to itself
	if slope > 1 {
		out.third += slope*slope*slope*l.t + 3*(slope-1)*l.v*lean
	}
	return out
}

// spread computes what a selection does at each node, without the systematic part.
func (f *fit) spread(sel *selection) []moments {
	out := make([]moments, len(f.node))
	base := f.settled(sel)
	for k := range out {
		out[k] = base
	}
	for p, at := range f.tables(sel) {
		if at != nil {
			f.addOperator(segments.Provider(p), at, out)
		}
	}
	return out
}

func (f *fit) settled(sel *selection) moments {
	var out moments
	for state, n := range sel.settled {
		if n > 0 {
			out = out.plus(bernoulli(n, f.par.get(settledRow[state])))
		}
	}
	return out
}

// tables computes, for each operator, what the selection's rows there do at each spread and sum.
func (f *fit) tables(sel *selection) (out [numProviders][]moments) {
	for i := range sel.parts {
		f.addPart(&out, &sel.parts[i])
	}
	return out
}

func (f *fit) addPart(tables *[numProviders][]moments, p *part) {
	provider := f.segs[p.segment].provider
	if tables[provider] == nil {
		tables[provider] = make([]moments, len(f.marg[provider]))
	}
	for at, w := range f.marg[provider] {
		if w > 0 {
			tables[provider][at] = tables[provider][at].plus(p.of(&f.leaves[p.segment][at]))
		}
	}
}

// addOperator adds one operator's rows to every node, over the operator's own effect.
func (f *fit) addOperator(p segments.Provider, table, out []moments) {
	u, v := len(f.grid.list.weight), len(f.grid.operator.weight)
	for k := range out {
		if f.node[k] == 0 {
			continue
		}
		from := k/u*f.grid.points() + k%u
		out[k] = out[k].plus(mixed(f.cond[p][k*v:(k+1)*v], table[from:from+v]))
	}
}

// mixture is the distribution of a number of bounces in [0, rows]: each node is a skew-corrected normal.
type mixture struct {
	rows   float64
	weight []float64
	at     []moments
}

func (m *mixture) size() float64 { return m.rows }

// below is the chance of at most b bounces.
func (m *mixture) below(b float64) float64 {
	switch {
	case b < 0:
		return 0
	case b >= m.rows:
		return 1
	}
	sum := 0.0
	for i, w := range m.weight {
		if w > 1e-12 {
			sum += w * m.at[i].below(b+0.5)
		}
	}
	return min(sum, 1)
}

// below is the chance that the number lies under x. It is Wilson and Hilferty's cube root of a shifted gamma: the
// refined normal Φ(z) + γ(1-z²)φ(z)/6 to first order in the skewness γ, but monotone at any skewness.
func (m moments) below(x float64) float64 {
	if m.variance <= 1e-18 {
		if x < m.mean {
			return 0
		}
		return 1
	}
	sd := math.Sqrt(m.variance)
	z, skewness := (x-m.mean)/sd, m.third/(m.variance*sd)
	if math.Abs(z) > farOut && math.Abs(skewness) < littleSkew { // 7 deviations remain of 8, at a chance of 1e-12
		if z < 0 {
			return 0
		}
		return 1
	}
	return phi(unskew(z, skewness))
}

const farOut, littleSkew = 8, 0.2

// unskew turns a standardised value of skewness g into a standard normal one.
func unskew(z, g float64) float64 {
	g = min(max(g, -mostSkew), mostSkew)
	if math.Abs(g) < 1e-6 {
		return z
	}
	return 6/g*(math.Cbrt(1+g*z/2)-1) + g/6
}

// skew is the inverse of unskew.
func skew(z, g float64) float64 {
	g = min(max(g, -mostSkew), mostSkew)
	if math.Abs(g) < 1e-6 {
		return z
	}
	c := 1 + g/6*(z-g/6)
	return 2 / g * (c*c*c - 1)
}

const mostSkew = 4 // beyond it the cube root is no longer a gamma's

// quantile is the value below which the number lies with chance q, kept within [0, most].
func (m moments) quantile(q, most float64) float64 {
	if m.variance <= 1e-18 {
		return min(max(m.mean, 0), most)
	}
	sd := math.Sqrt(m.variance)
	z := skew(normalQuantile(q), m.third/(m.variance*sd))
	return min(max(m.mean+z*sd, 0), most)
}

// phi is the standard normal distribution function.
func phi(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// normalQuantile is the inverse of phi.
func normalQuantile(q float64) float64 { return math.Sqrt2 * math.Erfinv(2*q-1) }
