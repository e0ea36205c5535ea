package risk

import (
	"math"

	"github.com/prebounce/prebounce/validate/segments"
)

// fit is the posterior of the hierarchy list -> operator -> segment on a grid.
type fit struct {
	par    *Params
	mix    *mix
	grid   grid
	lens   [numProviders]probeView
	segs   []*segment
	leaves [][]segmentPosterior // of each segment: at spread*points + point of the sum
	told   [][]float64          // of each segment: how well its answers fit there; nil without any
	node   []float64
	cond   [numProviders][]float64 // weight of the operator's effect, given the node: at node*len + point
	marg   [numProviders][]float64 // weight of spread and sum: at spread*points + point
	mean   []counts                // of each segment: the chance that a row of each group bounces
}

// newFit computes the posterior. Its cost is segments × spreads × points, a few milliseconds for a hundred segments.
func newFit(segs []*segment, p *Params, m mesh, x *mix) *fit {
	f := &fit{par: p, grid: newGrid(p, m, x), segs: segs, mix: x}
	f.lens = f.lenses()
	f.grid.lay(f.rates(), x.atoms)
	f.look()
	f.weigh()
	return f
}

// rates are those of the list at each of its effects, before anybody was asked.
func (f *fit) rates() []float64 {
	var at [numProviders][]float64
	rows := 0.0
	for _, s := range f.segs {
		if at[s.provider] == nil {
			at[s.provider] = make([]float64, f.grid.points())
		}
		n := s.rows.total()
		rows += n
		l := f.lensOf(s)
		f.eachPoint(s, &l, func(j int, _, _ float64,
			chances *segmentPosterior) {
			at[s.provider][j] += n * chances.p[open]
		})
	}
	out := make([]float64, len(f.grid.list.weight))
	for i := range out {
		for _, sums := range at {
			if sums != nil {
				for j, w := range f.grid.operator.weight {
					out[i] += w * sums[i+j] / rows
				}
			}
		}
	}
	return out
}

// look computes the leaves.
func (f *fit) look() {
	f.leaves, f.told = make([][]segmentPosterior, len(f.segs)), make([][]float64, len(f.segs))
	for i := range f.segs {
		f.lookAt(i)
	}
}

// lookAt computes the leaves of one segment.
func (f *fit) lookAt(i int) {
	s := f.segs[i]
	l := f.lensOf(s)
	if n, _ := s.informative(); n > 0 {
		f.leaves[i], f.told[i] = f.leavesOf(s, &l)
		return
	}
	f.leaves[i] = f.unasked(s, &l)
}

// lensOf is how a segment is seen: as its operator, unless it can't be asked at all.
func (f *fit) lensOf(s *segment) probeView {
	l := f.lens[s.provider]
	if s.blind {
		l.all, l.silent, l.through = 1, 0, 1
	}
	l.wait = s.wait
	return l
}

// leavesOf computes a segment's leaves and how well its answers fit.
func (f *fit) leavesOf(s *segment, l *probeView) (out []segmentPosterior, fits []float64) {
	size := len(f.grid.spreads) * f.grid.points()
	out, fits = make([]segmentPosterior, size), make([]float64, size)
	n, y := s.informative()
	odds := s.m / (1 - s.m)
	for j, shift := range f.grid.odds {
		m := clampRate(odds * shift / (1 + odds*shift))
		for i, spread := range f.grid.spreads {
			at := i*f.grid.points() + j
			out[at], fits[at] = l.look(m, kappa(m, spread), n, y)
		}
	}
	return out, fits
}

// unasked computes the leaves of a segment without usable answers, whose chances are the same at every spread.
func (f *fit) unasked(s *segment, l *probeView) []segmentPosterior {
	out := make([]segmentPosterior, len(f.grid.spreads)*f.grid.points())
	f.eachPoint(s, l, func(j int, m, psi float64, chances *segmentPosterior) {
		for i, spread := range f.grid.spreads {
			k := kappa(m, spread)
			_, chances.v, chances.t = l.correct(psi*k, (1-psi)*k)
			out[i*f.grid.points()+j] = *chances
		}
	})
	return out
}

// eachPoint goes through the points of the sum for a segment without usable answers: its prior mean, the
// chance of a refusal, and the chances of its rows there.
func (f *fit) eachPoint(s *segment, l *probeView, see func(j int, m, psi float64, chances *segmentPosterior)) {
	odds := s.m / (1 - s.m)
	var chances segmentPosterior
	for j, shift := range f.grid.odds {
		m := clampRate(odds * shift / (1 + odds*shift))
		psi := l.refused(m)
		theta, _, _ := l.correct(psi, 1-psi)
		l.chances(&chances, theta)
		see(j, m, psi, &chances)
	}
}

// hasCatchAll says where a domain may take everything: not at the consumer operators.
var hasCatchAll = [numProviders]bool{
	segments.UnknownProvider: true,
	segments.Workspace:       true,
	segments.Microsoft365:    true,
	segments.Corporate:       true,
}

// lenses are how each operator is seen through the probe. The shares of silence and of catch-all domains are learnt
// from its answers.
func (f *fit) lenses() (out [numProviders]probeView) {
	var seen [numProviders]counts
	for _, s := range f.segs {
		if !s.blind {
			for g, n := range s.rows {
				seen[s.provider][g] += n
			}
		}
	}
	for i := range out {
		out[i] = f.par.lens(segments.Provider(i), &seen[i])
	}
	return out
}

// lens is how one operator is seen, after the answers of seen.
func (p *Params) lens(provider segments.Provider, seen *counts) probeView {
	answered := seen[dead] + seen[live]
	catchAll := 0.0
	if hasCatchAll[provider] {
		catchAll = p.get(catchAllShare)
	}
	r, quiet := math.Exp(p.get(silenceOdds)), p.share(silentShare, p.get(silentShare), seen[silent],
		answered+seen[silent])
	caughtShare := p.share(catchAllShare, catchAll, seen[caught], answered+seen[caught])
	return probeView{
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

// fits are how well each operator's answers fit at each spread and sum.
func (f *fit) fits() (out [numProviders][]float64) {
	for i, s := range f.segs {
		if out[s.provider] == nil {
			out[s.provider] = make([]float64, len(f.grid.spreads)*f.grid.points())
		}
		for at, fit := range f.told[i] {
			out[s.provider][at] += fit
		}
	}
	return out
}

// weigh computes the weights, and what follows from them.
func (f *fit) weigh() {
	f.weighNodes(f.fits())
	f.marginals()
	f.mean = make([]counts, len(f.segs))
	for i := range f.segs {
		f.average(i)
	}
}

// weighNodes computes the weight of each node, and of each operator's effect given the node.
func (f *fit) weighNodes(fits [numProviders][]float64) {
	f.node = make([]float64, f.grid.nodes())
	u, v := f.grid.list.weight, f.grid.operator.weight
	for k := range f.node {
		f.node[k] = math.Log(max(u[k%len(u)], 1e-300))
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

// average computes the mean chances of one segment's rows.
func (f *fit) average(i int) {
	f.mean[i] = counts{}
	for at, w := range f.marg[f.segs[i].provider] {
		for g, p := range f.leaves[i][at].p {
			f.mean[i][g] += w * p
		}
	}
}

// normal is what is known of an effect, in logits.
type normal struct{ mean, variance float64 }

// listEffect is what is known of the list's effect.
func (f *fit) listEffect() (n normal) {
	u := len(f.grid.list.weight)
	at := func(k int) float64 { return float64(k%u+f.grid.list.low) * f.grid.step }
	for k, w := range f.node {
		n.mean += w * at(k)
	}
	for k, w := range f.node {
		n.variance += w * square(at(k)-n.mean)
	}
	return n
}
