package report

import (
	"slices"
	"strings"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/batch"
)

// lists says where the rows went.
func (t *teller) lists() section {
	s := section{ID: "lists", Title: "Where the rows went"}
	g := grid{Head: []string{"list", "rows", "what to do"}, Right: []int{1}}
	for _, l := range listsOf(t.result.Summary) {
		g.row(l.name, number(l.rows), l.what)
	}
	s.add(g)
	s.Chart = t.listsChart()
	s.Says = t.differences()
	return s
}

// differences explains where the numbers of rows, addresses and forecast addresses differ.
func (t *teller) differences() (says []string) {
	if t.result.Summary.Addresses != t.result.Summary.Counts.Rows && t.result.Summary.Addresses > 0 {
		says = append(says, plural(t.result.Summary.Counts.Rows, "row holds", "rows hold")+" "+
			plural(t.result.Summary.Addresses, "address", "addresses")+
			": a row may have none or several.")
	}
	if t.result.Risk == nil {
		return says
	}
	return slices.Concat(says, t.uncounted(), t.cleanedOtherwise())
}

// uncounted says which rows the forecast leaves out.
func (t *teller) uncounted() []string {
	f := t.result.Risk
	var out []string
	for _, left := range []struct {
		rows      int64
		one, many string
	}{
		{f.Rows - f.Scored - f.Suppressed - f.Duplicates, "has no address", "have no address"},
		{f.Duplicates, "repeats an earlier row", "repeat an earlier row"},
		{f.Suppressed, "must not be mailed", "must not be mailed"},
	} {
		if left.rows > 0 {
			out = append(out, plural(left.rows, left.one, left.many))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return []string{"The forecast counts " + plural(f.Scored, "address", "addresses") + " of " + plural(f.Rows, "row",
		"rows") + ": " +
		strings.Join(out, ", ") + "."}
}

// cleanedOtherwise says why clean.csv and the cleaned list of the forecast differ.
func (t *teller) cleanedOtherwise() []string {
	clean := output(&t.result.Summary.Layout, "clean")
	switch more := t.result.Risk.Rate.Cleaned.Rows - t.result.Summary.Counts.Clean; {
	case more > 0:
		return []string{"The forecast's cleaned list has " + plural(more, "address", "addresses") + " more than " +
			clean +
			": these rows are kept out for another reason than their first address."}
	case more < 0:
		return []string{"The forecast's cleaned list has " + plural(-more, "address", "addresses") + " fewer than " +
			clean +
			", which keeps some rows that are likely to bounce."}
	}
	return nil
}

// reasons says why, in the sentences that every format shares.
func (t *teller) reasons() section {
	s := section{ID: "reasons", Title: "Why"}
	g := grid{Head: []string{"list", "rows", "reason", "what it means"}, Right: []int{1}}
	for _, r := range t.result.Summary.Reasons {
		g.row(r.List.String(), number(r.Rows), r.Reason.String(), r.Sentence)
	}
	s.add(g)
	return s
}

// domains shows the largest domains and operators.
func (t *teller) domains() section {
	s := section{ID: "domains", Title: "Domains and operators"}
	for _, group := range []struct {
		title  string
		counts []batch.DomainCount
	}{{"operators", t.result.Summary.Operators}, {"domains", t.result.Summary.Domains}} {
		g := grid{Title: group.title, Head: []string{strings.TrimSuffix(group.title, "s"), "rows", "clean", "review",
			"removed"}, Right: []int{1, 2, 3, 4}}
		for _, c := range group.counts {
			g.row(t.own(c.Name), number(c.Rows), orDash(c.Clean), orDash(c.Review), orDash(c.Removed))
		}
		s.add(g)
	}
	if len(s.Tables) > 0 {
		s.Says = []string{"The largest of " + plural(t.result.Summary.DistinctDomains, "domain", "domains") + "."}
	}
	return s
}

// causes names the values that carry more than their share of what was observed.
func (t *teller) causes() section {
	s := section{ID: "causes", Title: "Which column explains the bad rows"}
	c := t.result.Causes
	if c.Says == "" {
		return s
	}
	s.Says = []string{t.own(c.Says)}
	if c.Tried > 0 {
		s.Says = append(s.Says, "Bad rows: invalid addresses, dead domains, earlier bounces, refused mailboxes.")
	}
	brief := grid{Head: []string{"column", "value", "rows", "bad", "rate", "the others"}, Right: []int{2, 3, 4, 5}}
	g := grid{Head: []string{"column", "value", "rows", "bad", "rate", "95%", "the others"}, Right: []int{2, 3, 4, 5,
		6},
		Note: "The intervals are widened for the " + plural(int64(c.Tried), "value", "values") + " compared."}
	for _, v := range c.Causes {
		column, value := t.own(v.Column), t.value(v.Value)
		brief.row(column, value, number(v.Rows), number(v.Bad), risk.Percent(v.Rate), risk.Percent(v.Rest))
		g.row(column, value, number(v.Rows), number(v.Bad), risk.Percent(v.Rate), between(v.Interval),
			risk.Percent(v.Rest))
	}
	s.add(brief)
	s.figures(g)
	return s
}

func (t *teller) value(s string) string {
	if s == "" {
		return "(empty)"
	}
	return t.own(s)
}

func (t *teller) unchecked() section {
	return section{ID: "unchecked", Title: "What was not checked", Points: t.result.Summary.NotChecked}
}

// reading says how the list was read.
func (t *teller) reading() section {
	s := section{ID: "reading", Title: "How the list was read"}
	g := grid{Head: []string{"what", "how"}}
	l := t.result.Summary.Layout
	for _, row := range [][2]string{
		{"addresses from", t.columns(l.Columns)}, {"not read", t.columns(l.Left)},
		{"encoding", l.Encoding}, {"delimiter", delimiterName(l.Delimiter)},
		{"records", number(t.result.Summary.Counts.Read)}, {"addresses", number(t.result.Summary.Addresses)},
		{"domains", number(t.result.Summary.DistinctDomains)},
	} {
		if row[1] != "" {
			g.row(row[:]...)
		}
	}
	s.add(g)
	for _, n := range notes(t.result.Summary) {
		s.Points = append(s.Points, t.own(n))
	}
	return s
}

func (t *teller) columns(names []string) string { return t.own(columns(names)) }

func delimiterName(d string) string {
	switch d {
	case "\t":
		return "tab"
	case ",":
		return "comma"
	case ";":
		return "semicolon"
	}
	return d
}

// rowName is a row's number, and which list it is in if there are several.
func rowName(r *batch.Result) string {
	if r.File == "" {
		return number(int64(r.Row))
	}
	return r.File + " " + number(int64(r.Row))
}

// examples are addresses, only there if they were asked for.
func (t *teller) examples() section {
	s := section{ID: "addresses", Title: "Addresses"}
	for _, e := range t.result.Examples {
		g := grid{Title: e.Reason + " (" + e.List + ")", Head: []string{"row", "address", "detail", "suggestion"},
			Right: []int{0}}
		for _, r := range e.First {
			g.row(rowName(&r), r.Address, r.Detail, r.Suggestion)
		}
		if more := e.Addresses - int64(len(e.First)); more > 0 {
			g.row("", "and "+number(more)+" more in results.csv", "", "")
		}
		s.add(g)
	}
	return s
}
