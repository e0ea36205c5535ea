package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/report/risk"
)

// scene is a list that could be sent, with what is forecast of it.
type scene struct {
	name   string
	scene  risk.Scene
	rate   risk.Rate
	exceed float64
}

// scenes are the lists that could be sent: as is, cleaned where that takes anything out, and the core if that
// is the advice.
func (t *teller) scenes() []scene {
	f := t.result.Risk
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
	return cmp.Or(t.result.Risk.Threshold.Service.Title, t.result.Risk.Threshold.Profile)
}

// simulated says what the intervals are worth.
const simulated = "The intervals are calibrated on simulated lists."

// rates compares the lists that could be sent with the service's lines.
func (t *teller) rates() section {
	line := t.result.Risk.Threshold
	s := section{ID: "rates", Title: "Will it cross the line?"}
	over := "over " + risk.Percent(line.Target)
	brief := grid{Head: []string{"list", "addresses", "would bounce", "likely range", over}, Right: []int{1, 2, 3, 4}}
	full := grid{Head: []string{"list", "addresses", "mean bounces", "mean", "median", "50%", "90%", "95%", over},
		Right: upTo(8)}
	for _, c := range t.scenes() {
		r, expected := &c.rate, amount(c.rate.Mean*float64(c.rate.Rows))
		brief.row(c.name, number(r.Rows), would(r), likely(r), risk.Chance(c.exceed))
		full.row(c.name, number(r.Rows), expected, risk.Percent(r.Mean), risk.Percent(r.Median),
			between(r.CI50), between(r.CI90), between(r.CI95), risk.Chance(c.exceed))
	}
	s.add(brief)
	if len(s.Tables) == 0 {
		return s
	}
	s.figures(full)
	s.figures(t.lines())
	s.Chart = t.strip()
	s.Note = "The higher the curve, the likelier the rate. Red: over the line. The bar below spans the likely " +
		"range (95%)."
	s.Says = slices.Concat(t.basis(), t.counting(), t.lessons(), t.history())
	return s
}

// upTo are the columns from the second to the last one.
func upTo(last int) (columns []int) {
	for i := range last {
		columns = append(columns, i+1)
	}
	return columns
}

// would is how many of a list would bounce: a rate beside the number where the list is long enough for one.
func would(r *risk.Rate) string {
	n := amount(r.Mean * float64(r.Rows))
	if r.Rows < fewRows {
		return n
	}
	return n + " (" + risk.Percent(r.Mean) + ")"
}

// likely is the 95% interval, as a count if the list is short.
func likely(r *risk.Rate) string {
	if r.Rows < fewRows {
		n := float64(r.Rows)
		return fmt.Sprintf("%.0f–%.0f", r.CI95[0]*n, r.CI95[1]*n)
	}
	return between(r.CI95)
}

// basis says what the expected bounces rest on.
func (t *teller) basis() []string {
	if t.result.Risk.Expected.AsIs <= 0 {
		return nil
	}
	var parts []string
	for _, p := range evidenceParts(t.result.Risk) {
		if p.share > 0 {
			parts = append(parts, share(p.share)+" "+p.what)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{"The expected bounces: " + strings.Join(parts, ", ") + "."}
}

// counting says what counts as a bounce.
func (t *teller) counting() []string {
	if t.result.Risk.Threshold.Service.Counts != "hard+soft" {
		return nil
	}
	return []string{t.service() + " counts hard and soft bounces together. This forecast holds hard bounces only: " +
		"allow for some more."}
}

// history says what was sent before, which the service judges together with this.
func (t *teller) history() []string {
	h := t.result.Risk.Threshold.History
	if h.Sent == 0 {
		return nil
	}
	return []string{"This send is judged together with the " + number(h.Sent) + " messages sent before, of which " +
		number(h.Hard) +
		" bounced. The red line shows how far this send alone may go."}
}

// lines are where the service acts, and how we know.
func (t *teller) lines() grid {
	p := t.result.Risk.Threshold.Service
	g := grid{Title: "limits of " + t.service(), Head: []string{"limit", "rate", "over it as is", "over it cleaned"},
		Right: []int{1, 2, 3}}
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
	short  string // in the chart
	rate   float64
	exceed risk.Exceed
}

// marks are the service's lines, each once: the one that the verdict is about first.
func (t *teller) marks() []mark {
	th := t.result.Risk.Threshold
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
	s := section{ID: "steps", Title: "What cleaning saves and costs"}
	f := t.result.Risk
	done, more := t.categories()
	for i, steps := range [][]risk.CategoryEffect{done, more} {
		removed := []string{"cleaning removes", "removing"}[i]
		brief := grid{Head: []string{removed, "rows", "bounces saved", "good contacts lost"}, Right: upTo(3)}
		full := grid{Head: []string{removed, "rows", "bounces saved", "90%", "good contacts lost", "rate, points"},
			Right: upTo(5)}
		if i > 0 {
			brief.Title, full.Title = "what you could remove as well", "what you could remove as well"
		}
		for _, c := range steps {
			name := sayCategory(c.Name)
			brief.row(name, number(c.Rows), saves(&c.Effect), loses(&c.Effect))
			full.row(name, number(c.Rows), amount(c.Saved), amounts(c.CI90), amount(c.GoodLost), signed(c.RateChange))
		}
		s.add(brief)
		s.figures(full)
	}
	if len(s.Tables) == 0 || f.Expected.AsIs <= 0 || f.Rate.AsIs.Rows == 0 {
		return s
	}
	s.Chart = t.waterfall()
	s.Note = "Solid: cleaning removes these. Outlined: they stay in the clean list."
	s.Says = t.dearest()
	return s
}

// signed writes a change in percentage points; only a true zero reads as zero.
func signed(pp float64) string {
	if pp != 0 && math.Abs(pp) < 0.005 {
		return map[bool]string{true: ">-0.01", false: "<+0.01"}[pp < 0]
	}
	return fmt.Sprintf("%+.2f", pp)
}

// categories are the steps that take anything out: those of cleaning, and those beyond.
func (t *teller) categories() (cleaned, more []risk.CategoryEffect) {
	for _, c := range t.result.Risk.Categories {
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
	for i := range t.result.Risk.Categories {
		c := &t.result.Risk.Categories[i]
		certain := !c.Vague() || float64(c.Rows) > 2*c.CI90[1] // it costs more than it saves, wherever in its range
		_, _, _, segment := c.Name.Segment()
		isDear := !segment && c.Name != risk.CategoryAside && c.GoodLost > dear*c.Saved
		if certain && isDear && (worst == nil || c.GoodLost*worst.Saved > worst.GoodLost*c.Saved) {
			worst = c
		}
	}
	if worst == nil {
		return nil
	}
	return []string{"The most expensive step: removing " + plural(worst.Rows, "row", "rows") + " (" +
		sayCategory(worst.Name) + ") saves " +
		saves(&worst.Effect) + " bounces and loses " + loses(&worst.Effect) + " good contacts."}
}

// topSegments is how many segments are drawn; the table has more.
const topSegments, tableSegments = 7, 30

// segments are those with most bounces to expect.
func (t *teller) segments() section {
	s := section{ID: "segments", Title: "Where the bounces would come from"}
	brief := grid{Head: []string{"contacts", "rows", "would bounce"}, Right: []int{1, 2}}
	full := grid{Head: []string{"contacts", "rows", "bounces", "90%", "rate if not asked", "90%", "asked",
		"rests on"}, Right: upTo(6)}
	all := t.ranked()
	for i, e := range all[:min(len(all), tableSegments)] {
		name := segmentName(&e)
		if i < topSegments {
			brief.row(name, number(e.Rows), amount(e.Bounces))
		}
		full.row(name, number(e.Rows), amount(e.Bounces), amounts(e.BouncesCI90), risk.Percent(e.Theta),
			between(e.CI90),
			orDash(e.Probed), say(string(e.Basis)))
	}
	if len(all) == 0 {
		return s
	}
	if n := len(all); n > tableSegments {
		full.Note = "The first " + strconv.Itoa(tableSegments) + " of " + number(int64(n)) + " segments."
	}
	s.add(brief)
	s.figures(full)
	s.Chart = t.segmentsChart(all[:min(len(all), topSegments)])
	s.Note = "Hatched: no mailbox there was asked. Thin line: the likely range (90%)."
	return s
}

// ranked are the segments, most bounces first.
func (t *teller) ranked() []risk.SegmentEstimate {
	all := slices.Clone(t.result.Risk.Segments)
	slices.SortStableFunc(all, func(a, b risk.SegmentEstimate) int { return cmp.Compare(b.Bounces, a.Bounces) })
	return all
}

func segmentName(e *risk.SegmentEstimate) string { return saySegment(e.Provider, e.Source, e.Age) }

// evidence says where the number comes from and how good it can get.
func (t *teller) evidence() section {
	s := section{ID: "evidence", Title: "How sure the forecast is"}
	f := t.result.Risk
	if f.Expected.AsIs <= 0 {
		return s
	}
	g := grid{Head: []string{"of the expected bounces", "share", "that is"}, Right: []int{1}}
	for _, p := range evidenceParts(f) {
		g.row(p.name, share(p.share), p.what)
	}
	s.add(g)
	u := f.Uncertainty
	doubt := grid{Title: "how far off the rate may be", Head: []string{"because", "points (1 SD)"}, Right: []int{1}}
	doubt.row("not every mailbox was asked, and lists differ", points(u.Sampling))
	doubt.row("mail servers' replies can be wrong, and some rates are assumed", points(u.Systematic))
	doubt.row("some mail servers can't be asked", points(u.Blind))
	s.add(doubt)
	s.Chart = stacked("What the expected bounces rest on", evidenceParts(f))
	s.Says = []string{
		"However many mailboxes are asked, the rate may stay uncertain by ±" + points(u.Floor) +
			" percentage points (95%).",
		"Only hard bounces are counted. Refusals for policy, content or reputation depend on the sender and are not.",
		simulated,
	}
	return s
}

func evidenceParts(f *risk.Forecast) []part {
	return []part{
		{"observed", "seen in this list", "solid", f.Evidence.Observed},
		{"learned", "learned from your earlier sends", "half", f.Evidence.Learned},
		{"assumed", "assumed", "hatched", f.Evidence.Assumed},
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
	f := t.result.Risk
	if f.Verdict.Code != risk.SendCore || f.Rate.Core == nil {
		return s
	}
	held := f.Rate.Cleaned.Rows - f.Rate.Core.Rows
	together := ""
	if f.Threshold.History.Sent > 0 {
		together = ", together with what was sent before,"
	}
	s.Says = []string{"The core is " + plural(f.Rate.Core.Rows, "row", "rows") + " that" + together + " stay under " +
		risk.Percent(f.Threshold.Target) +
		". Hold back the other " + number(held) + "."}
	brief := grid{Title: "held back", Head: []string{"contacts", "rows", "rate"}, Right: []int{1, 2}}
	g := grid{Title: "held back", Head: []string{"contacts", "rows", "rate if not asked", "90%"}, Right: []int{1, 2, 3}}
	for _, e := range t.ranked() {
		if e.Held {
			brief.row(segmentName(&e), number(e.Rows), risk.Percent(e.Theta))
			g.row(segmentName(&e), number(e.Rows), risk.Percent(e.Theta), between(e.CI90))
		}
	}
	s.add(brief)
	s.figures(g)
	return s
}

// assumptions are the parameters of the forecast that were assumed, those with most effect first.
func (t *teller) assumptions() section {
	s := section{ID: "assumptions", Title: "What the forecast assumes"}
	g := grid{Head: []string{"parameter", "effect, points", "value", "uncertainty", "status", "source"},
		Right: []int{1, 2, 3}}
	for _, a := range t.result.Risk.Assumptions {
		g.row(a.Name, signed(a.Effect), figure(a.Value), "±"+figure(a.SD), string(a.Kind), a.Source)
	}
	s.add(g)
	if len(g.Rows) > 0 {
		s.Says = []string{"These numbers are assumed. The effect is how far the rate of the original list moves " +
			"if a number is off by its uncertainty."}
	}
	return s
}

func figure(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }
