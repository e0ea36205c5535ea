package risk

import (
	"slices"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate/segments"
)

// chanceOf is the distribution of a list of a thousand rows that has more bounces than a line of 2% allows
// with a chance of p, and then this many.
func chanceOf(p float64, bounces int) distribution {
	d := make(counted, 1001)
	for i := range d {
		if d[i] = 1; i < bounces {
			d[i] = 1 - p
		}
	}
	return d
}

// listOf is a list of a thousand rows, half of which are cleaned out to a core, with the evidence of a claim.
func listOf(t *testing.T, claim Claim, h History, asIs, cleaned, core distribution) *work {
	t.Helper()
	tally := NewTally(sendDay)
	tally.Add(Row{Provider: segments.Gmail, Source: segments.Form, Date: sendDay.AddDate(-1, 0, 0)}, 1000)
	o := Options{Profile: Profile{Name: "test", Target: 0.02}, Claim: claim, History: h}
	if err := o.complete(); err != nil {
		t.Fatal(err)
	}
	w := newWork(tally, &o)
	w.sel[AsIs] = everything(tally, w.fit.segs)
	w.sel[Cleaned], w.sel[Core] = w.sel[AsIs], w.sel[AsIs]
	w.dist = [numScenes]distribution{AsIs: asIs, Cleaned: cleaned, Core: core}
	return w
}

// advice is the code of the first rule that holds.
func (w *work) advice() Code {
	return rules[slices.IndexFunc(rules, func(r rule) bool { return r.holds(w) })].code
}

// TestAdviceKeepsToItsChances at both sides of each.
func TestAdviceKeepsToItsChances(t *testing.T) {
	sent, never := Claim{LastSent: sendDay.AddDate(0, 0, -20)}, Claim{Never: true}
	bad := chanceOf(1, 21)
	for _, tt := range []struct {
		name          string
		claim         Claim
		asIs, cleaned distribution
		want          Code
	}{
		{"a list is sent at 5%", sent, chanceOf(0.049, 21), bad, Send},
		{"not beyond it", sent, chanceOf(0.051, 21), bad, FindOutFirst},
		{"a cleaned list is sent at 5%", sent, bad, chanceOf(0.049, 21), CleanFirst},
		{"not beyond it, either", sent, bad, chanceOf(0.051, 21), FindOutFirst},
		{"without evidence a sound list is not sent", Claim{}, chanceOf(0, 21), chanceOf(0, 21), FindOutFirst},
		{"a list is not sent at 90%", never, bad, chanceOf(0.901, 21), DoNotSend},
		{"below that the question is open", never, bad, chanceOf(0.899, 21), FindOutFirst},
		{"without evidence no list is forbidden", Claim{}, bad, bad, FindOutFirst},
	} {
		if got := listOf(t, tt.claim, History{}, tt.asIs, tt.cleaned, nil).advice(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestACoreKeepsThreeTenthsOfTheList(t *testing.T) {
	bad := chanceOf(1, 21)
	for kept, want := range map[float64]Code{300: SendCore, 299: FindOutFirst} {
		w := listOf(t, Claim{LastSent: sendDay.AddDate(0, 0, -20)}, History{}, bad, bad, chanceOf(0, 21))
		w.sel[Core] = selection{}
		w.sel[Core].settled[syntaxState] = kept
		if got := w.advice(); got != want {
			t.Errorf("a core of %v of 1000 rows: %s, want %s", kept, got, want)
		}
	}
}

// TestEarlierSendsThinAListToTwiceTheLineAtMost: forty bounces of a thousand are twice the line of 2%.
func TestEarlierSendsThinAListToTwiceTheLineAtMost(t *testing.T) {
	before := History{Sent: 1_000_000}
	for bounces, want := range map[int]Code{40: Send, 41: FindOutFirst} {
		d := chanceOf(1, bounces)
		w := listOf(t, Claim{LastSent: sendDay.Add(-20 * 24 * time.Hour)}, before, d, d, nil)
		if got := w.advice() == Send; got != (want == Send) {
			t.Errorf("%d bounces of 1000: %s", bounces, w.advice())
		}
	}
}

// TestAskingEndsAtAChanceOfOneInAHundred of being wrong.
func TestAskingEndsAtAChanceOfOneInAHundred(t *testing.T) {
	for _, tt := range []struct {
		chance float64
		want   side
	}{{0.009, under}, {0.011, undecided}, {0.989, undecided}, {0.991, over}} {
		d := chanceOf(tt.chance, 21)
		if got := (&draw{work: listOf(t, Claim{}, History{}, d, d, nil)}).side(); got != tt.want {
			t.Errorf("at a chance of %v: side %d, want %d", tt.chance, got, tt.want)
		}
	}
}

func TestRoundsAreBounded(t *testing.T) {
	for rcpts, want := range map[int64]float64{0: 100, 400: 100, 1000: 250, 2000: 500, 100_000: 500} {
		if got := (&draw{rcpts: rcpts}).round(); got != want {
			t.Errorf("after %d RCPTs a round asks %v, want %v", rcpts, got, want)
		}
	}
	if minYield != 0.02 {
		t.Errorf("asking to clean ends below %v refusals an RCPT, want 0.02", minYield)
	}
}
