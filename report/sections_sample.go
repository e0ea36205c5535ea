package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/report/risk"
)

// sample says how far asking got, what it leaves, and what is audited.
func (t *teller) sample() section {
	s := section{ID: "sample", Title: "What mail servers answered", Says: append(t.ended(), t.audited()...)}
	if t.result.Risk == nil || !t.result.Summary.Probed || len(t.result.Risk.Probes.Curve) < 2 ||
		t.result.Risk.Rate.AsIs.Rows == 0 {
		return s
	}
	p := t.result.Risk.Probes
	g := grid{Title: "how precise the rate became", Head: []string{"RCPTs", "addresses", "rate",
		"95%, points either way"}, Right: []int{0, 1, 2, 3}}
	for _, at := range p.Curve {
		g.row(number(at.RCPT), number(at.Asked), risk.Percent(at.Mean), points(100*at.Half))
	}
	s.figures(g)
	s.Chart = t.curve()
	s.Note = "How far off the rate may be, by the questions asked. Dashed: what remains however many are asked."
	return s
}

// ended says why asking ended, and what clean.csv still holds.
func (t *teller) ended() (says []string) {
	if t.result.Risk == nil || !t.result.Summary.Probed || t.result.Risk.Rate.AsIs.Rows == 0 {
		return nil
	}
	if p := t.result.Risk.Probes; p.Stopped != "" {
		says = append(says, "Asking ended after "+plural(p.RCPT, "question", "questions")+": "+
			p.Stopped.Words()+".")
	}
	return append(says, t.remaining())
}

// remaining says what clean.csv still holds.
func (t *teller) remaining() string {
	r := t.result.Risk.Rate.Cleaned
	n := float64(r.Rows)
	whole := func(rate float64) string { return number(int64(math.Round(rate * n))) }
	return "About " + amount(r.Mean*n) + " dead addresses are expected to remain in " +
		output(&t.result.Summary.Layout, "clean") +
		" (95%: " +
		whole(r.CI95[0]) + "–" + whole(r.CI95[1]) + ")."
}

const (
	slopeHeight = 120
	slopeTop    = 20
)

// curve draws how the rate became surer with each round.
func (t *teller) curve() *chart {
	all, floor := t.result.Risk.Probes.Curve, t.result.Risk.Uncertainty.Floor/100
	c := &chart{Title: "How precise the rate became with more questions"}
	most := slices.MaxFunc(all, func(a, b risk.Point) int { return cmp.Compare(a.Half, b.Half) }).Half
	last := all[len(all)-1]
	high, wide := scale(max(most, floor)), scale(max(float64(last.RCPT), 1))
	y := func(half float64) float64 {
		return slopeTop + math.Round(100*slopeHeight*(1-float64(high.at(half))/100))/100
	}
	for _, x := range ticks(float64(wide)) {
		at := wide.at(x)
		c.Lines = append(c.Lines, line{at, at, slopeTop, slopeTop + slopeHeight, "tick"})
		c.Texts = append(c.Texts, label{at, slopeTop + slopeHeight + 13, at > 96, "tick" + edge(at), number(int64(x))})
	}
	c.Lines = append(c.Lines, line{0, 100, slopeTop + slopeHeight, slopeTop + slopeHeight, "base"},
		line{0, 100, y(floor), y(floor), "otherline"})
	for i, p := range all[1:] {
		c.Lines = append(c.Lines, line{wide.at(float64(all[i].RCPT)), wide.at(float64(p.RCPT)), y(all[i].Half),
			y(p.Half), "mean"})
	}
	for _, p := range all {
		x := wide.at(float64(p.RCPT))
		tip := number(p.RCPT) + " questions: ±" + points(100*p.Half) + " points"
		c.Rects = append(c.Rects, rect{min(max(x-0.4, 0), 99.2), 0.8, y(p.Half) - 3, 6, "solid", tip})
	}
	c.Texts = append(c.Texts, label{0, 12, false, "name halo", "±" + points(100*all[0].Half) + " points before asking"},
		label{100, 12, true, "figure halo", "you are here: ±" + points(100*last.Half)})
	c.Height = slopeTop + slopeHeight + axisHeight
	return c
}

// mostReplies is how many sorts of replies a report shows; the JSON has more.
const mostReplies = 20

// replies are what mail hosts said, and what that means.
func (t *teller) replies() section {
	s := section{ID: "replies", Title: "Replies of mail servers"}
	g := grid{Head: []string{"reply", "text", "addresses", "reason", "meaning"}, Right: []int{2}}
	for _, r := range t.result.Summary.Replies[:min(len(t.result.Summary.Replies), mostReplies)] {
		code := strings.TrimSpace(strconv.Itoa(r.Code) + " " + r.Enhanced)
		g.row(t.own(code), t.own(shortText(r.Text)), number(r.Rows), r.Reason.String(), r.Sentence)
	}
	s.add(g)
	if len(g.Rows) > 0 {
		s.Says = []string{"One text stands for all replies with the same codes and meaning. Temporary replies and " +
			"replies about us say nothing about the mailbox."}
	}
	return s
}

// shortText cuts a reply to what fits a table.
func shortText(s string) string {
	const most = 120
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
