package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/prebounce/prebounce/report/risk"
)

// scene is a list that could be sent, with what is forecast of it.
type scene struct {
	name   string
	scene  risk.Scene
	rate   risk.Rate
	exceed float64
}

// scenes are the lists that could be sent: as is, cleaned where that takes anything out, and the core if that is the advice.
func (t *teller) scenes() []scene {
	f := t.Risk
	if f.Rate.AsIs.Rows == 0 {
		return nil
	}
	out := []scene{{"as is", risk.AsIs, f.Rate.AsIs, f.Threshold.Exceed.AsIs}}
	if r := f.Rate.Cleaned; r.Rows > 0 && r.Rows < f.Rate.AsIs.Rows {
		out = append(out, scene{"cleaned", risk.Cleaned, r, f.Threshold.Exceed.Cleaned})
	}
	if r, p := f.Rate.Core, f.Threshold.Exceed.Core; f.Verdict.Code == risk.SendCore && r != nil && p != nil {
		out = append(out, scene{"core", risk.Core, *r, *p})
	}
	return out
}

// service is what people call the sending service.
func (t *teller) service() string {
	return cmp.Or(t.Risk.Threshold.Service.Title, t.Risk.Threshold.Profile)
}

// simulated says what the intervals are worth.
const simulated = "The intervals are calibrated on simulated lists."

// rates compares the lists that could be sent with the service's lines.
func (t *teller) rates() section {
	s := section{ID: "rates", Title: "Will it cross the line?"}
	line := t.Risk.Threshold
	g := grid{Head: []string{"list", "rows", "expected bounces", "rate", "95%", "over " + risk.Percent(line.Target)}, Right: []int{1, 2, 3, 4, 5}}
	for _, c := range t.scenes() {
		g.row(c.name, number(c.rate.Rows), amount(c.rate.Mean*float64(c.rate.Rows)), risk.Percent(c.rate.Mean), between(c.rate.CI95), risk.Chance(c.exceed))
	}
	s.add(g)
	if len(s.Tables) == 0 {
		return s
	}
	s.Chart = t.strip()
	s.Note = "Each curve has a height of its own. Under it: the mean, the middle half and the 95% interval. " + simulated
	s.add(t.lines())
	s.Says = append(t.lessons(), t.history()...)
	return s
}

// history says what was sent before, which the service judges together with this.
func (t *teller) history() []string {
	h := t.Risk.Threshold.History
	if h.Sent == 0 {
		return nil
	}
	return []string{number(h.Sent) + " sent before, of which " + number(h.Hard) + " bounced, are judged together with this send: the line is drawn where this send alone may reach."}
}

// lines are where the service acts, and how we know.
func (t *teller) lines() grid {
	p := t.Risk.Threshold.Service
	g := grid{Title: "lines of " + t.service(), Head: []string{"line", "rate", "as is", "cleaned"}, Right: []int{1, 2, 3}}
	for _, l := range t.marks() {
		g.row(l.name, risk.Percent(l.rate), risk.Chance(l.exceed.AsIs), risk.Chance(l.exceed.Cleaned))
	}
	if p.Source != "" {
		g.Note = string(p.Kind) + ": " + p.Source
		if p.Date != "" {
			g.Note += ", read " + p.Date
		}
	}
	return g
}

// mark is a line of the service.
type mark struct {
	name   string
	short  string // where the name is too long
	rate   float64
	exceed risk.Exceed
}

// marks are the service's lines, each once: the one that the verdict is about first.
func (t *teller) marks() []mark {
	th := t.Risk.Threshold
	out := []mark{{t.service() + " " + th.Service.Does, t.service(), th.Target, th.Exceed}}
	for _, l := range []struct {
		name string
		line *risk.Line
	}{{"warns", th.Warn}, {"acts", th.Act}} {
		if l.line != nil && l.line.Rate != th.Target {
			out = append(out, mark{l.name, l.name, l.line.Rate, l.line.Exceed})
		}
	}
	return out
}

// steps prices each step of cleaning.
func (t *teller) steps() section {
	s := section{ID: "steps", Title: "What cleaning buys"}
	f := t.Risk
	done := grid{Head: []string{"cleaning takes out", "rows", "bounces saved", "90%", "good contacts lost", "rate, points"}, Right: []int{1, 2, 3, 4, 5}}
	more := grid{Title: "what else could go", Head: slices.Clone(done.Head), Right: done.Right}
	more.Head[0] = "taking out"
	first, then := t.categories()
	done.effects(first)
	more.effects(then)
	s.add(done)
	s.add(more)
	if f.Expected.AsIs <= 0 || f.Rate.AsIs.Rows == 0 {
		return s
	}
	s.Chart = t.waterfall()
	s.Note = "Solid: cleaning takes these out. Outlined: they stay; this is what taking them out too would save, and cost."
	if len(s.Tables) == 0 {
		g := grid{Head: []string{"list", "expected bounces"}, Right: []int{1}}
		g.row("as is", amount(f.Expected.AsIs))
		s.add(g)
	}
	s.Says = t.dearest()
	return s
}

// effects has a row for each step.
func (g *grid) effects(steps []risk.CategoryEffect) {
	for _, c := range steps {
		g.row(sayCategory(c.Name), number(c.Rows), amount(c.Saved), amounts(c.CI90), amount(c.GoodLost), fmt.Sprintf("%+.2f", c.RateChange))
	}
}

// categories are the steps that take anything out: those of cleaning, and those beyond.
func (t *teller) categories() (cleaned, more []risk.CategoryEffect) {
	for _, c := range t.Risk.Categories {
		switch {
		case c.Rows == 0:
		case c.Cleaned:
			cleaned = append(cleaned, c)
		default:
			more = append(more, c)
		}
	}
	return cleaned, more
}

// dear is how many good contacts a saved bounce may cost before the report says so.
const dear = 4

// dearest tells the price of the habit that costs most good contacts for each bounce it saves.
func (t *teller) dearest() []string {
	var worst *risk.CategoryEffect
	for i := range t.Risk.Categories {
		c := &t.Risk.Categories[i]
		if !c.Name.Segment() && c.Name != risk.CategoryAside && c.GoodLost > dear*c.Saved && (worst == nil || c.GoodLost*worst.Saved > worst.GoodLost*c.Saved) {
			worst = c
		}
	}
	if worst == nil {
		return nil
	}
	return []string{"The dearest step is " + sayCategory(worst.Name) + ": taking out all " + number(worst.Rows) + " saves " + amount(worst.Saved) +
		" bounces and loses " + amount(worst.GoodLost) + " good contacts."}
}

// topSegments is how many segments are drawn; the table has more.
const topSegments, tableSegments = 7, 30

// segments are those with most bounces to expect.
func (t *teller) segments() section {
	s := section{ID: "segments", Title: "Where the bounces would come from"}
	g := grid{Head: []string{"segment", "rows", "bounces", "90%", "rate if not asked", "90%", "asked", "rests on"}, Right: []int{1, 2, 3, 4, 5, 6}}
	all := t.ranked()
	for _, e := range all[:min(len(all), tableSegments)] {
		g.row(segmentName(&e), number(e.Rows), amount(e.Bounces), amounts(e.BouncesCI90), risk.Percent(e.Theta), between(e.CI90), orDash(e.Probed), say(string(e.Basis)))
	}
	s.add(g)
	if len(all) == 0 {
		return s
	}
	s.Chart = t.segmentsChart(all[:min(len(all), topSegments)])
	s.Note = "Hatched: no mailbox there was asked. Thin line: 90% interval."
	if n := len(all); n > tableSegments {
		s.Note += " The table has the first " + strconv.Itoa(tableSegments) + " of " + number(int64(n)) + " segments."
	}
	return s
}

// ranked are the segments, most bounces first.
func (t *teller) ranked() []risk.SegmentEstimate {
	all := slices.Clone(t.Risk.Segments)
	slices.SortStableFunc(all, func(a, b risk.SegmentEstimate) int { return cmp.Compare(b.Bounces, a.Bounces) })
	return all
}

func segmentName(e *risk.SegmentEstimate) string { return saySegment(e.Provider, e.Source, e.Age) }

// evidence says where the number comes from and how good it can get.
func (t *teller) evidence() section {
	s := section{ID: "evidence", Title: "Where the number comes from"}
	f := t.Risk
	if f.Expected.AsIs <= 0 {
		return s
	}
	g := grid{Head: []string{"of the expected bounces", "share", "rests on"}, Right: []int{1}}
	for _, p := range evidenceParts(f) {
		g.row(p.name, share(p.share), p.what)
	}
	s.add(g)
	u := f.Uncertainty
	doubt := grid{Title: "how far off it may be", Head: []string{"because", "points"}, Right: []int{1}}
	doubt.row("not every mailbox was asked, and lists differ", points(u.Sampling))
	doubt.row("the probe errs, and some chances are assumed", points(u.Systematic))
	doubt.row("some mail hosts can't be asked", points(u.Blind))
	s.add(doubt)
	s.Chart = stacked("What the expected bounces rest on", evidenceParts(f))
	s.Says = []string{"However many mailboxes are asked, the rate may stay open by ±" + points(u.Floor) + " percentage points (95%).",
		"What is counted is hard bounces. Refusals for policy, content or the sender's reputation are not: they depend on the sender."}
	return s
}

func evidenceParts(f *risk.Forecast) []part {
	return []part{
		{"observed", "seen in this list", "solid", f.Evidence.Observed},
		{"learned", "your own earlier sends", "half", f.Evidence.Learned},
		{"assumed", "taken on trust", "hatched", f.Evidence.Assumed},
	}
}

// share writes a share of a whole; only all and nothing are 100% and 0%.
func share(x float64) string {
	switch {
	case x > 0 && x < 0.005:
		return "<1%"
	case x > 0.995 && x < 1:
		return ">99%"
	}
	return strconv.FormatFloat(100*x, 'f', 0, 64) + "%"
}

// core names what to send and what to hold.
func (t *teller) core() section {
	s := section{ID: "core", Title: "Core and hold"}
	f := t.Risk
	if f.Verdict.Code != risk.SendCore || f.Rate.Core == nil {
		return s
	}
	held := f.Rate.Cleaned.Rows - f.Rate.Core.Rows
	s.Says = []string{number(f.Rate.Core.Rows) + " rows stay under the line: the core. The other " + number(held) + " are better held back.",
		"A run of clean for this service leaves them as " + output(&t.Layout, "core") + " and " + output(&t.Layout, "held") + "."}
	g := grid{Title: "held back", Head: []string{"segment", "rows", "rate if not asked", "90%"}, Right: []int{1, 2, 3}}
	for _, e := range t.ranked() {
		if e.Held {
			g.row(segmentName(&e), number(e.Rows), risk.Percent(e.Theta), between(e.CI90))
		}
	}
	s.add(g)
	return s
}

// assumptions are the numbers taken on trust, the weightiest first.
func (t *teller) assumptions() section {
	s := section{ID: "assumptions", Title: "What it assumes"}
	g := grid{Head: []string{"number", "moves the rate, points", "value", "may be off by", "how we know", "leans on"}, Right: []int{1, 2, 3}}
	for _, a := range t.Risk.Assumptions {
		g.row(a.Name, fmt.Sprintf("%+.2f", a.Effect), figure(a.Value), "±"+figure(a.SD), string(a.Kind), a.Source)
	}
	s.add(g)
	if len(g.Rows) > 0 {
		s.Says = []string{"Each of these numbers was taken on trust. Beside it stands what the rate of the list as it is would do if the number were off by as much as it may well be."}
	}
	return s
}

func figure(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }
