package risk

import (
	"math"
	"slices"
)

const (
	reach = 3 // effects are looked at to this many standard deviations
	edge  = 6 // and never beyond this many logits
)

// mesh is where a fit is computed.
type mesh struct {
	step    float64   // between effects, in logits
	spreads []float64 // standard deviations, in logits, of segments about their operator
}

// usual is the mesh of every forecast. Halving its step moves quantiles by less than 0.05 percentage points. Which
// of the spreads holds is learnt from the list; before that they are equally likely.
func usual() mesh { return mesh{0.2, []float64{0.2, 0.4, 0.8, 1.2}} }

// axis is a distribution laid on a grid: the weights of the points low*step, (low+1)*step and so on, summing to 1.
type axis struct {
	low    int
	weight []float64
}

// newAxis lays N(0, sd²) on points a step apart, cut at three standard deviations. Without a spread it is one point.
func newAxis(sd, step float64) axis {
	half := int(math.Round(min(reach*sd, edge/2) / step))
	a := axis{-half, make([]float64, 2*half+1)}
	sum := 0.0
	for i := range a.weight {
		x := float64(i-half) * step
		w := 1.0
		if half > 0 {
			w = math.Exp(-x * x / (2 * sd * sd))
		}
		if half > 0 && (i == 0 || i == 2*half) {
			w /= 2 // the trapezoid's ends
		}
		a.weight[i] = w
		sum += w
	}
	for i := range a.weight {
		a.weight[i] /= sum
	}
	return a
}

// grid is the hierarchy list -> operator: point i of the list's effect and point j of the operator's add up to
// point i+j of their sum s, in logits.
type grid struct {
	mesh
	list, operator axis
	odds           []float64 // e^s at each point of the sum
}

// tails of the rates of a list that a grid leaves out.
const tails = 5e-4

// newGrid lays out a grid that reaches all rates of a mix but the least likely ones. Its list effects have no
// weights yet.
func newGrid(p *Params, m mesh, x *mix) grid {
	g := grid{mesh: m, operator: newAxis(p.get(providerSD), m.step)}
	logit := func(rate float64) float64 { return math.Log(rate / (1 - rate)) }
	centre := logit(clampRate(x.mean()))
	low := math.Floor((logit(clampRate(x.quantile(tails)))-centre-1)/m.step) - 1
	high := math.Ceil((logit(clampRate(x.quantile(1-tails)))-centre+1)/m.step) + 1
	g.list = axis{int(low), make([]float64, int(high-low)+1)}
	g.odds = make([]float64, len(g.list.weight)+len(g.operator.weight)-1)
	for i := range g.odds {
		g.odds[i] = math.Exp(float64(i+g.list.low+g.operator.low) * m.step)
	}
	return g
}

// lay gives the list's effects their weights, where rates are those of the list at each of them: such that
// the rates of the mix keep their mean.
func (g *grid) lay(rates []float64, atoms []atom) {
	clear(g.list.weight)
	last := len(rates) - 1
	for _, a := range atoms {
		i, _ := slices.BinarySearch(rates, a.rate)
		switch {
		case i == 0:
			g.list.weight[0] += a.weight
		case i > last:
			g.list.weight[last] += a.weight
		default:
			above := (a.rate - rates[i-1]) / (rates[i] - rates[i-1])
			g.list.weight[i-1] += a.weight * (1 - above)
			g.list.weight[i] += a.weight * above
		}
	}
}

// points is the number of values of the sum s.
func (g *grid) points() int { return len(g.odds) }

// nodes is the number of pairs of a spread and a list effect.
func (g *grid) nodes() int { return len(g.spreads) * len(g.list.weight) }
