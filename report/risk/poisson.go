package risk

import "math"

// mass is the exact distribution of a whole number: p[i] is the chance of low+i. Tails below negligible are cut off.
type mass struct {
	low int
	p   []float64
}

const negligible = 1e-14

// certain is the distribution of a number that is known.
func certain(n int) mass { return mass{n, []float64{1}} }

// trim cuts negligible tails.
func (m mass) trim() mass {
	from, to := 0, len(m.p)
	for from < to-1 && m.p[from] < negligible {
		from++
	}
	for to > from+1 && m.p[to-1] < negligible {
		to--
	}
	return mass{m.low + from, m.p[from:to]}
}

// plus is the distribution of the sum of two independent numbers.
func (m mass) plus(o mass) mass {
	if len(m.p) < len(o.p) {
		m, o = o, m
	}
	p := make([]float64, len(m.p)+len(o.p)-1)
	for i, x := range o.p {
		row := p[i : i+len(m.p)]
		for j, y := range m.p {
			row[j] += x * y
		}
	}
	return mass{m.low + o.low, p}.trim()
}

// betaBinomial is the number of bounces among n rows that share a chance drawn from a Beta distribution of mean q
// and variance v. With v = 0 it is binomial.
func betaBinomial(n int, q, v float64) mass {
	if n == 0 || q <= 0 {
		return certain(0)
	}
	if q >= 1 {
		return certain(n)
	}
	k := 1e15 // a Beta so narrow that its variance is lost in rounding
	if v > q*(1-q)*1e-15 {
		k = max(q*(1-q)/v-1, 1e-6)
	}
	a, b := q*k, (1-q)*k
	return unimodal(n, min(max(int(q*float64(n)), 0), n), func(i float64) float64 {
		return (float64(n) - i) / (i + 1) * (a + i) / (b + float64(n) - i - 1)
	})
}

// unimodal builds a distribution on 0 … n from the ratios p(i+1)/p(i), outwards from start, and scales it to 1.
func unimodal(n, start int, ratio func(float64) float64) mass {
	p := make([]float64, n+1)
	p[start] = 1
	top := 1.0
	for i := start; i < n; i++ {
		p[i+1] = p[i] * ratio(float64(i))
		top = max(top, p[i+1])
	}
	for i := start; i > 0; i-- {
		p[i-1] = p[i] / ratio(float64(i-1))
		top = max(top, p[i-1])
	}
	sum := 0.0
	for i := range p {
		p[i] /= top
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return mass{0, p}.trim()
}

// normalMass is a skew-corrected normal distribution rounded to whole numbers. What is too small to move a count by
// a thousandth is left out.
func normalMass(m moments) mass {
	if m.variance < 1e-6 && math.Abs(m.mean) < 1e-3 {
		return certain(0)
	}
	low, high := math.Floor(m.mean-9*math.Sqrt(m.variance)), math.Ceil(m.mean+9*math.Sqrt(m.variance))
	p := make([]float64, int(high-low)+1)
	for i := range p {
		x := low + float64(i)
		p[i] = m.below(x+0.5) - m.below(x-0.5)
	}
	return mass{int(low), p}.trim()
}

// cumulate sums the chances of 0 … n; what lies outside counts at the nearer end.
func (m mass) cumulate(n int) counted {
	out := make(counted, n+1)
	for i, p := range m.p {
		out[min(max(m.low+i, 0), n)] += p
	}
	sum := 0.0
	for i, p := range out {
		sum += p
		out[i] = min(sum, 1)
	}
	out[n] = 1
	return out
}
