package risk

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/prebounce/prebounce/validate/segments"
)

var sendDay = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// world is a list whose truth is known: how it came about, what the probe does to it, and how many rows will bounce.
type world struct {
	name string
	rng  *rand.Rand

	shift      float64 // logits that the truth lies above the model's priors
	list       float64 // sd of the list's effect
	provider   float64 // sd of the operators' effects
	segment    float64 // sd of the segments' effects in logits; zero draws them from the model's own Beta
	domain     float64 // sd of the effect that the rows of one domain share
	worseProbe bool    // less sensitive, and silent for the dead, than the model thinks
	hidden     bool    // blind operators, catch-all domains and silence exist
}

// stratum is the truth about the rows of one provider, source and age.
type stratum struct {
	row   Row
	rows  int
	theta float64

	left, bounced int // rows that weren't asked, and how many of them bounce
}

// truth is a world drawn: its rows and the errors of its probe.
type truth struct {
	cells                  []stratum
	s, f                   float64
	silentDead, silentLive float64
	catchAll               [numProviders]float64
	catchAllBounce         float64
}

// ageMix makes lists young rather than old.
var ageMix = [...]float64{1.5, 1.4, 1, 0.7, 0.4}

var worldAges = [...]float64{0.12, 0.6, 1.5, 2.9, 5.5} // years

// draw makes a list of n rows over 7 providers, 3 sources and 5 ages.
func (w *world) draw(n int) *truth {
	p := defaultParams()

	t := &truth{}
	t.s = clip(w.normal(p.rows[sensitivity].Value, p.rows[sensitivity].SD), 0.8, 1)
	t.f = clip(w.normal(p.rows[falsePositive].Value, p.rows[falsePositive].SD), 0, 0.05)
	odds := math.Exp(w.normal(p.rows[silenceOdds].Value, p.rows[silenceOdds].SD))
	t.silentLive = 0.05
	t.silentDead = odds * 0.05 / (1 - 0.05 + odds*0.05)
	t.catchAllBounce = clip(w.normal(p.rows[catchAllBounce].Value, p.rows[catchAllBounce].SD), 0.02, 0.98)
	if w.worseProbe {
		t.s, t.silentDead, t.silentLive, t.catchAllBounce = 0.90, 0.25, 0.08, 0.25
	}
	for i := range t.catchAll {
		if hasCatchAll[i] {
			t.catchAll[i] = w.beta(2, 8)
		}
	}
	if !w.hidden {
		t.silentDead, t.silentLive, t.catchAll = 0, 0, [numProviders]float64{}
	}
	shares := w.composition()
	var rows []stratum
	tally := NewTally(sendDay)
	for provider := segments.Gmail; provider <= segments.Corporate; provider++ {
		for source := segments.Confirmed; source <= segments.Event; source++ {
			for _, years := range worldAges {
				row := Row{Provider: provider, Source: source,
					Date: sendDay.Add(-time.Duration(years*daysPerYear*24) * time.Hour)}
				row.Blind = w.hidden && provider == segments.Yahoo
				if c := (stratum{row: row, rows: int(math.Round(shares[0] * float64(n)))}); c.rows > 0 {
					rows = append(rows, c)
					tally.Add(row, int64(c.rows))
				}
				shares = shares[1:]
			}
		}
	}
	u, spread, x := w.effects(tally, &p)
	var v [numProviders]float64
	for provider := segments.Gmail; provider <= segments.Corporate; provider++ {
		v[provider] = w.normal(0, w.provider)
	}
	for _, c := range rows {
		k, _, _ := tally.sort(c.row)
		c.theta = w.fate(p.prior(x, k), u+v[c.row.Provider]+w.shift, spread)
		t.cells = append(t.cells, c)
	}
	return t
}

// effects draws the list's effect from what the model thinks of lists that look like this one, and the spread
// of its segments.
func (w *world) effects(tally *Tally, p *Params) (u, spread float64, x *mix) {
	x = newMix(tally, p, &Options{})
	f := newFit(cutSegments(tally, p, x), p, usual(), x)
	spread = f.grid.spreads[w.rng.IntN(len(f.grid.spreads))]
	at := w.rng.Float64()
	for i, weight := range f.grid.list.weight {
		if at -= weight; at < 0 {
			u = float64(i+f.grid.list.low) * f.grid.step
			break
		}
	}
	if w.list == 0 {
		u = 0
	}
	return u, spread, x
}

// fate draws the share of dead mailboxes of a cell.
func (w *world) fate(m, shift, spread float64) float64 {
	odds := m / (1 - m) * math.Exp(shift)
	if w.segment > 0 {
		odds *= math.Exp(w.normal(0, w.segment))
		return odds / (1 + odds)
	}
	m = clampRate(odds / (1 + odds))
	size := kappa(m, spread)
	return w.beta(m*size, (1-m)*size)
}

// composition draws the shares of the cells: three archetypes of lists, each with its own mix of operators.
func (w *world) composition() []float64 {
	mixes := [3][7]float64{
		{8, 3, 4, 3, 1, 1, 1}, // newsletter
		{4, 2, 3, 2, 2, 3, 2}, // shop
		{1, 1, 1, 1, 3, 5, 4}, // companies
	}
	mix := mixes[w.rng.IntN(3)]
	var out []float64
	sum := 0.0
	for _, weight := range mix {
		whole := w.gamma(weight)
		for i := range 15 {
			x := whole * w.gamma(0.7*ageMix[i%5])
			out = append(out, x)
			sum += x
		}
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// play asks n of the rows that can be asked, in proportion to the cells, and returns the tally and the number of
// bounces of a send to every row.
func (w *world) play(t *truth, n int) (*Tally, int) {
	visible := 0
	for _, c := range t.cells {
		if !c.row.Blind {
			visible += c.rows
		}
	}
	tally, bounces, carry := NewTally(sendDay), 0, 0.0
	for i := range t.cells {
		c := &t.cells[i]
		asked := 0
		if !c.row.Blind {
			want := float64(n)*float64(c.rows)/float64(visible) + carry
			asked = min(int(want), c.rows)
			carry = want - float64(asked)
		}
		bounces += w.ask(t, c, asked, tally)
	}
	return tally, bounces
}

// ask plays one cell.
func (w *world) ask(t *truth, c *stratum, asked int, tally *Tally) (bounces int) {
	for range asked {
		reply, bounced := w.one(t, c, w.domainTheta(c))
		row := c.row
		row.Replied, row.RepliedAt = replies[reply], sendDay
		tally.Add(row, 1)
		bounces += bounced
	}
	tally.Add(c.row, int64(c.rows-asked))
	c.left = c.rows - asked
	c.bounced = w.rest(t, c, c.left)
	return bounces + c.bounced
}

// rest is how many of n unasked rows bounce. With domain effects, rows come in domains of 1 to 100.
func (w *world) rest(t *truth, c *stratum, n int) (bounces int) {
	through := 1.0
	if !c.row.Blind {
		through = 1 - t.catchAll[c.row.Provider]*(1-t.catchAllBounce)
	}
	if w.domain == 0 || c.row.Provider < segments.Workspace {
		return w.binomial(n, c.theta*through)
	}
	for n > 0 {
		size := min(n, int(1/math.Max(w.rng.Float64(), 0.01)))
		bounces += w.binomial(size, w.domainTheta(c)*through)
		n -= size
	}
	return bounces
}

// domainTheta is the chance of a row whose domain was just drawn. Its mean over domains is the cell's.
func (w *world) domainTheta(c *stratum) float64 {
	if w.domain == 0 || c.row.Provider < segments.Workspace {
		return c.theta
	}
	odds := c.theta / (1 - c.theta) * math.Exp(w.normal(0, w.domain))
	return odds / (1 + odds)
}

// one asks one mailbox, and says whether a send to it bounces.
func (w *world) one(t *truth, c *stratum, theta float64) (reply, int) {
	isDead := w.rng.Float64() < theta
	if w.rng.Float64() < t.catchAll[c.row.Provider] {
		return catchAllReply, bool2int(isDead && w.rng.Float64() < t.catchAllBounce)
	}
	silence, refused := t.silentLive, t.f
	if isDead {
		silence, refused = t.silentDead, t.s
	}
	if w.rng.Float64() < silence {
		return silentReply, bool2int(isDead)
	}
	if w.rng.Float64() < refused {
		return deadReply, bool2int(isDead)
	}
	return liveReply, bool2int(isDead)
}

func bool2int(b bool) int {
	if b {
		return 1
	}
	return 0
}

func clip(x, lo, hi float64) float64 { return min(max(x, lo), hi) }

func (w *world) normal(mean, sd float64) float64 { return mean + sd*w.rng.NormFloat64() }

// gamma draws by Marsaglia and Tsang's method.
func (w *world) gamma(shape float64) float64 {
	if shape < 1 {
		return w.gamma(shape+1) * math.Pow(w.rng.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	for c := 1 / math.Sqrt(9*d); ; {
		x := w.rng.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-w.rng.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func (w *world) beta(a, b float64) float64 {
	x, y := w.gamma(a), w.gamma(b)
	return x / (x + y)
}

// binomial counts, or rounds a normal where the count is large.
func (w *world) binomial(n int, p float64) int {
	if v := float64(n) * p * (1 - p); v > 200 {
		return int(clip(math.Round(w.normal(float64(n)*p, math.Sqrt(v))), 0, float64(n)))
	}
	k := 0
	for range n {
		if w.rng.Float64() < p {
			k++
		}
	}
	return k
}
