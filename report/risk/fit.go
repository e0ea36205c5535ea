package risk

import "math"

// fit is the posterior of the hierarchy list -> operator -> segment on a grid.
type fit struct {
	par    *Params
	grid   grid
	lens   [numProviders]lens
	segs   []*segment
	leaves [][]leaf // of each segment: at spread*points + point of the sum
	node   []float64
	cond   [numProviders][]float64 // weight of the operator's effect, given the node: at node*len + point
	marg   [numProviders][]float64 // weight of spread and sum: at spread*points + point
	mean   []counts                // of each segment: the chance that a row of each group bounces
}

// newFit computes the posterior. Its cost is segments × spreads × points, a few milliseconds for a hundred segments.
func newFit(segs []*segment, p *Params, m mesh) *fit {
	f := &fit{par: p, grid: newGrid(p, m), segs: segs}
	fits := f.look()
	f.weigh(&fits)
	f.marginals()
	f.average()
	return f
}

// look computes the leaves, and for each operator how well its answers fit at each spread and sum.
func (f *fit) look() (fits [numProviders][]float64) {
	f.lens = f.lenses()
	f.leaves = make([][]leaf, len(f.segs))
	size := len(f.grid.spreads) * f.grid.points()
	for i, s := range f.segs {
		if fits[s.provider] == nil {
			fits[s.provider] = make([]float64, size)
		}
		l := f.lensOf(s)
		f.leaves[i] = f.leavesOf(s, &l, fits[s.provider])
	}
	return fits
}

// lensOf is how a segment is seen: as its operator, unless it can't be asked at all.
func (f *fit) lensOf(s *segment) lens {
	l := f.lens[s.provider]
	if s.blind {
		l.all, l.silent, l.through = 1, 0, 1
	}
	l.wait = s.wait
	return l
}

// leavesOf computes one segment's leaves and adds how well they fit to its operator's.
func (f *fit) leavesOf(s *segment, l *lens, fits []float64) []leaf {
	out := make([]leaf, len(fits))
	n, y := s.informative()
	odds := s.m / (1 - s.m)
	for j, shift := range f.grid.odds {
		m := clampRate(odds * shift / (1 + odds*shift))
		for i, spread := range f.grid.spreads {
			at := i*f.grid.points() + j
			var fit float64
			out[at], fit = l.look(m, kappa(m, spread), n, y)
			fits[at] += fit
		}
	}
	return out
}

// hasCatchAll says where a domain may take everything: not at the consumer operators.
var hasCatchAll = [numProviders]bool{UnknownProvider: true, Workspace: true, Microsoft365: true, Corporate: true}

// lenses are how each operator is seen through the probe. The shares of silence and of catch-all domains are learnt
// from its answers.
func (f *fit) lenses() (out [numProviders]lens) {
	var seen [numProviders]counts
	for _, s := range f.segs {
		if !s.blind {
			for g, n := range s.rows {
				seen[s.provider][g] += n
			}
		}
	}
	for i := range out {
		out[i] = f.par.lens(Provider(i), &seen[i])
	}
	return out
}

// lens is how one operator is seen, after the answers of seen.
func (p *Params) lens(provider Provider, seen *counts) lens {
	answered := seen[dead] + seen[live]
	catchAll := 0.0
	if hasCatchAll[provider] {
		catchAll = p.get(catchAllShare)
	}
	r, quiet := math.Exp(p.get(silenceOdds)), p.share(silentShare, p.get(silentShare), seen[silent], answered+seen[silent])
	caughtShare := p.share(catchAllShare, catchAll, seen[caught], answered+seen[caught])
	return lens{
		s: p.get(sensitivity), f: p.get(falsePositive), r: r,
		all: silence(r, quiet, (seen[dead]+0.1)/(answered+1)), silent: quiet,
		through: 1 - caughtShare*(1-p.get(catchAllBounce)),
		caught:  p.get(catchAllBounce),
	}
}

// silence is the odds of death of all mailboxes against those that answer, by the share of silent ones and of
// refusals among the answers. If a live mailbox is silent with odds o and a dead one with odds r o, each live one
// that answers stands for 1+o, each dead one for 1+ro.
func silence(r, silent, refused float64) float64 {
	o := silent / (1 - silent) / (1 - refused + r*refused)
	return (1 + r*o) / (1 + o)
}

// share updates a Beta prior of the given mean, as wide as the table says of row i, by y in n.
func (p *Params) share(i param, mean, y, n float64) float64 {
	value, sd := defaults[i].Value, defaults[i].SD
	size := value*(1-value)/(sd*sd) - 1
	return (size*mean + y) / (size + n)
}

// weigh computes the weight of each node, and of each operator's effect given the node.
func (f *fit) weigh(fits *[numProviders][]float64) {
	f.node = make([]float64, f.grid.nodes())
	u, v := f.grid.list.weight, f.grid.operator.weight
	for k := range f.node {
		f.node[k] = math.Log(u[k%len(u)])
	}
	for p, fit := range fits {
		if fit == nil {
			continue
		}
		f.cond[p] = make([]float64, len(f.node)*len(v))
		for k := range f.node {
			from := k/len(u)*f.grid.points() + k%len(u)
			f.node[k] += mixLog(f.cond[p][k*len(v):(k+1)*len(v)], v, fit[from:from+len(v)])
		}
	}
	top := math.Inf(-1)
	for _, l := range f.node {
		top = max(top, l)
	}
	sum := 0.0
	for k, l := range f.node {
		f.node[k] = math.Exp(l - top)
		sum += f.node[k]
	}
	for k := range f.node {
		f.node[k] /= sum
	}
}

// mixLog returns ln Σ weight·e^fit and leaves each term's share of the sum in out.
func mixLog(out, weight, fit []float64) float64 {
	top := math.Inf(-1)
	for _, l := range fit {
		top = max(top, l)
	}
	sum := 0.0
	for i, l := range fit {
		out[i] = weight[i] * math.Exp(l-top)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return top + math.Log(sum)
}

// marginals sums the weights of spread and sum s, for each operator.
func (f *fit) marginals() {
	u, v := len(f.grid.list.weight), len(f.grid.operator.weight)
	for p, cond := range f.cond {
		if cond == nil {
			continue
		}
		f.marg[p] = make([]float64, len(f.grid.spreads)*f.grid.points())
		for k, w := range f.node {
			from := k/u*f.grid.points() + k%u
			for j := range v {
				f.marg[p][from+j] += w * cond[k*v+j]
			}
		}
	}
}

// average computes the mean chances of each segment's rows.
func (f *fit) average() {
	f.mean = make([]counts, len(f.segs))
	for i, s := range f.segs {
		for at, w := range f.marg[s.provider] {
			for g, p := range f.leaves[i][at].p {
				f.mean[i][g] += w * p
			}
		}
	}
}
