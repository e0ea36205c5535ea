package risk

import (
	"slices"
	"testing"
)

// truePart is the rows of a list that look alike to a forecast, and how many of them bounce.
type truePart struct{ rows, dead float64 }

// leastPart is the number of rows from which what bounces of a part is a rate rather than luck.
const leastPart = 50

func countPart(parts map[kind]*truePart, t *Tally, r Row, dead bool) {
	k, _, _ := t.sort(r)
	k = k.bare()&^(1<<replyAt-1<<ageAt) | kind(ageOf(k.age()))<<ageAt
	if parts[k] == nil {
		parts[k] = &truePart{}
	}
	parts[k].rows++
	parts[k].dead += float64(bool2int(dead))
}

// bestPart reports whether the best parts, as only the truth knows them, hold so many rows under the line.
func bestPart(parts map[kind]*truePart, rows, line float64) bool {
	var all []truePart
	for _, p := range parts {
		if p.rows >= leastPart {
			all = append(all, *p)
		}
	}
	slices.SortFunc(all, func(a, b truePart) int { return cmpFloat(a.dead/a.rows, b.dead/b.rows) })
	var sum truePart
	for _, p := range all {
		if sum.rows >= rows {
			break
		}
		sum.rows, sum.dead = sum.rows+p.rows, sum.dead+p.dead
	}
	return sum.rows >= rows && sum.dead <= line*sum.rows
}

// permitting are the knowings with evidence that permits to send.
func permitting() (out []*knowing) {
	for i := range knowings {
		if k := &knowings[i]; k.sends || k.answers > 0 || k.name == "--last-sent" || k.name == "--last-sent, DNS" {
			out = append(out, k)
		}
	}
	return out
}

// TestSimCore scores every core that is advised over the mix of worlds, and counts the lists that come over
// the line as a whole but have a part that does not. A chosen core is the best of many, so its rate must hold
// after the choice.
func TestSimCore(t *testing.T) {
	if *worlds == 0 {
		t.Skip("make sim runs it")
	}
	var over, found wrongs
	for _, k := range permitting() {
		s := play(k, *worlds)
		for line := range lines {
			advised, exists := s.cores(line)
			t.Logf("%s, line %v: cores over the line %s; advised where one exists %s", k.name, lines[line], advised,
				exists)
			over, found = over.plus(advised), found.plus(exists)
			if k.answers > 0 {
				s.least(t, "core found", exists, 0.5)
				s.most(t, "core over the line", advised, 0.05)
			}
			for w := range s.worlds {
				one := &series{s.know, s.worlds[w : w+1], s.results[w : w+1]}
				if a, e := one.cores(line); a.lists+e.lists > 0 {
					t.Logf("    %s: over %s, found %s", s.worlds[w].name, a, e)
				}
			}
		}
	}
	all := &series{know: &knowing{name: "all evidence"}}
	all.most(t, "core over the line", over, 0.05)
	all.least(t, "core found", found, 0.5)
}

// cores counts the cores that were advised and came over the line, and those that were advised where there is one.
func (s *series) cores(line int) (over, found wrongs) {
	missed := func(j *judged) bool { return j.coreRate[line] > lines[line] }
	there := func(j *judged) bool { return j.cleaned > lines[line] && j.coreExists[line] }
	return s.share(anyWorld, says(line, SendCore), missed), s.share(anyWorld, there, says(line, SendCore))
}
