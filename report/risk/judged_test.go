package risk

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/prebounce/prebounce/validate"
)

// knowing is what is known of a list beside its rows.
type knowing struct {
	name    string
	claim   func(v *village) (Claim, bool)
	sends   bool
	dns     bool
	answers int
}

func nothing(*village) (Claim, bool) { return Claim{}, true }

func truly(v *village) (Claim, bool) {
	if v.mail < 0 {
		return Claim{Never: true}, true
	}
	return Claim{LastSent: sendDay.AddDate(0, 0, -v.mail)}, true
}

// falsely claims a send of last month of lists that had none, or one a year before.
func falsely(v *village) (Claim, bool) {
	return Claim{LastSent: sendDay.AddDate(0, -1, 0)}, v.mail < 0 || v.mail > 300
}

var knowings = []knowing{
	{"nothing", nothing, false, false, 0},
	{"last send per contact", func(v *village) (Claim, bool) { return Claim{}, v.mail >= 0 }, true, false, 0},
	{"--last-sent", truly, false, false, 0},
	{"DNS", nothing, false, true, 0},
	{"--last-sent, DNS", truly, false, true, 0},
	{"a false --last-sent, DNS", falsely, false, true, 0},
	{"300 answers", nothing, false, false, 300},
}

// judged is one list's forecast against the truth, at one line.
type judged struct {
	rate, cleaned           float64
	coreRate                [2]float64
	coreExists              [2]bool // segments with 30% of what would be sent that truly stay under the line
	gives                   price   // at 2%
	mean, low, high, median float64
	covered                 bool
	code                    [2]Code // at 2% and 5%
	gate                    bool    // --fail-over 2% opens
}

var lines = [2]float64{0.02, 0.05}

// ask asks a random part of the list.
func (g *people) ask(v *viewed, list []person, n int) (t *Tally, coreOf func(*Forecast) float64) {
	order := g.rng.Perm(len(list))
	t = v.tally(list)
	for _, i := range order {
		p := &list[i]
		r := v.row(p)
		if n == 0 || r.Blind || (p.gone && v.dns) {
			continue
		}
		n--
		k, c, _ := t.sort(r)
		have := t.kinds[k]
		have.rows--
		have.days -= c.days
		if have.rows == 0 {
			delete(t.kinds, k)
		}
		p.replied, p.repliedAt = validate.Accepted, sendDay
		if (p.dead && g.rng.Float64() < 0.95) || (!p.dead && g.rng.Float64() < 0.004) {
			p.replied = validate.MailboxUnknown
		}
		t.Add(v.row(p), 1)
	}
	return t, nil
}

func (v *village) once(k *knowing, seed uint64) judged {
	g := &people{rng: rand.New(rand.NewPCG(seed, 20261130)), domains: max(v.rows/6, 20)}
	list := v.make(g, v.rows)
	g.closures(list)
	view := v.view
	view.sends, view.dns = k.sends, k.dns
	t, _ := g.ask(&view, list, k.answers)
	claim, _ := k.claim(v)
	var out judged
	for i, line := range lines {
		f, err := Predict(t, Options{Claim: claim, Profile: Profile{Name: "t", Target: line}})
		if err != nil {
			panic(err)
		}
		out.judge(f, t, &view, list, i)
		out.code[i] = f.Verdict.Code
	}
	return out
}

func (j *judged) judge(f *Forecast, t *Tally, view *viewed, list []person, line int) {
	var dead, left, leftDead, core, coreDead float64
	parts := map[kind]*truePart{}
	for i := range list {
		p := &list[i]
		dead += float64(bool2int(p.dead))
		if view.dns && p.gone {
			continue
		}
		left++
		leftDead += float64(bool2int(p.dead))
		countPart(parts, t, view.row(p), p.dead)
		if a, ok := f.Address(t, view.row(p)); ok && !a.Held && !a.Gone {
			core++
			coreDead += float64(bool2int(p.dead))
		}
	}
	r := &f.Rate.AsIs
	j.rate, j.cleaned, j.coreRate[line] = dead/float64(len(list)), leftDead/max(left, 1), coreDead/max(core, 1)
	j.mean, j.median, j.low, j.high = r.Mean, r.Median, r.CI95[0], r.CI95[1]
	j.coreExists[line] = bestPart(parts, 0.3*left, lines[line])
	if line == 0 {
		j.gives = pricesOf(f, t, view, list)
	}
	j.covered = j.low <= j.rate && j.rate <= j.high
	j.gate = f.Rate.Cleaned.Mean <= 0.02
}

// verdictCounts are how often each verdict was right and wrong at a line.
type verdictCounts struct{ send, clean, core, find, not, wrongSend, wrongNot int }

func (c *verdictCounts) add(j *judged, i int) {
	line := lines[i]
	switch j.code[i] {
	case Send:
		c.send++
		c.wrongSend += bool2int(j.rate > line)
	case CleanFirst:
		c.clean++
		c.wrongSend += bool2int(j.cleaned > line)
	case SendCore:
		c.core++
		c.wrongSend += bool2int(j.coreRate[i] > line)
	case FindOutFirst:
		c.find++
	case DoNotSend:
		c.not++
		c.wrongNot += bool2int(j.cleaned <= line)
	}
}

func (c *verdictCounts) String() string {
	return fmt.Sprintf("%d/%d/%d/%d/%d (%d, %d wrong)", c.send, c.clean, c.core, c.find, c.not, c.wrongSend, c.wrongNot)
}

func middle(x []float64) float64 { slices.Sort(x); return x[len(x)/2] }

func rowOf(name string, know string, all []judged) string {
	var rates, means, ratios, halves []float64
	var counts [2]verdictCounts
	covered, score, gates := 0, 0.0, 0
	for i := range all {
		j := &all[i]
		rates, means, ratios, halves = append(rates, j.rate), append(means, j.mean),
			append(ratios, j.mean/max(j.rate, 1e-4)), append(halves, (j.high-j.low)/2)
		covered += bool2int(j.covered)
		gates += bool2int(j.gate)
		score += (j.high - j.low + 40*max(j.low-j.rate, 0) + 40*max(j.rate-j.high, 0)) / float64(len(all))
		for l := range lines {
			counts[l].add(j, l)
		}
	}
	return fmt.Sprintf("| %s | %s | %.2f%% | %.2f%% | %.2f | %.1f | %.1f | %.2f | %s | %s | %.2f |\n", name, know,
		100*middle(rates), 100*middle(means), middle(ratios),
		100*middle(halves), 100*score, float64(covered)/float64(len(all)), &counts[0], &counts[1],
		float64(gates)/float64(len(all)))
}

const kindsHead = `| world | known beside the list | true rate | forecast | forecast / truth | half-width | interval score | 95% covers | verdicts at 2% | at 5% | gate at 2% opens |
|---|---|---|---|---|---|---|---|---|---|---|
`

// spearman is the correlation of ranks.
func spearman(x, y []float64) float64 {
	rank := func(v []float64) []float64 {
		order := make([]int, len(v))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return cmpFloat(v[a], v[b]) })
		out := make([]float64, len(v))
		for at, i := range order {
			out[i] = float64(at)
		}
		return out
	}
	a, b := rank(x), rank(y)
	n, d := float64(len(x)), 0.0
	for i := range a {
		d += square(a[i] - b[i])
	}
	return 1 - 6*d/(n*(n*n-1))
}
