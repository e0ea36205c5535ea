package risk

import (
	"fmt"
	"strings"
	"testing"
)

// bottom is what a forecast says may be left however many are asked, and what is left.
type bottom struct{ told, before, left float64 } // half the width of the 95 % interval, in percentage points

// reach asks until the sampler says that more would not help, then everybody else.
func (a *asking) reach() bottom {
	o := Options{Profile: Profile{Name: "t", Target: 0.05}}
	a.run(&Sampler{Options: o, Goal: Goal{Precision: 1e-9}})
	told, before := a.uncertainty(o)
	_, open := a.tally()
	var rest Round
	for _, s := range open {
		rest.Ask = append(rest.Ask, s.Rows)
	}
	a.askRound(rest)
	_, left := a.uncertainty(o)
	return bottom{told, before, left}
}

// uncertainty is the floor that a forecast tells now, and half the width of its 95 % interval.
func (a *asking) uncertainty(o Options) (floor, half float64) {
	t, _ := a.tally()
	f, err := Predict(t, o)
	if err != nil {
		panic(err)
	}
	return f.Uncertainty.Floor, 50 * (f.Rate.AsIs.CI95[1] - f.Rate.AsIs.CI95[0])
}

// TestSimFloor: in at least 95 % of lists no more is left than was told. With -worlds 500 it prints a table.
func TestSimFloor(t *testing.T) {
	if slowed && *worlds == 0 {
		t.Skip("make sim runs it without the race detector")
	}
	n, all := *worlds, []world{right()}
	if n == 0 {
		n = fewWorlds / 2
	} else {
		all = append(all, misspecified()[1], misspecified()[2], misspecified()[4])
	}
	var out strings.Builder
	out.WriteString("| world | half-width, when more would not help | once all are asked | told to be left at most " +
		"| no more is left |\n|---|---|---|---|---|\n")
	for _, w := range all {
		told, before, left, held := make([]float64, n), make([]float64, n), make([]float64, n), make([]bool, n)
		each(n, func(i int) {
			b := newAsking(w, *first+uint64(i), simRows).reach()
			told[i], before[i], left[i], held[i] = b.told, b.before, b.left, b.left <= b.told
		})
		share := 0.0
		for _, h := range held {
			share += float64(bool2int(h)) / float64(n)
		}
		fmt.Fprintf(&out, "| %s | %.2f pp | %.2f pp | %.2f pp | %.3f |\n", w.name, median(before), median(left),
			median(told), share)
		if !within(share, 0.95, 0.95, 1, float64(n)) {
			t.Errorf("%s: no more is left than was told in %.3f of the lists, want 0.95", w.name, share)
		}
		if median(told) > 1.5*median(left) {
			t.Errorf("%s: ±%.2f points are told to be left, and ±%.2f are: that says nothing", w.name, median(told),
				median(left))
		}
	}
	t.Logf("%d lists of %d rows for each line\n%s", n, simRows, out.String())
}
