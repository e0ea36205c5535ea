package history

import (
	"flag"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/segments"
)

var worlds = flag.Int("worlds", 0, "simulated senders; 0 simulates a few")

// sender is somebody whose lists differ from what the forecast assumes in a way of their own.
type sender struct {
	rng   *rand.Rand
	off   float64
	quirk map[int]float64 // by cell
}

// cellRow is a contact of one of 105 cells.
func cellRow(cell int, sent time.Time) risk.Row {
	days := [...]int{40, 220, 550, 1060, 2000}[cell%5]
	return risk.Row{
		Provider: segments.Gmail + segments.Provider(cell/15),
		Source:   segments.Confirmed + segments.Source(cell/5%3),
		Date:     sent.AddDate(0, 0, -days),
	}
}

const cells = 105

// assumed are the chances that the forecast gives to a contact of each cell before it has learned anything.
func assumed(t *testing.T, sent time.Time) (p [cells]float64) {
	t.Helper()
	tally := risk.NewTally(sent)
	for i := range cells {
		tally.Add(cellRow(i, sent), 1000)
	}
	f, err := risk.Predict(tally, risk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range cells {
		a, _ := f.Address(tally, cellRow(i, sent))
		p[i] = a.P
	}
	return p
}

// campaign draws a list of about n contacts, sends it, and counts what comes.
func (s *sender) campaign(name string, n float64, sent time.Time, assumed *[cells]float64) Campaign {
	u, sum := 0.3*s.rng.NormFloat64(), 0.0
	var shares [cells]float64
	for i := range shares {
		shares[i] = s.rng.ExpFloat64()
		sum += shares[i]
	}
	count := NewCounter(sent)
	for i, share := range shares {
		if _, known := s.quirk[i]; !known {
			s.quirk[i] = 0.5 * s.rng.NormFloat64()
		}
		odds := assumed[i] / (1 - assumed[i]) * math.Exp(s.off+u+s.quirk[i])
		for range int(n * share / sum) {
			count.Add(cellRow(i, sent), s.rng.Float64() < odds/(1+odds), 0)
		}
	}
	return Campaign{Name: name, Sent: sent, Sorts: count.Sorts()}
}

// nexts are as many lists as a sender may come to send next: the luck of one is not to decide.
const nexts = 4

// after is how the forecasts of the next lists do, without and with what a file of n campaigns teaches. The
// file was written and read again in between.
func (s *sender) after(t *testing.T, n int, assumed *[cells]float64) (without, with result) {
	t.Helper()
	f := &File{}
	for i := range n {
		if err := f.Add(s.campaign("a", 8000, day(time.Month(i+1), 1), assumed), false); err != nil {
			t.Fatal(err)
		}
	}
	f, err := readFile(strings.NewReader(written(t, f)))
	if err != nil {
		t.Fatal(err)
	}
	learned, known, err := f.Params(day(7, 1))
	if err != nil || known != n {
		t.Fatalf("%d campaigns: %v", known, err)
	}
	for range nexts {
		next := s.campaign("next", 20_000, day(7, 1), assumed)
		without.add(t, &next, nil)
		with.add(t, &next, &learned)
	}
	return without, with
}

// result is how far forecasts were off on average, in percentage points, and how many came inside the 95% interval.
type result struct {
	off    float64
	inside int
}

func (r *result) add(t *testing.T, c *Campaign, p *risk.Params) {
	t.Helper()
	f, err := risk.Predict(c.unsent(), risk.Options{Params: p})
	if err != nil {
		t.Fatal(err)
	}
	sent, hard := c.Rows()
	rate, came := f.Rate.AsIs, float64(hard)/float64(sent)
	r.off += 100 * math.Abs(rate.Mean-came) / nexts
	if rate.CI95[0] <= came && came <= rate.CI95[1] {
		r.inside++
	}
}

// unsent is the list as it was before the send.
func (c *Campaign) unsent() *risk.Tally {
	t := risk.NewTally(c.Sent)
	for _, s := range c.Sorts {
		t.Add(s.row(c.Sent), s.Sent)
	}
	return t
}

// TestSimAFileOfCampaignsImprovesTheNextForecasts: with -worlds 100, six campaigns do so for at least 80% of
// senders, and the 95% interval keeps what it says.
func TestSimAFileOfCampaignsImprovesTheNextForecasts(t *testing.T) {
	t.Parallel()
	senders, least := 4, 0.5
	if *worlds >= 100 {
		senders, least = *worlds, 0.8
	}
	p := assumed(t, day(7, 1))
	for _, n := range []int{1, 3, 6} {
		better, without, with := 0, result{}, result{}
		for seed := range uint64(senders) {
			s := &sender{rng: rand.New(rand.NewPCG(seed, 26)), quirk: map[int]float64{}}
			s.off = s.rng.NormFloat64()
			before, after := s.after(t, n, &p)
			if after.off < before.off {
				better++
			}
			without.off, with.off = without.off+before.off/float64(senders), with.off+after.off/float64(senders)
			with.inside += after.inside
		}
		covered := float64(with.inside) / float64(nexts*senders)
		t.Logf("%d campaigns improve the forecasts of %d senders of %d: from %.2f to %.2f percentage points off; "+
			"the 95%% interval covers %.3f", n, better, senders, without.off, with.off, covered)
		if n == 6 && float64(better) < least*float64(senders) {
			t.Errorf("they improve %d of %d, want %.0f%%", better, senders, 100*least)
		}
		if covered < 0.9 {
			t.Errorf("after %d campaigns the 95%% interval covers %.3f", n, covered)
		}
	}
}
