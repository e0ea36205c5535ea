package risk

import (
	"math"
	"math/rand/v2"
	"sort"
	"testing"

	"github.com/prebounce/prebounce/validate/segments"
)

// perfect are parameters under which a probe makes no errors and hides nothing.
func perfect(t *testing.T, more ...paramRow) *Params {
	t.Helper()
	rows := append([]paramRow{
		{Name: "probe.sensitivity", Value: 1}, {Name: "probe.false_positive", Value: 0}, {Name: "silence.log_odds",
			Value: 0},
	}, more...)
	p := defaultParams()
	for _, row := range rows {
		var err error
		if p, err = p.with(row); err != nil {
			t.Fatal(err)
		}
	}
	return &p
}

// asked adds n rows with a reply from today.
func asked(tally *Tally, row Row, reply reply, n int64) {
	row.Replied, row.RepliedAt = replies[reply], sendDay
	tally.Add(row, n)
}

// logBetaBinomial is the textbook form.
func logBetaBinomial(k, n, a, b float64) float64 {
	lg := func(x float64) float64 { y, _ := math.Lgamma(x); return y }
	choose := lg(n+1) - lg(k+1) - lg(n-k+1)
	return choose + lg(a+k) + lg(b+n-k) - lg(a+b+n) - lg(a) - lg(b) + lg(a+b)
}

func TestOneSegmentIsTheClosedForm(t *testing.T) {
	p := perfect(t, paramRow{Name: "tau.provider"})
	const unasked, n, y = 60, 25, 3
	row := Row{Provider: segments.Gmail, Source: segments.Event, Date: sendDay.AddDate(-1, -6, 0)}
	tally := NewTally(sendDay)
	tally.Add(row, unasked)
	asked(tally, row, deadReply, y)
	asked(tally, row, liveReply, n-y)
	w := newWork(tally, complete(Options{Params: p}))
	w.scenes()

	list, m0 := w.fit.grid.list, w.fit.segs[0].m
	want, sum := make([]float64, unasked+1), 0.0
	for at, weight := range list.weight {
		m := clampRate(1 / (1 + math.Exp(-math.Log(m0/(1-m0))-float64(at+list.low)*usual().step)))
		for _, spread := range usual().spreads {
			size := kappa(m, spread)
			fit := weight * math.Exp(logBetaBinomial(y, n, m*size, (1-m)*size))
			sum += fit
			for k := range want {
				want[k] += fit * math.Exp(logBetaBinomial(float64(k), unasked, m*size+y, (1-m)*size+n-y))
			}
		}
	}
	below := 0.0
	for k := 0.0; k <= unasked; k++ {
		below += want[int(k)] / sum
		if got := w.dist[AsIs].below(k + y); math.Abs(got-below) > 1e-9 {
			t.Fatalf("P(B <= %v) = %.12f, want %.12f", k+y, got, below)
		}
	}
}

func TestTwoOperatorsAreBruteForce(t *testing.T) {
	p := perfect(t)
	type side struct {
		row     Row
		n, y, r float64
	}
	sides := []side{
		{Row{Provider: segments.Gmail, Source: segments.Form, Date: sendDay.AddDate(-3, 0, 0)}, 20, 1, 7},
		{Row{Provider: segments.Freemail, Source: segments.Event, Date: sendDay.AddDate(-1, -2, 0)}, 21, 6, 9},
	}
	tally := NewTally(sendDay)
	for _, s := range sides {
		tally.Add(s.row, int64(s.r))
		asked(tally, s.row, deadReply, int64(s.y))
		asked(tally, s.row, liveReply, int64(s.n-s.y))
	}
	w := newWork(tally, complete(Options{Params: p}))
	w.scenes()

	list, operator := w.fit.grid.list, w.fit.grid.operator
	want, total := make([]float64, 17), 0.0
	for _, spread := range usual().spreads {
		for i, wu := range list.weight {
			var pmf [2][]float64
			for side, s := range sides {
				pmf[side] = make([]float64, int(s.r)+1)
				for j, wv := range operator.weight {
					shift := float64(i+list.low+j+operator.low) * usual().step
					m0 := w.fit.segs[side].m
					m := clampRate(1 / (1 + math.Exp(-math.Log(m0/(1-m0))-shift)))
					k := kappa(m, spread)
					fit := wv * math.Exp(logBetaBinomial(s.y, s.n, m*k, (1-m)*k))
					for c := range pmf[side] {
						pmf[side][c] += fit * math.Exp(logBetaBinomial(float64(c), s.r, m*k+s.y, (1-m)*k+s.n-s.y))
					}
				}
			}
			for a, x := range pmf[0] {
				for b, y := range pmf[1] {
					want[a+b] += wu * x * y
					total += wu * x * y
				}
			}
		}
	}
	below := 0.0
	for k, x := range want {
		below += x / total
		if got := w.dist[AsIs].below(float64(k) + 7); math.Abs(got-below) > 1e-9 {
			t.Errorf("P(B <= %d) = %.12f, want %.12f", k+7, got, below)
		}
	}
}

// poissonBinomial is the number of bounces among rows with the given chances, by dynamic programming in n² steps.
func poissonBinomial(chances []float64) mass {
	p := make([]float64, 1, len(chances)+1)
	p[0] = 1
	for _, c := range chances {
		p = append(p, 0)
		for i := len(p) - 1; i > 0; i-- {
			p[i] = p[i]*(1-c) + p[i-1]*c
		}
		p[0] *= 1 - c
	}
	return mass{0, p}.trim()
}

func TestPoissonBinomialIsEnumeration(t *testing.T) {
	chances := []float64{0.001, 0.02, 0.03, 0.1, 0.2, 0.5, 0.5, 0.7, 0.9, 0.97, 0.999, 0.04}
	want := make([]float64, len(chances)+1)
	for set := range 1 << len(chances) {
		p, n := 1.0, 0
		for i, c := range chances {
			if set>>i&1 == 1 {
				p *= c
				n++
			} else {
				p *= 1 - c
			}
		}
		want[n] += p
	}
	got := poissonBinomial(chances)
	grouped := certain(0)
	for _, c := range chances {
		grouped = grouped.plus(betaBinomial(1, c, 0))
	}
	for n, p := range want {
		for name, m := range map[string]mass{"step by step": got, "by groups": grouped} {
			if q := m.at(n); math.Abs(q-p) > 1e-14 {
				t.Errorf("%s: P(%d) = %g, want %g", name, n, q, p)
			}
		}
	}
}

func (m mass) at(n int) float64 {
	if i := n - m.low; i >= 0 && i < len(m.p) {
		return m.p[i]
	}
	return 0
}

func TestBinomialIsTheTextbook(t *testing.T) {
	for _, c := range []struct {
		n int
		q float64
	}{{1, 0.5}, {12, 0.01}, {3000, 0.001}, {3000, 0.98}, {3000, 0.3}} {
		m := betaBinomial(c.n, c.q, 0)
		for k := range c.n + 1 {
			lg := func(x float64) float64 { y, _ := math.Lgamma(x); return y }
			n, x := float64(c.n), float64(k)
			want := math.Exp(lg(n+1) - lg(x+1) - lg(n-x+1) + x*math.Log(c.q) + (n-x)*math.Log1p(-c.q))
			if math.Abs(m.at(k)-want) > 1e-10 {
				t.Fatalf("Binomial(%d, %g): P(%d) = %g, want %g", c.n, c.q, k, m.at(k), want)
			}
		}
	}
}

func TestSkewCorrectedNormalAgainstExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name     string
		n        int
		low, top float64
		most     float64 // largest error of the distribution function
	}{
		{"30 good addresses", 30, 0.002, 0.03, 0.025},
		{"100 good addresses", 100, 0.002, 0.03, 0.010},
		{"1,000 good addresses", 1000, 0.002, 0.03, 0.0016},
		{"5,000 good addresses", 5000, 0.002, 0.03, 0.0005},
		{"100 mixed addresses", 100, 0.01, 0.97, 0.005},
		{"1,000 mixed addresses", 1000, 0.01, 0.97, 0.0005},
	} {
		chances, m := make([]float64, c.n), moments{}
		for i := range chances {
			chances[i] = c.low + (c.top-c.low)*rng.Float64()
			m = m.plus(bernoulli(1, chances[i]))
		}
		exact, below, worst := poissonBinomial(chances), 0.0, 0.0
		for k := range c.n {
			below += exact.at(k)
			worst = max(worst, math.Abs(below-m.below(float64(k)+0.5)))
		}
		t.Logf("%-22s off by at most %.5f", c.name, worst)
		if worst > c.most {
			t.Errorf("%s: off by %.5f, want at most %.5f", c.name, worst, c.most)
		}
	}
}

func TestFullyAskedListHasNoWidth(t *testing.T) {
	tally := NewTally(sendDay)
	for provider := segments.Gmail; provider < numProviders; provider++ {
		for _, source := range []segments.Source{segments.Form, segments.Purchased} {
			row := Row{Provider: provider, Source: source, Date: sendDay.AddDate(0, -8, 0)}
			asked(tally, row, deadReply, int64(provider)+3)
			asked(tally, row, liveReply, 300)
		}
	}
	f, err := Predict(tally, Options{Params: perfect(t)})
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for provider := segments.Gmail; provider < numProviders; provider++ {
		want += 2 * float64(provider+3)
	}
	r := f.Rate.AsIs
	if n := float64(r.Rows); math.Abs(r.Mean*n-want) > 1e-9 || r.CI95 != [2]float64{want / n, want / n} {
		t.Errorf("%v refused of %v asked: mean %v, interval %v", want, n, r.Mean*n, r.CI95)
	}
	if f.Uncertainty.Sampling > 1e-9 || f.Uncertainty.Systematic != 0 {
		t.Errorf("nothing is left to learn, yet %+v", f.Uncertainty)
	}
	if f.Evidence.Observed != 1 {
		t.Errorf("all of it was observed, yet %+v", f.Evidence)
	}
}

func TestExactAndApproximateAgree(t *testing.T) {
	t.Parallel()
	w := right()
	for seed := range uint64(3) {
		w.rng = rand.New(rand.NewPCG(seed, 3))
		tally, _ := w.play(w.draw(800), 80)
		wk := newWork(tally, complete(Options{}))
		wk.scenes()
		sel := &wk.sel[AsIs]
		near, exact := wk.fit.approximate(sel, wk.systematic(sel)), wk.dist[AsIs]
		for _, q := range []float64{0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975} {
			a, b := quantile(near, q)/near.size(), quantile(exact, q)/exact.size()
			if math.Abs(a-b) > 0.006 {
				t.Errorf("list %d: quantile %g is %.4f, exactly %.4f", seed, q, a, b)
			}
		}
	}
}

func TestQuantileIsTheSmallestThatIsNotExceeded(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 300 {
		d := randomDistribution(rng)
		for _, q := range []float64{0, 1e-6, 0.025, 0.25, 0.5, 0.95, 0.999999, 1, rng.Float64()} {
			want := float64(sort.Search(int(d.size()), func(b int) bool { return d.below(float64(b)) >= q }))
			if got := quantile(d, q); got != want {
				t.Fatalf("%#v: the %g quantile is %g, want %g", d, q, got, want)
			}
		}
	}
}

// randomDistribution is one with steps and flat stretches, or a mixture of several that may be far apart.
func randomDistribution(rng *rand.Rand) distribution {
	if rng.IntN(2) == 0 {
		c := make(counted, 1+rng.IntN(200))
		sum := 0.0
		for i := range c {
			if rng.IntN(4) == 0 {
				sum += rng.Float64()
			}
			c[i] = sum
		}
		for i := range c {
			c[i] /= max(sum, 1e-9)
		}
		c[len(c)-1] = 1
		return c
	}
	m := &mixture{rows: float64(rng.IntN(1_000_000))}
	for range 3 {
		mean := rng.Float64() * m.rows
		m.weight = append(m.weight, 1.0/3)
		m.at = append(m.at, moments{mean, mean * math.Exp(4*rng.NormFloat64()), 0})
	}
	return m
}
