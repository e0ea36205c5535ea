package risk

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

var (
	worlds = flag.Int("worlds", 0, "simulated lists for each line of the coverage table; 0 simulates a few")
	first  = flag.Uint64("first", 1, "seed of the first simulated list")
	table  = flag.String("table", "", "file to write the coverage table to")
)

const (
	simRows   = 100_000
	fewWorlds = 8 // enough to tell a model without a list effect from one with it
)

// outcome is one list's forecast against what came.
type outcome struct {
	rate, mean, half float64 // half the width of the 95 % interval
	in90, in95       bool
	pit              float64 // P(B < b), half of P(B = b) added
	cells            []reliability
}

// reliability is what was forecast of a cell's unasked rows, and what came.
type reliability struct{ rows, forecast, came float64 }

// trial is a line of the coverage table.
type trial struct {
	world   world
	budget  int
	params  func(*Params)
	claim   Claim
	nominal [2]float64 // range that the coverage of the 95 % interval must lie in
}

// once draws a list by the seed, asks, forecasts and compares.
func (tr *trial) once(seed uint64) outcome {
	w := tr.world
	w.rng = rand.New(rand.NewPCG(seed, 20261101))
	list := w.draw(simRows)
	tally, bounces := w.play(list, tr.budget)
	p := defaultParams()
	if tr.params != nil {
		tr.params(&p)
	}
	o := Options{Params: &p, Claim: tr.claim}
	if err := o.complete(); err != nil {
		panic(err)
	}
	wk := newWork(tally, &o)
	wk.sel[AsIs] = everything(tally, wk.fit.segs)
	return wk.compare(list, wk.distribution(&wk.sel[AsIs]), float64(bounces))
}

func (w *work) compare(list *truth, d distribution, bounces float64) outcome {
	n := d.size()
	q := func(x float64) float64 { return quantile(d, x) }
	in := func(lo, hi float64) bool { return q(lo) <= bounces && bounces <= q(hi) }
	out := outcome{
		rate: bounces / n, mean: w.expected(&w.sel[AsIs]) / n, half: (q(0.975) - q(0.025)) / 2 / n,
		in90: in(0.05, 0.95), in95: in(0.025, 0.975), pit: (d.below(bounces) + d.below(bounces-1)) / 2,
	}
	w.core = make([]bool, len(w.fit.segs))
	var f Forecast
	w.addresses(&f)
	for _, c := range list.cells {
		if a, ok := f.Address(w.tally, c.row); ok && c.left > 0 {
			out.cells = append(out.cells, reliability{float64(c.left), a.P, float64(c.bounced) / float64(c.left)})
		}
	}
	return out
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
	each(n, func(i int) { out[i] = tr.once(*first + uint64(i)) })
	return out
}

// line is a line of the coverage table.
type line struct {
	n                             float64
	rate, bias, mae, half         float64
	in90, in95, slope, kolmogorov float64
}

func summarise(all []outcome) line {
	l := line{n: float64(len(all))}
	var halves, pits []float64
	for _, o := range all {
		l.rate += o.rate / l.n
		l.bias += (o.mean - o.rate) / l.n
		l.mae += math.Abs(o.mean-o.rate) / l.n
		l.in90 += float64(bool2int(o.in90))
		l.in95 += float64(bool2int(o.in95))
		halves = append(halves, o.half)
		pits = append(pits, o.pit)
	}
	l.in90, l.in95 = l.in90/l.n, l.in95/l.n
	slices.Sort(halves)
	slices.Sort(pits)
	l.half = halves[len(halves)/2]
	for i, p := range pits {
		l.kolmogorov = max(l.kolmogorov, math.Abs(p-float64(i)/l.n), math.Abs(p-float64(i+1)/l.n))
	}
	l.slope = slope(all)
	return l
}

// slope regresses what came of unasked rows on what was forecast of them: one if the forecast is calibrated. Lists
// weigh alike.
func slope(all []outcome) float64 {
	var n, x, y, xx, xy float64
	for _, o := range all {
		rows := 0.0
		for _, c := range o.cells {
			rows += c.rows
		}
		for _, c := range o.cells {
			w := c.rows / rows
			n, x, y, xx, xy = n+w, x+w*c.forecast, y+w*c.came, xx+w*c.forecast*c.forecast, xy+w*c.forecast*c.came
		}
	}
	return (n*xy - x*y) / (n*xx - x*x)
}

// within says whether a share of n lists lies between lo and hi, or outside by no more than chance: 2.6 standard
// deviations of the nominal share, less at 500 lists or more, where the bounds are meant as they stand.
func within(got, nominal, lo, hi, n float64) bool {
	slack := 2.6 * math.Sqrt(nominal*(1-nominal)/n)
	if n >= 500 {
		slack = 0
	}
	return got >= lo-slack && got <= hi+slack
}

func right() world { return world{name: "priors right", list: 1, provider: 0.6, hidden: true} }

// misspecified are worlds in which the model's assumptions fail.
func misspecified() []world {
	low := world{name: "priors 3 times too low", hidden: true, shift: math.Log(3), provider: 0.4}
	high := world{name: "priors 3 times too high", hidden: true, shift: -math.Log(3), provider: 0.4}
	order := world{name: "segments in wrong order", hidden: true, list: 0.8, provider: 1.0, segment: 1.2}
	fate := world{name: "domains share their fate", hidden: true, list: 0.8, provider: 0.4, domain: 1.0}
	probe := world{name: "probe worse than believed", hidden: true, list: 0.8, provider: 0.4, worseProbe: true}
	return []world{low, high, order, fate, probe}
}

// trials are the lines of the table.
func trials() (out []trial) {
	for _, budget := range [...]int{0, 250, 1000} {
		out = append(out, trial{world: right(), budget: budget, nominal: [2]float64{0.93, 0.97}})
	}
	clear := right()
	clear.name, clear.hidden = "priors right, nothing hidden", false
	for _, budget := range [...]int{250, 1000} {
		out = append(out, trial{world: clear, budget: budget, nominal: [2]float64{0.93, 0.97}})
	}
	for _, w := range misspecified() {
		least := 0.90
		if w.segment > 0 {
			least = 0.85
		}
		for _, budget := range [...]int{0, 250, 1000} {
			out = append(out, trial{world: w, budget: budget, nominal: [2]float64{least, 1}})
		}
	}
	return out
}

const tableHead = `| world | probes | rate | mean error | half-width | 90% covers | 95% covers | slope |
|---|---|---|---|---|---|---|---|
`

func (l *line) row(tr *trial) string {
	return fmt.Sprintf("| %s | %d | %.1f%% | %.2f pp | %.1f pp | %.3f | %.3f | %.2f |\n",
		tr.world.name, tr.budget, 100*l.rate, 100*l.mae, 100*l.half, l.in90, l.in95, l.slope)
}

// TestSimCoverage forecasts lists whose truth is known. With -worlds 500 it prints the coverage table.
func TestSimCoverage(t *testing.T) {
	all, n := trials(), *worlds
	if n == 0 {
		all, n = all[1:2], fewWorlds
	}
	var out strings.Builder
	out.WriteString(tableHead)
	for _, tr := range all {
		l := summarise(tr.run(n))
		out.WriteString(l.row(&tr))
		tr.check(t, &l)
	}
	t.Logf("%d lists of %d rows for each line\n%s", n, simRows, out.String())
	if *table != "" {
		if err := os.WriteFile(*table, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (tr *trial) check(t *testing.T, l *line) {
	t.Helper()
	name := fmt.Sprintf("%s, %d probes", tr.world.name, tr.budget)
	if !within(l.in95, 0.95, tr.nominal[0], tr.nominal[1], l.n) {
		t.Errorf("%s: the 95%% interval covers %.3f, want %v", name, l.in95, tr.nominal)
	}
	if tr.nominal[1] == 1 {
		return
	}
	if !within(l.in90, 0.90, 0.87, 0.93, l.n) {
		t.Errorf("%s: the 90%% interval covers %.3f, want 0.87 to 0.93", name, l.in90)
	}
	if l.n < 100 {
		return
	}
	// Kolmogorov's bound at 0.2 %: five lines together go over it by chance once in a hundred.
	if most := 1.86 / math.Sqrt(l.n); l.kolmogorov > most {
		t.Errorf("%s: the PIT values are %.3f from uniform, want at most %.3f", name, l.kolmogorov, most)
	}
	if tr.budget > 0 && (l.slope < 0.9 || l.slope > 1.1) {
		t.Errorf("%s: what came has a slope of %.2f on what was forecast", name, l.slope)
	}
}

// TestSimWithoutListEffect proves that the coverage test has teeth: a model that drops the effect which a list's
// segments share must fail it, by far.
func TestSimWithoutListEffect(t *testing.T) {
	// a list that bounces as is to be expected of it
	tr := trial{world: right(), budget: 0, claim: Claim{Never: true}, params: func(p *Params) {
		for i := range numMakeups {
			p.rows[spread+param(i)].Value = 0
		}
		p.rows[flagWrong].Value, p.rows[share+param(bought)].Value = 0, 1e-9
	}}
	l := summarise(tr.run(max(*worlds, fewWorlds)))
	t.Logf("without the list's effect the 95%% interval covers %.3f", l.in95)
	if within(l.in95, 0.95, 0.93, 0.97, l.n) {
		t.Errorf("a model without the list's effect covers %.3f and so passes", l.in95)
	}
}
