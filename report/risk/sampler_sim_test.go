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
				row.Answer = Answer{Reply(reply), sendDay}
				t.AddN(row, n)
				left -= n
			}
		}
		t.AddN(c.row, left)
		if !c.row.Blind {
			open = append(open, Stratum{c.row, left})
		}
	}
	return t, open
}

// ask asks the rows of a round, and counts the recipients that can't exist: one for each company's row that was accepted, as if no two
// shared a domain, and one for each of the other operators.
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
			if reply != Dead {
				a.sent[i] += bounced
			}
			a.rcpts += 1 + a.control(c.row.Provider, reply)
		}
		at++
	}
}

func (a *asking) control(p Provider, r Reply) int64 {
	if r != Live && r != CatchAll || !hasCatchAll[p] && a.known[p] {
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
		rows, gone = rows+c.rows, gone+int(a.replies[i][Dead])
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
	near  bool // the truth is within a fifth of the line
	asked int64
}

func decide(w world, target float64, seed uint64) decision {
	a := newAsking(w, seed, simRows)
	s := &Sampler{Options: Options{Profile: Profile{Name: "t", Target: target}}, Goal: Goal{Budget: 5000}}
	d := decision{stop: a.run(s), rcpts: a.rcpts}
	d.asked = s.curve[len(s.curve)-1].Asked
	asIs, cleaned := a.rates()
	d.asIs = asIs
	d.near = asIs > 0.8*target && asIs < 1.2*target
	d.wrong = d.stop == ByDecision && (s.side == under && cleaned > target || s.side == over && cleaned <= target)
	return d
}

func decisions(w world, target float64, n int) []decision {
	out := make([]decision, n)
	var wg sync.WaitGroup
	for part := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := part; i < n; i += runtime.GOMAXPROCS(0) {
				out[i] = decide(w, target, uint64(i+1))
			}
		})
	}
	wg.Wait()
	return out
}

// TestSimDecisions settles lists whose truth is known against a line. With -worlds 500 it prints the table of decisions.
func TestSimDecisions(t *testing.T) {
	n, targets := *worlds, []float64{0.02, 0.05, 0.10}
	if n == 0 {
		n, targets = fewWorlds, targets[1:2]
	}
	all := []world{right()}
	if *worlds > 0 {
		all = append(all, misspecified()[:3]...)
	}
	for _, w := range all {
		t.Run(w.name, func(t *testing.T) {
			var out strings.Builder
			out.WriteString("| world | line | rate | RCPTs, median (p90) | wrong | near the line: lists, wrong | undecided | stops |\n|---|---|---|---|---|---|---|---|\n")
			for _, target := range targets {
				checkDecisions(t, &out, w, target, decisions(w, target, n))
			}
			t.Logf("%d lists of %d rows for each line\n%s", n, simRows, out.String())
		})
	}
}

func checkDecisions(t *testing.T, out *strings.Builder, w world, target float64, all []decision) {
	t.Helper()
	n := float64(len(all))
	var rate, wrong, near, wrongNear, undecided float64
	var rcpts []int64
	stops := map[Stop]int{}
	for _, d := range all {
		rate += d.asIs / n
		rcpts = append(rcpts, d.rcpts)
		stops[d.stop]++
		wrong += float64(bool2int(d.wrong)) / n
		near += float64(bool2int(d.near)) / n
		wrongNear += float64(bool2int(d.near && d.wrong))
		undecided += float64(bool2int(d.stop != ByDecision)) / n
	}
	slices.Sort(rcpts)
	most := 0.01
	if near > 0.1 {
		most = 0.03 // many of these lists lie near the line
	}
	fmt.Fprintf(out, "| %s | %.0f%% | %.1f%% | %d (%d) | %.3f | %.3f, %.0f | %.3f | %v |\n", w.name, 100*target, 100*rate, rcpts[len(rcpts)/2], rcpts[len(rcpts)*9/10], wrong, near, wrongNear, undecided, stops)
	if wrong > most+2.6*math.Sqrt(most*(1-most)/n)*float64(bool2int(n < 500)) {
		t.Errorf("%s: decides wrongly against %.0f%% on %.3f of the lists, want at most %.3f", w.name, 100*target, wrong, most)
	}
}
