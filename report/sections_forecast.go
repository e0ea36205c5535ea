package report

import (
	"cmp"
	"fmt"
	"slices"
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
