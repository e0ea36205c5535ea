package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/prebounce/prebounce/report/risk"
)

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
