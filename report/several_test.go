package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/batch"
)

// many is a run over many lists, the last one of another format.
func many(n int) *Result {
	s := summary("1.csv and more", nil)
	for i := range n {
		s.Lists = append(s.Lists, batch.ListSummary{Name: fmt.Sprintf("x/%d.csv", i), Folder: fmt.Sprintf("x-%d.csv",
			i),
			Layout: batch.ListLayout{Outputs: "csv", Columns: []string{"Email\x1b"}}, Counts: batch.Counts{Rows: 1000,
				Clean: 998, Removed: 2}})
	}
	s.Lists[n-1].Layout.Outputs, s.Lists[n-1].Layout.RowsOnly, s.Layout.Outputs = "xlsx", true, batch.AnyExtension
	return &Result{Summary: s}
}

func TestSeveralListsAreShown(t *testing.T) {
	var text, page, md strings.Builder
	for _, err := range []error{Text(&text, many(300), "out"), HTML(&page, many(300)), Markdown(&md, many(300))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		in    string
		holds []string
		not   string
	}{
		{text.String(), []string{"\nlists        rows  clean  review  removed  addresses from\n  x-0.csv   1,000   " +
			" 998       -        2  \"Email\\u001b\"\n",
			"\n  x-19.csv ", "\n  and 280 more in report.json\n",
			"titles, blank lines: kept where the outputs are text\n"}, "x-20.csv"},
		{page.String(), []string{"The lists", "x-199.csv", "And 100 more in report.json.",
			"The outputs of each list are in a folder of that name."}, "x-200.csv"},
		{md.String(), []string{"| x-0.csv | 1,000 | 998 | - | 2 | \"Email"}, "x-200.csv"},
	} {
		for _, want := range test.holds {
			if !strings.Contains(test.in, want) {
				t.Errorf("there is no %q in\n%.2000s", want, test.in)
			}
		}
		if strings.Contains(test.in, test.not) || strings.Contains(test.in, "\x1b") {
			t.Errorf("there is %s or an escape in\n%.2000s", test.not, test.in)
		}
	}
}

func TestOutputsOfSeveralFormatsHaveNoExtension(t *testing.T) {
	if got := output(&many(2).Layout, "core"); got != "the core files" {
		t.Errorf("%q", got)
	}
}
