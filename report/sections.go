package report

import "github.com/prebounce/prebounce/validate/batch"

// section is one part of a report, the same in every format.
type section struct {
	ID      string
	Title   string
	Says    []string
	Steps   []step
	Chart   *chart // shows what the tables hold; nil: there is none
	Note    string // how to read the chart
	Tables  []grid
	Numbers []grid // more columns and terms of art, under the heading "The numbers"
	Points  []string
}

// grid is a table with a header.
type grid struct {
	Title string // empty if the section's title is enough
	Head  []string
	Rows  Table
	Right []int  // columns of numbers
	Note  string // beneath
}

// empty sections are left out.
func (s *section) empty() bool {
	return len(s.Says)+len(s.Steps)+len(s.Points)+len(s.Tables)+len(s.Numbers) == 0
}

func (g *grid) row(cells ...string) { g.Rows.Row(cells...) }

// add appends a table, if it has rows.
func (s *section) add(g grid) {
	if len(g.Rows) > 0 {
		s.Tables = append(s.Tables, g)
	}
}

// figures appends a table to the numbers, if it has rows.
func (s *section) figures(g grid) {
	if len(g.Rows) > 0 {
		s.Numbers = append(s.Numbers, g)
	}
}

// teller tells a result. Text from outside goes through own.
type teller struct {
	result *Result
	own    func(string) string
}

func newTeller(r *Result) *teller {
	if r == nil || r.Summary == nil { // of no run
		whole := Result{Summary: &batch.Summary{}}
		if r != nil {
			whole.Risk, whole.Examples = r.Risk, r.Examples
		}
		r = &whole
	}
	t := &teller{r, discreet}
	if r.Examples != nil {
		t.own = func(s string) string { return s }
	}
	return t
}

// first are the sections of the first screen: the forecast, or where the rows went without one.
func (t *teller) first() []section {
	if t.result.Risk == nil {
		return present(t.lists())
	}
	return present(t.rates(), t.steps(), t.segments())
}

// rest are the sections below.
func (t *teller) rest() []section {
	var out []section
	if t.result.Risk != nil {
		out = append(out, t.lists())
	}
	out = append(out, t.each(), t.reasons(), t.domains(), t.causes())
	if t.result.Risk != nil {
		out = append(out, t.core())
	}
	return present(append(out, t.sample(), t.reading(), t.unchecked(), t.examples())...)
}

// numbers are the sections for those who want to check the figures.
func (t *teller) numbers() []section {
	if t.result.Risk == nil {
		return present(t.asked(), t.replies())
	}
	return present(t.evidence(), t.card(), t.asked(), t.replies(), t.assumptions())
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
	if t.result.Risk == nil {
		return t.counted()
	}
	v := t.result.Risk.Verdict
	title, ok := verdicts[v.Code]
	if !ok {
		title = string(v.Code)
	}
	if v.Condition != "" {
		title += ", " + v.Condition
	}
	return title, []string{v.Because}
}

// counted is the headline without a forecast.
func (t *teller) counted() (title string, says []string) {
	if t.result.Summary.Counts.Rows == 0 {
		return "The list has no rows", nil
	}
	title = number(t.result.Summary.Counts.Clean) + " of " + plural(t.result.Summary.Counts.Rows, "row", "rows") +
		" can be mailed"
	return title, []string{number(t.result.Summary.Counts.Review) + " to look through first, " +
		number(t.result.Summary.Counts.Removed) +
		" removed. This run made no forecast."}
}

// alarms are what must not be overlooked.
func (t *teller) alarms() (out []string) {
	if says, next := Unfinished(t.result.Summary); says != "" {
		out = append(out, "This run is not finished: "+says+"; "+next+".")
	}
	if t.result.Summary.Brake.Pulled {
		out = append(out, t.result.Summary.Brake.Says(t.result.Summary.Probed)+
			". That is implausibly many, so none were removed: those rows are in "+
			output(&t.result.Summary.Layout, "review")+".")
	}
	if t.result.Risk != nil {
		out = append(out, t.result.Risk.Warnings...)
	}
	return out
}
