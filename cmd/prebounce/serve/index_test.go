package serve

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/batch"
)

// writeResults writes a results.csv whose rows are of many kinds, some over several lines.
func writeResults(t *testing.T, rows int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("row,address,status,reason,list,detail,suggestion,operator,mx,smtp_code,enhanced_code,smtp_text,checked_at,p_bounce,p_basis\n")
	for i := range rows {
		reason, list, detail, meant := "not_probed", "clean", "", ""
		switch {
		case i%7 == 0:
			reason, list, detail = "no_domain", "removed", "\"two\nlines, \"\"quoted\"\", clean\""
		case i%11 == 0:
			reason, list, meant = "typo_domain", "review", fmt.Sprintf("ann%d@gmail.com", i)
		}
		fmt.Fprintf(&b, "%d,Ann%d@d%d.test,unknown,%s,%s,%s,%s,op%d,,,,,,,\n", i+1, i, i%5, reason, list, detail,
			meant, i%3)
	}
	path := filepath.Join(t.TempDir(), "results.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPagesHoldEachRowThatFitsOnce: whatever the filter, and in whatever order the pages are asked for.
func TestPagesHoldEachRowThatFitsOnce(t *testing.T) {
	path := writeResults(t, 1234)
	for name, c := range map[string]struct {
		filter filter
		fits   func(batch.Result) bool
	}{
		"all":         {filter{}, func(batch.Result) bool { return true }},
		"a list":      {filter{List: "clean"}, func(r batch.Result) bool { return r.List == "clean" }},
		"a reason":    {filter{Reason: "no_domain"}, func(r batch.Result) bool { return r.Reason == "no_domain" }},
		"an operator": {filter{Operator: "op1"}, func(r batch.Result) bool { return r.Operator == "op1" }},
		"a domain": {filter{Domain: "D1.test"}, func(r batch.Result) bool {
			return strings.HasSuffix(r.Address,
				"@d1.test")
		}},
		"half a name": {filter{Domain: "1.test"}, func(batch.Result) bool { return false }},
		"a text": {filter{Text: "ANN12"}, func(r batch.Result) bool {
			return strings.Contains(r.Address+
				r.Suggestion, "nn12")
		}},
		"typos": {filter{Typos: true}, func(r batch.Result) bool { return r.Suggestion != "" }},
		"two": {filter{List: "removed", Domain: "d0.test"},
			func(r batch.Result) bool { return r.List == "removed" && strings.HasSuffix(r.Address, "@d0.test") }},
		"none": {filter{Text: "nobody"}, func(batch.Result) bool { return false }},
	} {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		var want []int
		for r, err := range report.Results(t.Context(), f) {
			if err != nil {
				t.Fatal(err)
			}
			if c.fits(r) {
				want = append(want, r.Row)
			}
		}
		f.Close()
		for _, backwards := range []bool{false, true} {
			if got := paged(t, path, c.filter, len(want), backwards); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s, backwards %v: rows %v, want %v", name, backwards, got, want)
			}
		}
	}
}

// paged reads all pages.
func paged(t *testing.T, path string, f filter, rows int, backwards bool) (got []int) {
	t.Helper()
	x, err := newPageIndex(path, f)
	if err != nil {
		t.Fatal(err)
	}
	pages := (rows + pageRows - 1) / pageRows
	all := make([][]int, pages+2)
	for i := range all {
		n := i
		if backwards {
			n = len(all) - 1 - i
		}
		page, more, err := x.page(t.Context(), n)
		if err != nil || more != (n+1 < pages) {
			t.Errorf("page %d of %d: more %v, %v", n, pages, more, err)
		}
		for _, r := range page {
			all[n] = append(all[n], r.Row)
		}
	}
	for _, page := range all {
		got = append(got, page...)
	}
	return got
}

// TestCorrectionsAreAcceptedOneByOneOrAllAtOnce, into a file of their own.
func TestCorrectionsAreAcceptedOneByOneOrAllAtOnce(t *testing.T) {
	run := &Run{dir: t.TempDir()}
	if err := os.Mkdir(run.out(), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(writeResults(t, 60), filepath.Join(run.out(), "results.csv")); err != nil {
		t.Fatal(err)
	}
	const head, one, two = "row,address,correction,file\n", "12,Ann11@d1.test,ann11@gmail.com,\n",
		"23,Ann22@d2.test,ann22@gmail.com,\n"
	for _, c := range []struct {
		rows []string
		all  bool
		want string
	}{
		{nil, false, head}, {[]string{"23 "}, false, head + two}, {[]string{"1 ", "23", "23 other.csv", "nonsense",
			"99999 "}, false, head + two}, {[]string{"12 "}, false, head + one + two},
		{nil, true, head + one + two + "34,Ann33@d3.test,ann33@gmail.com,\n45,Ann44@d4.test,ann44@gmail.com,\n56,Ann55@d0.test,ann55@gmail.com,\n"},
	} {
		rows := map[string]bool{}
		for _, row := range c.rows {
			rows[row] = true
		}
		err := run.accept(t.Context(), rows, c.all)
		got, err2 := os.ReadFile(filepath.Join(run.exports(), corrections))
		if err != nil || err2 != nil || string(got) != c.want {
			t.Errorf("%v: %q, want %q: %v, %v", c, got, c.want, err, err2)
		}
	}
}

// FuzzLines: whatever the file, it comes to an end, in records that follow each other.
func FuzzLines(f *testing.F) {
	f.Add("row,address\n1,ann@acme.test\n2,\"two\nlines\"\n")
	f.Add("\"never closed\n1\n2")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "results.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		l := newLines(file, 0)
		var b strings.Builder
		for {
			line, err := l.next()
			if err != nil {
				break
			}
			b.Write(line)
			if l.at != int64(b.Len()) {
				t.Fatalf("after %d octets it is at %d", b.Len(), l.at)
			}
		}
		if !strings.HasPrefix(text, b.String()) {
			t.Errorf("it reads %q of %q", b.String(), text)
		}
	})
}
