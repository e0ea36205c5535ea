package risk

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"
)

var worlds = flag.Int("worlds", 30, "how many simulated lists per line of the coverage table")

const simRows = 100_000

var stream uint64 = 20261101

// outcome is one list's forecast against what came.
type outcome struct {
	rate, mean, half float64 // half the width of the 95 % interval
	in90, in95       bool
	pit              float64
}

// trial is a line of the coverage table.
type trial struct {
	world  world
	budget int
	params func(*Params)
}

func (tr *trial) once(seed uint64) outcome {
	w := tr.world
	w.rng = rand.New(rand.NewPCG(seed, stream))
	tally, bounces := w.play(w.draw(simRows), tr.budget)
	p := Defaults()
	if tr.params != nil {
		tr.params(&p)
	}
	wk := newWork(tally, complete(Options{Params: &p}))
	wk.sel[AsIs] = everything(tally, wk.fit.segs)
	d := wk.distribution(&wk.sel[AsIs])
	wk.dist[AsIs] = d
	n := d.size()
	rate := float64(bounces) / n
	q := func(x float64) float64 { return quantile(d, x) / n }
	in := func(lo, hi float64) bool { return q(lo) <= rate && rate <= q(hi) }
	return outcome{
		rate: rate, mean: wk.expected(&wk.sel[AsIs]) / n, half: (q(0.975) - q(0.025)) / 2,
		in90: in(0.05, 0.95), in95: in(0.025, 0.975), pit: d.below(float64(bounces)),
	}
}

func complete(o Options) *Options {
	if err := o.complete(); err != nil {
		panic(err)
	}
	return &o
}

// run plays the seeds on all processors. Outcomes come in the order of the seeds.
func (tr *trial) run(n int) []outcome {
	out := make([]outcome, n)
	var wg sync.WaitGroup
	for part := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := part; i < n; i += runtime.GOMAXPROCS(0) {
				out[i] = tr.once(uint64(i + 1))
			}
		})
	}
	wg.Wait()
	return out
}

type tallyOf struct{ mae, half, in90, in95, rate, bias float64 }

func summarise(all []outcome) (s tallyOf) {
	n := float64(len(all))
	var halves []float64
	for _, o := range all {
		s.rate += o.rate / n
		s.bias += (o.mean - o.rate) / n
		s.mae += max(o.mean-o.rate, o.rate-o.mean) / n
		s.in90 += float64(bool2int(o.in90)) / n
		s.in95 += float64(bool2int(o.in95)) / n
		halves = append(halves, o.half)
	}
	sort.Float64s(halves)
	s.half = halves[len(halves)/2]
	return s
}

func right() world { return world{name: "priors right", list: 1, provider: 0.6, hidden: true} }

func TestSimExplore(t *testing.T) {
	base := right()
	w1, w2, w3, w4, w5 := base, base, base, base, base
	w1.name, w1.shift, w1.list, w1.provider = "W1 3x too low", 1.0986, 0, 0.4
	w2.name, w2.shift, w2.list, w2.provider = "W2 3x too high", -1.0986, 0, 0.4
	w3.name, w3.segment, w3.provider, w3.list = "W3 wrong order", 1.2, 1.0, 0.8
	w4.name, w4.domain, w4.list, w4.provider = "W4 domains", 1.0, 0.8, 0.4
	w5.name, w5.worseProbe, w5.list, w5.provider = "W5 worse probe", true, 0.8, 0.4
	open := base
	open.name, open.hidden = "nothing hidden", false
	var b strings.Builder
	for _, w := range []world{base, w1, w2, w3, w4, w5, open} {
		for _, budget := range []int{250, 1000} {
			tr := trial{world: w, budget: budget}
			s := summarise(tr.run(*worlds))
			fmt.Fprintf(&b, "%-16s %5d rate %.3f bias %+.4f mae %.4f half %.4f in90 %.3f in95 %.3f\n", w.name, budget, s.rate, s.bias, s.mae, s.half, s.in90, s.in95)
		}
	}
	t.Log("\n" + b.String())
}

func TestSimParts(t *testing.T) {
	full, a, b, c, d := right(), right(), right(), right(), right()
	a.name, a.noCatch, a.noSilent = "blind only", true, true
	b.name, b.noBlind, b.noSilent = "catch only", true, true
	c.name, c.noBlind, c.noCatch = "silent only", true, true
	d.name, d.hidden = "none", false
	var sb strings.Builder
	for _, w := range []world{full, a, b, c, d} {
		tr := trial{world: w, budget: 1000}
		s := summarise(tr.run(*worlds))
		fmt.Fprintf(&sb, "%-16s rate %.3f bias %+.4f mae %.4f half %.4f in90 %.3f in95 %.3f\n", w.name, s.rate, s.bias, s.mae, s.half, s.in90, s.in95)
	}
	t.Log("\n" + sb.String())
}
