package risk

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// mailer is a sender whose campaigns are known.
type mailer struct {
	name  string
	next  func(g *people, campaign int) []person // the list of a campaign, 0 the first
	rows  int
	plain bool // its lists are alike
}

// mailers are senders that are not drawn from the model.
func mailers() []mailer {
	stable := func(g *people, n int) []person {
		var list []person
		last := 25 + g.rng.IntN(10)
		for range n {
			list = append(list, g.kept(segments.Form, g.years(2, 7), last))
		}
		return list
	}
	return []mailer{
		{"stable, consumers", func(g *people, _ int) []person { return stable(g, 4000) }, 4000, true},
		{"never cleansed", func(g *people, _ int) []person {
			var list []person
			for range 4000 {
				list = append(list, g.raw(segments.Event, 30+g.years(3, 12)))
			}
			return list
		}, 4000, true},
		{"composition varies: now readers, now old contacts of a CRM", func(g *people, campaign int) []person {
			list := stable(g, 4000)
			share := []float64{0.02, 0.4, 0.05, 0.6, 0.1, 0.3, 0.5, 0}[campaign%8] * (0.5 + g.rng.Float64())
			for i := range list {
				if g.rng.Float64() < share {
					list[i] = g.raw(segments.Event, 30+g.years(3, 12))
				}
			}
			return list
		}, 4000, false},
	}
}

// sent is a campaign as it was sent, and its rate.
func sent(list []person, day time.Time) (*Tally, float64) {
	v, t, hard := viewed{dates: true}, NewTally(day), 0
	shift := day.Sub(sendDay)
	for i := range list {
		r := v.row(&list[i])
		r.Blind = false
		r.Date = r.Date.Add(shift)
		r.Replied, r.RepliedAt = validate.Accepted, day
		if list[i].dead {
			r.Replied = validate.MailboxUnknown
			hard++
		}
		t.Add(r, 1)
	}
	return t, float64(hard) / float64(len(list))
}

// TestSimSenders: what campaigns teach. With -worlds 100 it holds senders against the targets.
func TestSimSenders(t *testing.T) {
	if slowed && *worlds == 0 {
		t.Skip("make sim runs it without the race detector")
	}
	n := *worlds
	if n == 0 {
		n = 4
	}
	var out strings.Builder
	out.WriteString("| sender | campaigns | true rate | forecast | error | of the plain mean | 95% covers | sent " +
		"at 2% when below |\n|---|---|---|---|---|---|---|---|\n")
	for _, m := range mailers() {
		for _, known := range []int{1, 2, 6} {
			type result struct{ rate, mean, plain, inside, sent, below float64 }
			all := make([]result, n)
			each(n, func(i int) {
				g := &people{rng: rand.New(rand.NewPCG(uint64(i)+*first, 77)), domains: 600}
				g.draw(consumers, 0.012)
				var campaigns []*Tally
				r := &all[i]
				for c := range known {
					t, rate := sent(m.next(g, c), sendDay.AddDate(0, c-known, 0))
					campaigns = append(campaigns, t)
					r.plain += rate / float64(known)
				}
				p, err := defaultParams().learnFrom(sendDay, campaigns...)
				if err != nil {
					panic(err)
				}
				list := m.next(g, known)
				view := viewed{dates: true}
				f, err := Predict(view.tally(list), Options{Params: &p})
				if err != nil {
					panic(err)
				}
				_, r.rate = sent(list, sendDay)
				r.mean = f.Rate.AsIs.Mean
				r.inside = float64(bool2int(f.Rate.AsIs.CI95[0] <= r.rate && r.rate <= f.Rate.AsIs.CI95[1]))
				r.below = float64(bool2int(r.rate < 0.01))
				r.sent = r.below * float64(bool2int(f.Verdict.Code == Send))
			})
			var sum result
			e, plain := 0.0, 0.0
			for _, r := range all {
				sum.rate, sum.mean, sum.inside, sum.sent, sum.below = sum.rate+r.rate, sum.mean+r.mean,
					sum.inside+r.inside, sum.sent+r.sent, sum.below+r.below
				e, plain = e+math.Abs(r.mean-r.rate), plain+math.Abs(r.plain-r.rate)
			}
			k := float64(n)
			fmt.Fprintf(&out, "| %s | %d | %.2f%% | %.2f%% | %.2f pp | %.2f pp | %.2f | %.0f of %.0f |\n", m.name,
				known, 100*sum.rate/k, 100*sum.mean/k, 100*e/k, 100*plain/k, sum.inside/k, sum.sent, sum.below)
			if n >= 20 && sum.inside/k < 0.9-2.6*math.Sqrt(0.09/k) {
				t.Errorf("%s, %d campaigns: the interval covers %.2f", m.name, known, sum.inside/k)
			}
			if n >= 20 && m.plain && known == 2 && sum.sent < 0.8*sum.below {
				t.Errorf("%s: after two campaigns %.0f of %.0f are sent", m.name, sum.sent, sum.below)
			}
			if n >= 20 && known == 6 && m.plain && e > 1.5*plain {
				t.Errorf("%s: off by %.2f, the plain mean of past rates by %.2f", m.name, 100*e/k, 100*plain/k)
			}
			if n >= 20 && known == 6 && !m.plain && e > plain/3 {
				t.Errorf("%s: off by %.2f, the plain mean of past rates by %.2f", m.name, 100*e/k, 100*plain/k)
			}
		}
	}
	t.Logf("%d senders\n%s", n, out.String())
}

// TestSimSentSoFar: what was sent before moves the forecast, and does not vouch for contacts that may be others.
func TestSimSentSoFar(t *testing.T) {
	if slowed && *worlds == 0 {
		t.Skip("make sim runs it without the race detector")
	}
	n := max(*worlds, 3)
	before := History{Sent: 200_000, Hard: 600}
	for _, v := range villages() {
		if v.rows < 1000 || v.rows > 100_000 {
			continue
		}
		let, moved := make([]bool, n), make([]float64, n)
		each(n, func(i int) {
			g := &people{rng: rand.New(rand.NewPCG(*first+uint64(i), 20261130)), domains: max(v.rows/6, 20)}
			list := v.make(g, v.rows)
			tally := v.view.tally(list)
			f, err := Predict(tally, Options{History: before})
			if err != nil {
				panic(err)
			}
			alone, err := Predict(tally, Options{})
			if err != nil {
				panic(err)
			}
			dead := 0
			for j := range list {
				dead += bool2int(list[j].dead)
			}
			let[i] = float64(dead) > 0.05*float64(len(list)) && (f.Verdict.Code == Send || f.Verdict.Code == CleanFirst)
			moved[i] = f.Rate.AsIs.Mean / alone.Rate.AsIs.Mean
		})
		var got wrongs
		for _, wrong := range let {
			got.count(wrong)
		}
		if got.wrong > byChance(n, 0.05, 0.01) {
			t.Errorf("%s: sent and over the line: %s", v.name, got)
		}
		if v.kept && middle(moved) > 0.9 {
			t.Errorf("%s: 200,000 sent at 0.3%% leave the forecast at %.2f times what it was", v.name, middle(moved))
		}
		t.Logf("%s: %s, forecast moved to %.2f", v.name, got, middle(moved))
	}
}
