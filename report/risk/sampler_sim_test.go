package risk

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/prebounce/prebounce/validate/segments"
)

// asking plays a sampler against a list whose truth is known.
type asking struct {
	world
	truth   *truth
	replies [][numReplies]int64 // of each cell
	bounced []int               // of each cell: of the rows that were asked
	sent    []int               // of these: the ones that were not refused, and bounce
	known   [numProviders]bool  // the operator's one domain was tried with a made-up recipient
	rcpts   int64
}

func newAsking(w world, seed uint64, rows int) *asking {
	w.rng = rand.New(rand.NewPCG(seed, 20261107))
	a := &asking{world: w}
	a.truth = a.draw(rows)
	n := len(a.truth.cells)
	a.replies, a.bounced, a.sent = make([][numReplies]int64, n), make([]int, n), make([]int, n)
	return a
}

// tally is what is known so far, with the rows that can be asked about.
func (a *asking) tally() (*Tally, []Stratum) {
	t := NewTally(sendDay)
	var open []Stratum
	for i, c := range a.truth.cells {
		left := int64(c.rows)
		for reply, n := range a.replies[i] {
			if n > 0 {
				row := c.row
				row.Replied, row.RepliedAt = replies[reply], sendDay
				t.Add(row, n)
				left -= n
			}
		}
		t.Add(c.row, left)
		if !c.row.Blind {
			open = append(open, Stratum{c.row, left})
		}
	}
	return t, open
}

// ask asks the rows of a round, and counts the recipients that can't exist: one for each company's row that
// was accepted, as if no two shared a domain, and one for each of the other operators.
func (a *asking) askRound(r Round) {
	at := 0
	for i := range a.truth.cells {
		c := &a.truth.cells[i]
		if c.row.Blind {
			continue
		}
		for range r.Ask[at] {
			reply, bounced := a.one(a.truth, c, a.domainTheta(c))
			a.replies[i][reply]++
			a.bounced[i] += bounced
			if reply != deadReply {
				a.sent[i] += bounced
			}
			a.rcpts += 1 + a.control(c.row.Provider, reply)
		}
		at++
	}
}

func (a *asking) control(p segments.Provider, r reply) int64 {
	if (r != liveReply && r != catchAllReply) || (!hasCatchAll[p] && a.known[p]) {
		return 0
	}
	a.known[p] = true
	return 1
}

// run asks until the sampler has enough.
func (a *asking) run(s *Sampler) Stop {
	for {
		t, open := a.tally()
		r, err := s.Next(t, open, a.rcpts)
		if err != nil {
			panic(err)
		}
		if r.Stop != "" {
			return r.Stop
		}
		a.askRound(r)
	}
}

// rates are what a send of all rows would do, and of all that were not refused.
func (a *asking) rates() (asIs, cleaned float64) {
	var rows, gone, bounces, sent int
	for i := range a.truth.cells {
		c := &a.truth.cells[i]
		asked := 0
		for _, n := range a.replies[i] {
			asked += int(n)
		}
		rest := a.rest(a.truth, c, c.rows-asked)
		rows, gone = rows+c.rows, gone+int(a.replies[i][deadReply])
		bounces, sent = bounces+a.bounced[i]+rest, sent+a.sent[i]+rest
	}
	return float64(bounces) / float64(rows), float64(sent) / float64(rows-gone)
}

// decision is how one list was decided.
type decision struct {
	asIs  float64
	rcpts int64
	stop  Stop
	wrong bool
	near  bool
}

// nearby is how far from the line, as a share of it, a list is near: what would be sent bounces within a
// fifth of the line's rate. There to be wrong does least harm, and is hardest to avoid.
const nearby = 0.2

func decide(w world, target float64, seed uint64) decision {
	a := newAsking(w, seed, simRows)
	s := &Sampler{Options: Options{Profile: Profile{Name: "t", Target: target}}, Goal: Goal{Budget: 5000}}
	d := decision{stop: a.run(s), rcpts: a.rcpts}
	asIs, sent := a.rates()
	d.asIs = asIs
	d.near = math.Abs(sent-target) < nearby*target
	d.wrong = d.stop == byDecision && ((s.side == under && sent > target) || (s.side == over && sent <= target))
	return d
}

func decisions(w world, target float64, n int) []decision {
	out := make([]decision, n)
	each(n, func(i int) { out[i] = decide(w, target, *first+uint64(i)) })
	return out
}

// each calls do for 0 … n-1, on all processors.
func each(n int, do func(i int)) {
	var wg sync.WaitGroup
	for part := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := part; i < n; i += runtime.GOMAXPROCS(0) {
				do(i)
			}
		})
	}
	wg.Wait()
}

// TestSimDecisions settles lists whose truth is known against a line. At most 1 % of the lists may be decided
// wrongly, and 3 % of those near the line. With -worlds 500 it prints the table of decisions.
func TestSimDecisions(t *testing.T) {
	n, targets := *worlds, []float64{0.02, 0.05, 0.10}
	if n == 0 {
		n, targets = fewWorlds, targets[1:2]
	}
	all := []world{right()}
	if *worlds > 0 {
		all = append(all, misspecified()[:3]...)
	}
	var near wrongs
	for _, w := range all {
		t.Run(w.name, func(t *testing.T) {
			var out strings.Builder
			out.WriteString(decisionHead)
			for _, target := range targets {
				l := settled(decisions(w, target, n))
				l.check(t, fmt.Sprintf("%s, %.0f%%", w.name, 100*target))
				out.WriteString(l.row(w.name, target))
				near.add(l.near)
			}
			t.Logf("%d lists of %d rows for each line\n%s", n, simRows, out.String())
		})
	}
	near.check(t, "near the line, all together", 0.03)
}

// wrongs counts lists, and those among them that were decided wrongly.
type wrongs struct{ lists, wrong int }

func (w *wrongs) add(o wrongs) { w.lists, w.wrong = w.lists+o.lists, w.wrong+o.wrong }

func (w wrongs) plus(o wrongs) wrongs { w.add(o); return w }

func (w *wrongs) count(wrong bool) { w.add(wrongs{1, bool2int(wrong)}) }

func (w wrongs) String() string {
	return fmt.Sprintf("%d of %d (%.1f%%)", w.wrong, w.lists, 100*float64(w.wrong)/max(float64(w.lists), 1))
}

// check holds the wrong ones against a share of all. Fewer than a hundred lists may have what that share has
// by chance in all but one case of a hundred.
func (w wrongs) check(t *testing.T, name string, most float64) {
	t.Helper()
	allowed := int(most * float64(w.lists))
	if w.lists < 100 {
		allowed = byChance(w.lists, most, 0.01)
	}
	if w.wrong > allowed {
		t.Errorf("%s: decided wrongly: %s, want at most %.0f%%", name, w, 100*most)
	}
}

// byChance is the least k beyond which Binomial(n, p) lies with a chance of less than tail.
func byChance(n int, p, tail float64) int {
	term := math.Pow(1-p, float64(n))
	k := 0
	for beyond := 1 - term; beyond >= tail; beyond -= term {
		term *= float64(n-k) / float64(k+1) * p / (1 - p)
		k++
	}
	return k
}

// decisionLine is a line of the table of decisions.
type decisionLine struct {
	rate        float64
	rcpts       []int64 // sorted
	near, other wrongs
	undecided   float64
	stops       map[Stop]int
}

func settled(all []decision) decisionLine {
	l := decisionLine{stops: map[Stop]int{}}
	for _, d := range all {
		l.rate += d.asIs / float64(len(all))
		l.undecided += float64(bool2int(d.stop != byDecision)) / float64(len(all))
		l.rcpts = append(l.rcpts, d.rcpts)
		l.stops[d.stop]++
		if d.near {
			l.near.count(d.wrong)
		} else {
			l.other.count(d.wrong)
		}
	}
	slices.Sort(l.rcpts)
	return l
}

func (l *decisionLine) check(t *testing.T, name string) {
	t.Helper()
	l.other.check(t, name, 0.01)
	l.near.check(t, name+", near the line", 0.03)
}

const decisionHead = `| world | line | rate | RCPTs, median (p90) | wrong, near the line | wrong, others | undecided | stops |
|---|---|---|---|---|---|---|---|
`

func (l *decisionLine) row(world string, target float64) string {
	n := len(l.rcpts)
	return fmt.Sprintf("| %s | %.0f%% | %.1f%% | %d (%d) | %s | %s | %.1f%% | %v |\n",
		world, 100*target, 100*l.rate, l.rcpts[n/2], l.rcpts[n*9/10], l.near, l.other, 100*l.undecided, l.stops)
}
