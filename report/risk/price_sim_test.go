package risk

import "testing"

// price is what the steps of a list promise to save, and what they do save.
type price struct {
	promised, came float64
	ranges         wrongs // that miss what came
}

// pricesOf looks up, for each step, how many of the rows that it takes out bounce.
func pricesOf(f *Forecast, t *Tally, view *viewed, list []person) (out price) {
	o, err := f.Options()
	if err != nil {
		panic(err)
	}
	w := newWork(t, complete(o))
	places := map[kind]int{}
	for i, s := range w.fit.segs {
		for _, m := range s.members {
			places[m.kind] = i
		}
	}
	steps, came := w.steps(), map[Category]float64{}
	for i := range list {
		if p := &list[i]; p.dead {
			r := rowKind{state: soundState}
			if view.dns && p.gone {
				r.state = deadState
			} else {
				r.kind, _, _ = t.sort(view.row(p))
				r.segment = places[r.kind]
			}
			for _, c := range steps {
				if c.fits(&r) {
					came[c.name]++
					break
				}
			}
		}
	}
	for i := range f.Categories {
		c := &f.Categories[i]
		if !c.Vague() {
			out.promised, out.came = out.promised+c.Saved, out.came+came[c.Name]
		}
		out.ranges.count(came[c.Name] < c.CI90[0] || came[c.Name] > c.CI90[1])
	}
	return out
}

// TestSimPrices holds what steps promise to save against what they save. The numbers that are shown add up, to a factor
// of 1.5, over the lists of each kind of knowledge, and the ranges hold what came in nine of ten.
func TestSimPrices(t *testing.T) {
	if *worlds == 0 {
		t.Skip("make sim runs it")
	}
	nothing := play(&knowings[0], *worlds)
	var all wrongs
	for i := range nothing.worlds {
		p := pricesIn(nothing.results[i])
		t.Logf("nothing known, %s: promised %.0f, came %.0f, ranges miss %s", nothing.worlds[i].name, p.promised,
			p.came, p.ranges)
		all.add(p.ranges)
	}
	nothing.most(t, "steps outside their range", all, 0.1)
	for _, k := range permitting() {
		s, sum := play(k, *worlds), price{}
		for i := range s.worlds {
			p := pricesIn(s.results[i])
			t.Logf("%s, %s: promised %.0f, came %.0f, ranges miss %s", k.name, s.worlds[i].name, p.promised, p.came,
				p.ranges)
			sum = sum.plus(p)
		}
		t.Logf("%s, all: promised %.0f, came %.0f, ranges miss %s", k.name, sum.promised, sum.came, sum.ranges)
		if sum.promised > 1.5*sum.came || sum.came > 1.5*sum.promised {
			t.Errorf("%s: steps promise to save %.0f bounces, and save %.0f", k.name, sum.promised, sum.came)
		}
		s.most(t, "steps outside their range", sum.ranges, 0.1)
	}
}

func (p price) plus(o price) price {
	return price{p.promised + o.promised, p.came + o.came, p.ranges.plus(o.ranges)}
}

func pricesIn(all []judged) (sum price) {
	for i := range all {
		sum = sum.plus(all[i].gives)
	}
	return sum
}
