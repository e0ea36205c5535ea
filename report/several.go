package report

import (
	"strings"

	"github.com/prebounce/prebounce/validate/batch"
)

// mostLists is how many of several lists the screen shows; a page shows more, the JSON has all.
const mostLists, mostListsOnPage = 20, 200

// several shows where the rows of each of several lists went.
func several(b *strings.Builder, s *batch.Summary) {
	if len(s.Lists) == 0 {
		return
	}
	t := Table{{"lists", "rows", "clean", "review", "removed", "addresses from"}}
	for _, l := range s.Lists[:min(len(s.Lists), mostLists)] {
		t.Row(append([]string{"  " + Plain(l.Folder)}, countsOf(&l)...)...)
	}
	b.WriteString("\n")
	t.Write(b, "", 1, 2, 3, 4)
	if more := len(s.Lists) - mostLists; more > 0 {
		b.WriteString("  and " + number(int64(more)) + " more in report.json\n")
	}
}

// countsOf are the cells that tell of one of several lists, behind its name.
func countsOf(l *batch.ListSummary) []string {
	return []string{number(l.Rows), orDash(l.Clean), orDash(l.Review), orDash(l.Removed), columns(l.Layout.Columns)}
}

// each shows the lists, if there are several.
func (t *teller) each() section {
	s := section{ID: "each", Title: "The lists"}
	if len(t.result.Summary.Lists) == 0 {
		return s
	}
	g := grid{Head: []string{"list", "rows", "clean", "review", "removed", "addresses from"}, Right: []int{1, 2, 3, 4}}
	for _, l := range t.result.Summary.Lists[:min(len(t.result.Summary.Lists), mostListsOnPage)] {
		cells := countsOf(&l)
		cells[len(cells)-1] = t.own(cells[len(cells)-1])
		g.row(append([]string{t.own(l.Folder)}, cells...)...)
	}
	if more := len(t.result.Summary.Lists) - mostListsOnPage; more > 0 {
		g.Note = "And " + number(int64(more)) + " more in report.json."
	}
	s.add(g)
	s.Says = []string{"The outputs of each list are in a folder of that name."}
	return s
}
