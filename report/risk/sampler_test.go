package risk

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// mixedList is a tally with rows of every sort, all of which are offered to a sampler, and those that may be
// asked about.
func mixedList() (*Tally, []Stratum, map[int]bool) {
	t := NewTally(sendDay)
	var all []Stratum
	may := map[int]bool{}
	add := func(r Row, n int64, ask bool) {
		t.Add(r, n)
		may[len(all)] = ask
		all = append(all, Stratum{r, n})
	}
	for i, p := range []segments.Provider{segments.Gmail, segments.Outlook, segments.Workspace, segments.Microsoft365, segments.Corporate} {
		for age := range 5 {
			add(
				Row{Provider: p, Source: segments.Form, Date: sendDay.AddDate(0, -9*age, -1)},
				int64(100*(i+1)*(age+1)),
				true,
			)
		}
		add(Row{Provider: p, Source: segments.Event, Role: true, Date: sendDay.AddDate(-2, 0, 0)}, 30, true)
		add(
			Row{
				Provider:  p,
				Source:    segments.Form,
				Date:      sendDay.AddDate(0, -9, -1),
				Replied:   validate.Accepted,
				RepliedAt: sendDay,
			},
			7,
			false,
		)
	}
	add(
		Row{Provider: segments.Yahoo, Blind: true, Source: segments.Form, Date: sendDay.AddDate(-1, 0, 0)},
		900,
		false,
	)
	for s := syntaxState; s < numStates; s++ {
		add(Row{Settled: states[s].reason}, 50, false)
	}
	return t, all, may
}

func next(t *testing.T, s *Sampler, tally *Tally, open []Stratum, rcpts int64) Round {
	t.Helper()
	r, err := s.Next(tally, open, rcpts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sum(all []int64) (n int64) {
	for _, x := range all {
		n += x
	}
	return n
}

func TestSamplerAsksNobodyWhomItNeedNotAsk(t *testing.T) {
	tally, open, may := mixedList()
	for _, g := range []Goal{{Precision: 0.001}, {Clean: true}, {Precision: 0.001, Budget: 40}} {
		for _, rcpts := range []int64{0, 30} {
			r := next(t, &Sampler{Goal: g}, tally, open, rcpts)
			for i, n := range r.Ask {
				if n < 0 || n > open[i].Rows || (n > 0 && !may[i]) {
					t.Errorf("%+v: asks about %d of %d rows: %+v", g, n, open[i].Rows, open[i].Row)
				}
			}
			if most := g.Budget - rcpts; g.Budget > 0 && sum(r.Ask) != most {
				t.Errorf("%+v: asks %d, want the %d that are left", g, sum(r.Ask), most)
			}
		}
	}
}

func TestPilotAsksEverySegmentInProportion(t *testing.T) {
	tally, open, may := mixedList()
	r := next(t, &Sampler{}, tally, open, 0)
	if n := sum(r.Ask); n != firstLook-35 || r.PerDomain != 2 {
		t.Errorf("asks %d, of %d of a domain, want %d beside the 35 that were asked, of 2", n, r.PerDomain,
			firstLook-35)
	}
	rows := 0.0
	for i, s := range open {
		if may[i] {
			rows += float64(s.Rows)
		}
	}
	for i, s := range open {
		want := float64(s.Rows) / rows * firstLook
		if s.Row.Date.Equal(sendDay.AddDate(0, -9, -1)) {
			want -= 7 // were asked before
		}
		if may[i] && !s.Row.Role && math.Abs(float64(r.Ask[i])-max(want, 1)) > 3 {
			t.Errorf("asks %d of %d rows, in proportion %.1f", r.Ask[i], s.Rows, want)
		}
	}
}

func TestSamplerIsDeterministic(t *testing.T) {
	play := func() (rounds [][]int64) {
		a := newAsking(right(), 3, 20_000)
		s := &Sampler{Goal: Goal{Precision: 0.03, Budget: 1500}}
		for {
			tally, open := a.tally()
			r := next(t, s, tally, open, a.rcpts)
			if r.Stop != "" {
				return rounds
			}
			rounds = append(rounds, r.Ask)
			a.askRound(r)
		}
	}
	first := play()
	if len(first) < 3 {
		t.Fatalf("%d rounds", len(first))
	}
	if diff := cmp.Diff(first, play()); diff != "" {
		t.Errorf("another time:\n%s", diff)
	}
}

// TestSamplerGoesOnWhereItWasBrokenOff has a new sampler choose the rounds from the second on.
func TestSamplerGoesOnWhereItWasBrokenOff(t *testing.T) {
	a := newAsking(right(), 5, 20_000)
	g := Goal{Precision: 0.02}
	old := &Sampler{Goal: g}
	tally, open := a.tally()
	a.askRound(next(t, old, tally, open, 0))
	tally, open = a.tally()
	if diff := cmp.Diff(next(t, old, tally, open, a.rcpts).Ask, next(t, &Sampler{Goal: g}, tally, open,
		a.rcpts).Ask); diff != "" {
		t.Errorf("a new sampler chooses otherwise:\n%s", diff)
	}
}

// TestSamplerStopsWhereItIsUnwelcome: three replies about us at an operator's family end asking there, at two
// families everywhere; where many operators are one family, it takes a tenth of the answers.
func TestSamplerStopsWhereItIsUnwelcome(t *testing.T) {
	refusing := func(p segments.Provider, policy, live int64) func(*Tally) {
		return func(t *Tally) {
			row := Row{Provider: p, Source: segments.Form, Date: sendDay.AddDate(-1, 0, 0)}
			row.Replied, row.RepliedAt = validate.SenderBlocked, sendDay
			t.Add(row, policy)
			row.Replied, row.RepliedAt = validate.Accepted, sendDay
			t.Add(row, live)
		}
	}
	for _, c := range []struct {
		name   string
		told   []func(*Tally)
		stop   Stop
		barred map[segments.Provider]bool
	}{
		{"nobody refuses us", nil, "", nil},
		{"two replies are too few", []func(*Tally){refusing(segments.Gmail, 2, 0)}, "", nil},
		{"three end asking there", []func(*Tally){refusing(segments.Gmail, 3, 200)}, "", map[segments.Provider]bool{segments.Gmail: true}},
		{"three of many companies say little", []func(*Tally){refusing(segments.Corporate, 3, 80)}, "", nil},
		{"three of few companies say much", []func(*Tally){refusing(segments.Corporate, 3, 20)}, "",
			map[segments.Provider]bool{segments.Corporate: true}},
		{"two families end it all", []func(*Tally){refusing(segments.Gmail, 3, 0), refusing(segments.Microsoft365, 3, 0)}, ByReputation,
			nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			tally, open, _ := mixedList()
			for _, tell := range c.told {
				tell(tally)
			}
			r := next(t, &Sampler{Goal: Goal{Precision: 0.001}}, tally, open, 10)
			if r.Stop != c.stop {
				t.Fatalf("stops for %q, want %q", r.Stop, c.stop)
			}
			for i, n := range r.Ask {
				if p := open[i].Row.Provider; n > 0 && c.barred[p] {
					t.Errorf("asks %d at %s", n, p)
				}
			}
		})
	}
}

// TestCleaningAsksTheLikeliestFirst compares what cleaning finds with what as many questions in proportion would.
func TestCleaningAsksTheLikeliestFirst(t *testing.T) {
	found := map[bool]int64{}
	for _, clean := range []bool{true, false} {
		for seed := range uint64(3) {
			a := newAsking(right(), seed, 20_000)
			s := &Sampler{Options: Options{Profile: Profile{Name: "t", Target: 0.001}}, Goal: Goal{Clean: clean,
				Budget: 1_500, MinYield: 1e-9}}
			if !clean {
				s.Goal.Precision = 1e-9
			}
			a.run(s)
			for _, r := range a.replies {
				found[clean] += r[deadReply]
			}
		}
	}
	t.Logf("cleaning finds %d, sampling %d", found[true], found[false])
	if found[true]*2 < found[false]*3 {
		t.Errorf("cleaning finds %d dead, sampling as many questions %d", found[true], found[false])
	}
}

// TestSimPrecision asks for half-widths: the interval must cover what it says, though it was looked at after
// every round.
func TestSimPrecision(t *testing.T) {
	n := max(*worlds, fewWorlds/2)
	for _, half := range []float64{0.02, 0.01} {
		if *worlds == 0 && half < 0.02 {
			continue
		}
		clear := right()
		clear.hidden = false
		covered, reached := 0.0, 0
		var rcpts []int64
		for seed := range uint64(n) {
			a := newAsking(clear, seed+1, simRows)
			s := &Sampler{Goal: Goal{Precision: half}}
			stop := a.run(s)
			last := s.Curve[len(s.Curve)-1]
			asIs, _ := a.rates()
			covered += float64(bool2int(math.Abs(asIs-last.Mean) <= last.Half*1.05)) / float64(n)
			rcpts = append(rcpts, a.rcpts)
			if stop == byPrecision {
				reached++
				if last.Half > half {
					t.Errorf("stops at ±%.4f, wants ±%.4f", last.Half, half)
				}
			} else if stop != byFloor {
				t.Errorf("stops for %s", stop)
			}
		}
		t.Logf("±%.0f points: median %d RCPTs, %d of %d lists reach it before the floor, covered %.3f", 100*half,
			median(rcpts), reached, n, covered)
		if !within(covered, 0.95, 0.92, 1, float64(n)) {
			t.Errorf("±%.2f: covers %.3f", half, covered)
		}
	}
}

func median[T int64 | float64](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}
