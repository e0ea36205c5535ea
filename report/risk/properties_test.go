package risk

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// predict fails the test on an error.
func predict(t *testing.T, tally *Tally, o Options) *Forecast {
	t.Helper()
	f, err := Predict(tally, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// small is a list of some segments with a few replies, drawn by the seed.
func small(seed uint64, rows, asked int) *Tally {
	w := right()
	w.rng = rand.New(rand.NewPCG(seed, 11))
	tally, _ := w.play(w.draw(rows), asked)
	return tally
}

func clone(t *testing.T, tally *Tally) *Tally {
	t.Helper()
	out := NewTally(tally.now)
	out.merge(tally)
	return out
}

// merge adds the counts of a tally for the same send.
func (t *Tally) merge(o *Tally) {
	for k, c := range o.kinds {
		t.put(k, *c)
	}
	for i, n := range o.states {
		t.states[i] += n
	}
	t.future += o.future
}

func width(r [2]float64) float64 { return r[1] - r[0] }

// The spread is held here: where it is learnt, a refusal out of line makes segments more different from each other,
// and so moves the extreme ones.
func TestOneMoreRefusalNeverLowersTheForecast(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		tally := small(seed, 4_000, 200)
		o := Options{mesh: mesh{usual().step, usual().spreads[seed : seed+1]}}
		before := predict(t, tally, o)
		for i, k := range tally.sorted() {
			if k.reply() != liveReply || i%8 != 0 {
				continue
			}
			turned := clone(t, tally)
			turned.kinds[k].rows--
			turned.kinds[k].days -= turned.kinds[k].days / (turned.kinds[k].rows + 1)
			deadKind := k&^(kind(liveReply)<<replyAt) | kind(deadReply)<<replyAt
			turned.put(deadKind, count{rows: 1, days: tally.kinds[k].days / tally.kinds[k].rows})
			after := predict(t, turned, o)
			if after.Expected.AsIs < before.Expected.AsIs {
				t.Errorf("list %d, kind %d: expected bounces fell from %v to %v", seed, k, before.Expected.AsIs,
					after.Expected.AsIs)
			}
			for j := range before.Segments {
				if a, b := before.Segments[j].Theta, after.Segments[j].Theta; b < a-1e-4*a {
					t.Errorf("list %d, kind %d: theta of %+v fell to %v", seed, k, before.Segments[j], b)
				}
			}
		}
	}
}

func TestHigherLineIsCrossedLessOften(t *testing.T) {
	f := predict(t, small(1, 4_000, 100), Options{})
	for _, scene := range []Scene{AsIs, Cleaned} {
		last := 1.0
		for line := 0.0; line <= 1; line += 0.001 {
			p := f.chanceAbove(scene, line, History{})
			if p > last+1e-12 {
				t.Fatalf("scene %d: P(R > %g) = %v, above %v", scene, line, p, last)
			}
			last = p
		}
	}
}

func TestTakingOutWhatIsWorseThanTheMeanLowersTheRate(t *testing.T) {
	tally := small(2, 4_000, 200)
	tally.Add(Row{Settled: validate.BadSyntax}, 40)
	tally.Add(Row{Settled: validate.NoDomain}, 60)
	tally.Add(Row{Provider: segments.Corporate, Disposable: true}, 80)
	tally.Add(Row{Provider: segments.Corporate, Role: true}, 80)
	f := predict(t, tally, Options{})
	for _, c := range f.Categories {
		if n := float64(c.Alone.Rows); c.Alone.Saved/n > f.Rate.AsIs.Mean && c.Alone.RateChange > 0 {
			t.Errorf("taking out %s, of rate %v, raises the rate: %+v", c.Name, c.Alone.Saved/n, c.Alone)
		}
	}
}

func TestMoreProbesAtEqualProportionsNarrow(t *testing.T) {
	last := math.Inf(1)
	for _, times := range []int64{0, 1, 4, 16} {
		tally := NewTally(sendDay)
		for provider := segments.Gmail; provider < numProviders; provider++ {
			row := Row{Provider: provider, Source: segments.Form, Date: sendDay.AddDate(-1, -3, 0)}
			asked(tally, row, deadReply, times)
			asked(tally, row, liveReply, 19*times)
			tally.Add(row, 10_000-20*times)
		}
		w := width(predict(t, tally, Options{}).Rate.AsIs.CI95)
		if w >= last {
			t.Errorf("with %d probes the interval is %v wide, before %v", 140*times, w, last)
		}
		last = w
	}
}

func TestMoreDoubtNeverNarrows(t *testing.T) {
	t.Parallel()
	tally := small(3, 4_000, 0)
	base := width(predict(t, tally, Options{}).Rate.AsIs.CI95)
	for _, name := range []string{"lambda.gmail", "lambda.m365", "lambda.corporate", "b.form", "b.event",
		"tau.never_cleansed"} {
		p := defaultParams()
		i := slices.IndexFunc(p.rows[:], func(r paramRow) bool { return r.Name == name })
		p.rows[i].Value *= 1.5
		if w := width(predict(t, tally, Options{Params: &p}).Rate.AsIs.CI95); w < base-1e-3*base {
			t.Errorf("with half as much again of %s the interval shrinks from %v to %v", name, base, w)
		}
	}
}

func TestBlindRowsNeverLowerTheFloor(t *testing.T) {
	t.Parallel()
	last := 0.0
	for _, blind := range []int64{0, 1, 100, 1000, 10_000, 50_000} {
		tally := small(4, 4_000, 200)
		tally.Add(
			Row{Provider: segments.Yahoo, Source: segments.Form, Blind: true, Date: sendDay.AddDate(-1, -3, 0)},
			blind,
		)
		f := predict(t, tally, Options{})
		bounces := f.Uncertainty.Floor * float64(f.Scored)
		if bounces < 0.999*last { // a single row of another operator makes the list look a little different
			t.Errorf("%d more blind rows lower the floor from %v to %v pp·rows", blind, last, bounces)
		}
		last = bounces
	}
}

func TestOrderAndWorkersDontMatter(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	rows := make([]Row, 5000)
	for i := range rows {
		rows[i] = randomRow(rng)
	}
	var want []byte
	for workers := 1; workers <= 3; workers++ {
		tallies := make([]*Tally, workers)
		for i := range tallies {
			tallies[i] = NewTally(sendDay)
		}
		for i, r := range rows {
			tallies[i%workers].Add(r, 1)
		}
		for _, o := range tallies[1:] {
			tallies[0].merge(o)
		}
		got, err := json.Marshal(predict(t, tallies[0], Options{}))
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if string(got) != string(want) {
			t.Errorf("%d workers: another forecast", workers)
		}
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
}

func randomRow(rng *rand.Rand) Row {
	r := Row{
		Provider: segments.Provider(rng.IntN(int(numProviders))), Source: segments.Source(rng.IntN(int(numSources))),
		Disposable: rng.IntN(20) == 0, Role: rng.IntN(20) == 0, Blind: rng.IntN(10) == 0,
	}
	if rng.IntN(8) == 0 {
		r.Settled = states[rng.IntN(len(states))].reason
	}
	if rng.IntN(4) > 0 {
		r.Date = sendDay.AddDate(0, 0, -rng.IntN(4000))
	}
	if rng.IntN(4) == 0 {
		r.Sign, r.Date = segments.Acted, sendDay.AddDate(0, 0, -rng.IntN(1000))
	}
	if rng.IntN(5) == 0 {
		r.Replied, r.RepliedAt = replies[rng.IntN(len(replies))], sendDay.AddDate(0, 0, -rng.IntN(30))
	}
	return r
}

func TestDuplicatesDontMatter(t *testing.T) {
	tally := small(6, 4_000, 100)
	a := predict(t, tally, Options{}).Rate
	tally.Add(Row{Settled: validate.Duplicate}, 5000)
	tally.Add(Row{Settled: validate.Suppressed}, 7000)
	tally.Add(Row{Settled: validate.NoAddress}, 10)
	f := predict(t, tally, Options{})
	if a.AsIs != f.Rate.AsIs || a.Cleaned != f.Rate.Cleaned {
		t.Errorf("rate moved from %+v to %+v", a.AsIs, f.Rate.AsIs)
	}
	if f.Rows != f.Scored+12_010 || f.Duplicates != 5000 || f.Suppressed != 7000 {
		t.Errorf("of %d rows %d are scored, %d duplicates, %d suppressed", f.Rows, f.Scored, f.Duplicates, f.Suppressed)
	}
}

func TestHalfTheListHasTheSameRate(t *testing.T) {
	half := small(7, 30_000, 0)
	whole := clone(t, half)
	whole.merge(half)
	a, b := predict(t, half, Options{}).Rate.AsIs, predict(t, whole, Options{}).Rate.AsIs
	if math.Abs(a.Mean-b.Mean) > 1e-3*a.Mean {
		t.Errorf("half has a rate of %v, the whole %v", a.Mean, b.Mean)
	}
}

func TestNamesOfOperatorsDontMatter(t *testing.T) {
	p := defaultParams()
	a, b := lambda+param(segments.Workspace), lambda+param(segments.Microsoft365)
	p.rows[a].Value, p.rows[b].Value = p.rows[b].Value, p.rows[a].Value
	p.rows[a].SD, p.rows[b].SD = p.rows[b].SD, p.rows[a].SD
	list := func(first, second segments.Provider) *Tally {
		tally := NewTally(sendDay)
		row := Row{Provider: first, Source: segments.Form, Date: sendDay.AddDate(-1, -3, 0)}
		tally.Add(row, 3000)
		asked(tally, row, deadReply, 7)
		asked(tally, row, liveReply, 60)
		row.Provider = second
		tally.Add(row, 2000)
		return tally
	}
	x := predict(t, list(segments.Workspace, segments.Microsoft365), Options{}).Rate.AsIs
	y := predict(t, list(segments.Microsoft365, segments.Workspace), Options{Params: &p}).Rate.AsIs
	if math.Abs(x.Mean-y.Mean) > 1e-12 || x.CI95 != y.CI95 {
		t.Errorf("under other names %+v becomes %+v", x, y)
	}
}

func TestGridIsFineEnough(t *testing.T) {
	t.Parallel()
	for seed, budget := range []int{0, 250, 1000} {
		tally := small(uint64(seed)+20, 12_000, budget)
		coarse, fine := predict(t, tally, Options{}),
			predict(t, tally, Options{mesh: mesh{usual().step / 2, usual().spreads}})
		a, b := coarse.Rate.AsIs, fine.Rate.AsIs
		for i, pair := range [][2]float64{{a.Median, b.Median}, {a.CI50[0], b.CI50[0]}, {a.CI50[1], b.CI50[1]},
			{a.CI90[0], b.CI90[0]}, {a.CI90[1], b.CI90[1]}, {a.CI95[0], b.CI95[0]}, {a.CI95[1], b.CI95[1]}} {
			if d := math.Abs(pair[0]-pair[1]) * 100; d >= 0.05 {
				t.Errorf("%d probes: quantile %d moves by %.3f pp on a grid twice as fine", budget, i, d)
			}
		}
	}
}

func TestWaterfallAddsUp(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 8))
	tally := NewTally(sendDay)
	for range 5_000 {
		tally.Add(randomRow(rng), 1)
	}
	w := newWork(tally, complete(Options{}))
	w.scenes()
	anything := func(*rowKind) bool { return true }
	whole := w.choose(anything)
	if a, b := w.expected(&whole), w.expected(&w.sel[AsIs]); math.Abs(a-b) > 1e-9*b {
		t.Errorf("all kinds together make %v bounces, the list %v", a, b)
	}
	saved, rows := 0.0, int64(0)
	for _, c := range w.categories() {
		saved += c.Saved
		rows += c.Rows
	}
	rest := w.choose(func(r *rowKind) bool {
		return !slices.ContainsFunc(append(slices.Clone(categories), w.highRisk()...),
			func(c categoryRow) bool { return c.fits(r) })
	})
	total := w.expected(&w.sel[AsIs])
	if sum := saved + w.expected(&rest); math.Abs(sum-total) > 0.01*total ||
		rows+int64(rest.rows()) != int64(w.sel[AsIs].rows()) {
		t.Errorf("steps and rest make %v bounces of %d rows, the list %v of %v", sum, rows, total, w.sel[AsIs].rows())
	}
}

func TestAddressesAddUp(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 9))
	tally, rows := NewTally(sendDay), make([]Row, 5000)
	for i := range rows {
		rows[i] = randomRow(rng)
		tally.Add(rows[i], 1)
	}
	f := predict(t, tally, Options{})
	sum, n := 0.0, int64(0)
	for _, r := range rows {
		a, ok := f.Address(tally, r)
		if ok != r.state().scored() {
			t.Fatalf("%+v: known %v", r, ok)
		}
		if a.P < 0 || a.P > 1 || (ok && a.Basis == "") {
			t.Fatalf("%+v: %+v", r, a)
		}
		if ok {
			sum += a.P
			n++
		}
	}
	if n != f.Scored || math.Abs(sum-f.Expected.AsIs) > 0.01*f.Expected.AsIs {
		t.Errorf("%d addresses make %v bounces, the forecast says %v for %d", n, sum, f.Expected.AsIs, f.Scored)
	}
}
