package report

import (
	"strings"

	"github.com/prebounce/prebounce/report/risk"
)

// section is one part of a report, the same in every format.
type section struct {
	ID     string
	Title  string
	Says   []string
	Chart  *chart // a picture of the first table; nil: there is none
	Note   string // how to read the chart
	Tables []grid
	Points []string
}

// grid is a table with a header.
type grid struct {
	Title string // empty if the section's title is enough
	Head  []string
	Rows  table
	Right []int  // columns of numbers
	Note  string // beneath
}

// empty sections are left out.
func (s *section) empty() bool { return len(s.Says)+len(s.Points)+len(s.Tables) == 0 }

func (g *grid) row(cells ...string) { g.Rows.row(cells...) }

// add appends a table, if it has rows.
func (s *section) add(g grid) {
	if len(g.Rows) > 0 {
		s.Tables = append(s.Tables, g)
	}
}

// teller tells a result. Text from outside goes through own.
type teller struct {
	*Result
	own func(string) string
}

func newTeller(r *Result) *teller {
	t := &teller{r, discreet}
	if r.Examples != nil {
		t.own = func(s string) string { return s }
	}
	return t
}

// first are the sections of the first screen: the forecast, or where the rows went without one.
func (t *teller) first() []section {
	if t.Risk == nil {
		return present(t.lists())
	}
	return present(t.settle(), t.rates(), t.steps(), t.segments(), t.evidence())
}

// rest are the sections below.
func (t *teller) rest() []section {
	var out []section
	if t.Risk != nil {
		out = append(out, t.lists())
	}
	out = append(out, t.each(), t.reasons(), t.domains(), t.causes())
	if t.Risk != nil {
		out = append(out, t.core(), t.card(), t.assumptions())
	}
	return present(append(out, t.sample(), t.asked(), t.replies(), t.unchecked(), t.reading(), t.examples())...)
}

func present(all ...section) (out []section) {
	for _, s := range all {
		if !s.empty() {
			out = append(out, s)
		}
	}
	return out
}

// headline is what to do, in a few words, and the sentences that go with it.
func (t *teller) headline() (title string, says []string) {
	if t.Risk == nil {
		return t.counted()
	}
	v := t.Risk.Verdict
	title, ok := verdicts[v.Code]
	if !ok {
		title = string(v.Code)
	}
	if v.Condition != "" {
		title += ", " + v.Condition
	}
	return title, []string{v.Because}
}

// settle is what would settle an open question, the cheapest first.
func (t *teller) settle() section {
	s := section{ID: "settle", Title: "What would settle it"}
	for _, way := range t.Risk.Verdict.Settle {
		s.Points = append(s.Points, sayWay(&way))
	}
	return s
}

// sayWay tells a way to settle the question, and what each answer would make of the rate.
func sayWay(way *risk.Settle) string {
	says := way.Do
	var answers []string
	for _, a := range way.Answers {
		answers = append(answers, a.If+": about "+between(a.CI95))
	}
	switch {
	case len(answers) > 0:
		says += " (" + strings.Join(answers, "; ") + ")"
	case way.Flag != "":
		says += " (" + way.Flag + ")"
	}
	return says
}

// counted is the headline without a forecast.
func (t *teller) counted() (title string, says []string) {
	if t.Rows == 0 {
		return "The list holds no rows", nil
	}
	title = number(t.Clean) + " of " + plural(t.Rows, "row", "rows") + " may be sent to"
	return title, []string{number(t.Review) + " to look at first, " + number(t.Removed) + " removed. There is no forecast for this run."}
}

// alarms are what must not be overlooked.
func (t *teller) alarms() (out []string) {
	if says, next := Unfinished(t.Summary); says != "" {
		out = append(out, "This run is not finished: "+says+"; "+next+".")
	}
	if b := t.Brake; b.Pulled {
		out = append(out, b.Says(t.Probed)+". That is implausibly many, so none was removed for it: those rows are in "+output(&t.Layout, "review")+".")
	}
	if t.Risk != nil {
		out = append(out, t.Risk.Warnings...)
	}
	return out
}
