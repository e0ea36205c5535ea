package risk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// series is all lists of one knowing.
type series struct {
	know    *knowing
	worlds  []village
	results [][]judged // by world
}

// played holds what play has drawn: the same lists serve several tests.
var played = map[string]*series{}

// play draws the lists of all worlds to which the knowing applies: n of each, fewer of very long ones.
func play(k *knowing, n int) *series {
	key := fmt.Sprint(k.name, n)
	if s := played[key]; s != nil {
		return s
	}
	s := &series{know: k}
	played[key] = s
	for _, v := range villages() {
		if _, ok := k.claim(&v); !ok || (v.rows > 100_000 && (k.answers > 0 || n < 10)) {
			continue
		}
		lists := n
		if v.rows > 100_000 {
			lists = max(n/10, 2)
		}
		all := make([]judged, lists)
		each(lists, func(i int) { all[i] = v.once(k, *first+uint64(i)) })
		s.worlds, s.results = append(s.worlds, v), append(s.results, all)
	}
	return s
}

func (s *series) table() string {
	var out strings.Builder
	out.WriteString(kindsHead)
	for i := range s.worlds {
		out.WriteString(rowOf(s.worlds[i].name, s.know.name, s.results[i]))
	}
	return out.String()
}

// correlation is the rank correlation of forecasts and truths over all worlds.
func (s *series) correlation() float64 {
	var rates, means []float64
	for _, all := range s.results {
		for i := range all {
			rates, means = append(rates, all[i].rate), append(means, all[i].mean)
		}
	}
	return spearman(rates, means)
}

// share counts the lists of some worlds for which something holds, among those that count.
func (s *series) share(of func(*village) bool, counts, holds func(*judged) bool) wrongs {
	var out wrongs
	for w := range s.worlds {
		for i := range s.results[w] {
			if j := &s.results[w][i]; of(&s.worlds[w]) && counts(j) {
				out.count(holds(j))
			}
		}
	}
	return out
}

func anyWorld(*village) bool { return true }

// keptConsumers are the lists that are mailed monthly and long enough for a rate.
func keptConsumers(v *village) bool { return v.kept && v.rows >= 1000 }

func anyList(*judged) bool { return true }

func above(line int) func(*judged) bool { return func(j *judged) bool { return j.rate > lines[line] } }

func below(line int) func(*judged) bool {
	return func(j *judged) bool { return j.cleaned <= lines[line] }
}

func says(line int, codes ...Code) func(*judged) bool {
	return func(j *judged) bool { return slices.Contains(codes, j.code[line]) }
}

// overshoots are lists that were sent and came over the line.
func overshoots(line int) func(*judged) bool {
	return func(j *judged) bool {
		var c verdictCounts
		c.add(j, line)
		return c.wrongSend > 0
	}
}

// most and least fail the test if a share is larger or smaller than it may be, by more than chance where
// there are few lists.
func (s *series) most(t *testing.T, what string, got wrongs, most float64) {
	t.Helper()
	if got.wrong > byChance(max(got.lists, 1), most, 0.01) {
		t.Errorf("%s: %s: %s, want at most %.0f%%", s.know.name, what, got, 100*most)
	}
}

func (s *series) least(t *testing.T, what string, got wrongs, least float64) {
	t.Helper()
	s.most(t, "not "+what, wrongs{got.lists, got.lists - got.wrong}, 1-least)
}

// checks are what must hold of each knowing.
var checks = map[string]func(*testing.T, *series){
	"nothing": func(t *testing.T, s *series) {
		s.most(t, "sent", s.share(anyWorld, anyList, says(0, Send, CleanFirst, SendCore)), 0)
		s.most(t, "forbidden though below the line", s.share(anyWorld, below(0), says(0, DoNotSend)), 0.02)
		for i := range s.worlds {
			one := &series{s.know, s.worlds[i : i+1], s.results[i : i+1]}
			s.least(t, "covered in "+s.worlds[i].name, one.share(anyWorld, anyList,
				func(j *judged) bool { return j.covered }), 0.90)
		}
		if c := s.correlation(); c < 0.45 {
			t.Errorf("rank correlation %.2f, want 0.45", c)
		}
	},
	"last send per contact": evident,
	"--last-sent":           evident,
	"--last-sent, DNS": func(t *testing.T, s *series) {
		mailed := func(v *village) bool { return v.mail >= 0 && v.rows >= 200 }
		for line := range lines {
			near := func(j *judged) bool { return j.rate <= lines[line]/2 }
			s.least(t, "sent far below the line", s.share(mailed, near, says(line, Send, CleanFirst, SendCore)), 0.8)
		}
	},
	"DNS": func(t *testing.T, s *series) {
		far := func(line int) func(*judged) bool { return func(j *judged) bool { return j.cleaned >= 3*lines[line] } }
		for line := range lines {
			s.least(t, "forbidden far above the line", s.share(anyWorld, far(line), says(line, DoNotSend)), 0.8)
			s.most(t, "forbidden below the line", s.share(anyWorld, below(line), says(line, DoNotSend)), 0.02)
		}
		s.most(t, "sent", s.share(anyWorld, anyList, says(0, Send, CleanFirst, SendCore)), 0)
	},
	"a false --last-sent, DNS": func(t *testing.T, s *series) {
		for line := range lines {
			s.most(t, "sent and over the line", s.share(anyWorld, above(line), overshoots(line)), 0.05)
		}
	},
	"300 answers": func(t *testing.T, s *series) {
		long := func(v *village) bool { return v.rows >= 1000 }
		for line := range lines {
			far := func(j *judged) bool { return j.rate >= 3*lines[line] }
			near := func(j *judged) bool { return j.rate <= lines[line]/2 }
			s.least(t, "forbidden far above the line", s.share(long, far, says(line, DoNotSend)), 0.8)
			s.least(t, "sent far below the line", s.share(long, near, says(line, Send, CleanFirst, SendCore)), 0.8)
		}
	},
}

func evident(t *testing.T, s *series) {
	s.least(t, "sent at 2%", s.share(keptConsumers, anyList, says(0, Send)), 0.80)
	s.least(t, "sent at 5%", s.share(keptConsumers, anyList, says(1, Send)), 0.95)
	s.least(t, "let through by --fail-over 2%", s.share(keptConsumers, anyList,
		func(j *judged) bool { return j.gate }), 0.90)
	for line := range lines {
		s.most(t, "sent and over the line", s.share(anyWorld, above(line), overshoots(line)), 0.03)
	}
	if c := s.correlation(); c < 0.75 {
		t.Errorf("%s: rank correlation %.2f, want 0.75", s.know.name, c)
	}
}

// TestSimKinds forecasts lists that are not drawn from the model, with and without evidence. With -worlds 20
// or more it holds all that is known against the targets; otherwise a few lists of some.
func TestSimKinds(t *testing.T) {
	if slowed && *worlds == 0 {
		t.Skip("make sim runs it without the race detector")
	}
	n, known := *worlds, knowings
	if n == 0 {
		n, known = 2, []knowing{knowings[0], knowings[3]}
	}
	for i := range known {
		s := play(&known[i], n)
		t.Logf("%s: %d lists a world, rank correlation %.2f\n%s", s.know.name, n, s.correlation(), s.table())
		if check := checks[s.know.name]; check != nil {
			check(t, s)
		}
	}
}
