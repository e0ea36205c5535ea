package contacts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told puts a record in one word: its kind, or a row's cells.
func told(r row) string {
	if r.Kind == Row {
		return strings.Join(r.Cells, "|")
	}
	return "[" + r.Kind.String() + "]"
}

func toldAll(rows []row) (all []string) {
	for _, r := range rows {
		all = append(all, told(r))
	}
	return all
}

func repeat(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// Each list comes with what its records are, the column chosen and the delimiter.
func TestQuirksOfRealExports(t *testing.T) {
	for _, c := range []struct {
		name, list string
		want       []string
		column     string
		delimiter  byte
	}{
		{"a comma list", "id,email\n1,a@b.co\n2,c@d.co\n", []string{"[header]", "a@b.co", "c@d.co"}, "email", ','},
		{"a semicolon list with decimal commas", "E-Mail;Umsatz\na@b.co;1,50\nc@d.co;2,75\n",
			[]string{"[header]", "a@b.co", "c@d.co"}, "E-Mail", ';'},
		{"a tab list with commas in its texts", "Email\tTown\na@b.co\tParis, FR\nc@d.co\tRome, IT\n",
			[]string{"[header]", "a@b.co", "c@d.co"}, "Email", '\t'},
		{"a pipe list", "Email|Name\na@b.co|A\n", []string{"[header]", "a@b.co"}, "Email", '|'},
		{"semicolons, and two commas in each address of a street", "Email;Street\na@b.co;1, X, Y\nc@d.co;2, X, Y\n",
			[]string{"[header]", "a@b.co", "c@d.co"}, "Email", ';'},
		{"a delimiter inside quotes counts for nothing",
			"\"Name\",\"Email\"\n\"A; B; C\",\"a@b.co\"\n\"D; E; F\",\"c@d.co\"\n", []string{"[header]", "a@b.co",
				"c@d.co"}, "Email", ','},
		{"the spreadsheet's sep= line", "sep=;\r\nName;Email\r\nA;a@b.co\r\n", []string{"[separator]", "[header]",
			"a@b.co"}, "Email", ';'},
		{"a quoted sep= line with a rare delimiter", "\"sep=^\"\nName^Email\nA^a@b.co\n", []string{"[separator]",
			"[header]", "a@b.co"}, "Email", '^'},
		{"a byte order mark before a quoted header", "\ufeff\"Name, full\",\"Email\"\n\"A, B\",\"a@b.co\"\n",
			[]string{"[header]", "a@b.co"}, "Email", ','},
		{"CRLF, the last line without any", "Email,N\r\na@b.co,1\r\nx,y@z.co", []string{"[header]", "a@b.co", "x"},
			"Email", ','},
		{"the CR belongs to no cell", "N,Email\r\n1,a@b.co\r\n2,c@d.co\r", []string{"[header]", "a@b.co", "c@d.co"},
			"Email", ','},
		{"CR only", "N,Email\r1,a@b.co\r2,c@d.co\r", []string{"[header]", "a@b.co", "c@d.co"}, "Email", ','},
		{"CR, LF and CRLF mixed", "N,Email\r1,a@b.co\n2,c@d.co\r\n3,e@f.co\r4,g@h.co\n",
			[]string{"[header]", "a@b.co", "c@d.co", "e@f.co", "g@h.co"}, "Email", ','},
		{"a stray CR in a cell ends nothing", "N,Email,T\n1,a@b.co,x\ry\n2,c@d.co,z\n3,e@f.co,z\n",
			[]string{"[header]", "a@b.co", "c@d.co", "e@f.co"}, "Email", ','},
		{"blank lines", "Email,N\n\na@b.co,1\n  \t\n", []string{"[header]", "[blank line]", "a@b.co", "[blank line]"},
			"Email", ','},
		{"a row of delimiters is a row", "Email,N\na@b.co,1\n,\n", []string{"[header]", "a@b.co", ""}, "Email", ','},
		{"trailing delimiters", "Email,N,\na@b.co,1,\n", []string{"[header]", "a@b.co"}, "Email", ','},
		{"exports joined: the header comes again", "Email,N\na@b.co,1\nEmail,N\r\nc@d.co,2\n",
			[]string{"[header]", "a@b.co", "[header]", "c@d.co"}, "Email", ','},
		{
			"title lines, as LinkedIn has them",
			"Notes:\n\"When exporting, you may notice that some of the email addresses are missing.\"\n\nFirst " +
				"Name,Last Name,URL,Email Address,Company\nA,B,u,,C\nA,B,u,,C\nA,B,u,a@b.co,C\n",
			[]string{"[title]", "[title]", "[blank line]", "[header]", "", "", "a@b.co"}, "Email Address", ',',
		},
		{"a title with a comma", "Report of May 3, 2026\nId,Name,Email,Town\n1,A,a@b.co,X\n",
			[]string{"[title]", "[header]", "a@b.co"}, "Email", ','},
		{"a title with an address", "Account,me@us.co\nId,Name,Email,Town,Note\n1,A,a@b.co,X,\n",
			[]string{"[title]", "[header]", "a@b.co"}, "Email", ','},
		{"no header", "1,A,a@b.co\n2,C,c@d.co\n", []string{"a@b.co", "c@d.co"}, "", ','},
		{"no header, one column", "a@b.co\nc@d.co\n", []string{"a@b.co", "c@d.co"}, "", 0},
		{"one column under a header", "Email\na@b.co\n", []string{"[header]", "a@b.co"}, "Email", 0},
		{"one column, a comma in some lines", "a@b.co\nc@d.co\ne@f.co, g@h.co\ni@j.co\n", []string{"a@b.co", "c@d.co",
			"e@f.co, g@h.co", "i@j.co"}, "", 0},
		{"addresses pasted from a mail program", "A B <a@b.co>;\nC D <c@d.co>;\n", []string{"A B <a@b.co>",
			"C D <c@d.co>"}, "", ';'},
		{"line ends, commas and doubled quotes in quotes",
			"Email,N\na@b.co,\"x, \"\"y\"\"\r\nz\"\n\"c\"\"@d.co\",1\n", []string{"[header]", "a@b.co", `c"@d.co`},
			"Email", ','},
		{"a quote inside an unquoted cell", "Size,Email\n5\" screen,a@b.co\n6\",c@d.co\n",
			[]string{"[header]", "a@b.co", "c@d.co"}, "Email", ','},
		{"a blank before a quote: it opens nothing", "Email,N\na@b.co, \"x\nc@d.co, y\"\n",
			[]string{"[header]", "a@b.co", "c@d.co"}, "Email", ','},
		{"text behind a closing quote", "Email,N\n\"a@b\".co,1\n", []string{"[header]", "a@b.co"}, "Email", ','},
		{"a backslash escapes nothing", "N,Email\n\"x\\\",a@b.co\n", []string{"[header]", "a@b.co"}, "Email", ','},
		{"short and long rows", "N,Email,T\n1\n2,a@b.co\n3,c@d.co,x,y,z\n", []string{"[header]", "(none)", "a@b.co",
			"c@d.co"}, "Email", ','},
		{"NUL, control characters and damaged UTF-8",
			"N,Email\n\x00\x01,a@b.co\nJörg \xff Jörg Jörg Jörg Jörg Jörg Jörg,c@d.co\n",
			[]string{"[header]", "a@b.co", "c@d.co"}, "Email", ','},
		{"names that are empty or come twice", "Email,,Email,\na@b.co,1,x@y.co,2\n", []string{"[header]", "a@b.co"},
			"Email", ','},
		{"1,500 columns", "Email" + repeat(1499, ",c%d") + "\na@b.co" + repeat(1499, ",%d") + "\n",
			[]string{"[header]", "a@b.co"}, "Email", ','},
		{"a cell of three megabytes", "Email,N\na@b.co,\"" + strings.Repeat("line, a@b.co\n"+strings.Repeat("x",
			150_000), 20) + "\"\nc@d.co,1\n", []string{"[header]", "a@b.co", "c@d.co"}, "Email", ','},
		{"formulas and long numbers stay", "Email,N\na@b.co,=1+1\nc@d.co,00012345678901234567\n",
			[]string{"[header]", "a@b.co", "c@d.co"}, "Email", ','},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := mustOpen(t, c.list, Options{})
			rows := walk(t, l)
			if diff := cmp.Diff(c.want, toldAll(rows)); diff != "" {
				t.Errorf("records:\n%s", diff)
			}
			if got := l.Layout().Columns[0].Name; got != c.column {
				t.Errorf("column %q, want %q", got, c.column)
			}
			if got := l.Layout().Delimiter; got != c.delimiter {
				t.Errorf("delimiter %q, want %q", got, c.delimiter)
			}
			if got := string(l.Layout().BOM) + raw(rows); got != c.list {
				t.Errorf("the records are not the list: %.200q", got)
			}
		})
	}
}

func TestAnUnclosedQuoteCostsOneLine(t *testing.T) {
	mail := repeat(40, "On Monday, x wrote, and y too, no. %d\n") + "me@there.example, you@there.example\n"
	for _, c := range []struct {
		name, list string
		want       []string
	}{
		{"to the end of the list", "Email,N\n\"a@b.co,1\nc@d.co,2\ne@f.co,3\n", []string{"[header]", "[unreadable]",
			"c@d.co", "e@f.co"}},
		{"up to a quote that opens another cell", "Email,N\na@b.co,\"1\nc@d.co,2\ne@f.co,\"3, 4\"\n",
			[]string{"[header]", "[unreadable]", "c@d.co", "e@f.co"}},
		{"over many rows up to a quote that could close it", "Email,N\na@b.co,\"1\n" + repeat(40, "x%d@d.co,2\n") +
			"e@f.co,3\"\n", append(append([]string{"[header]", "[unreadable]"},
			strings.Fields(repeat(40, "x%d@d.co "))...), "e@f.co")},
		{"in the middle of a line", "Email,N,T\nx@y.co,\"1,2\na@b.co,\"q\",3\n", []string{"[header]", "[unreadable]",
			"a@b.co"}},
		{"behind a sound cell of two lines", "Email,N,T\nx@y.co,\"1\n2\",\"3\na@b.co,4,5\n",
			[]string{"[header]", "[unreadable]", "a@b.co"}},
		{"but a long mail in a cell is no such thing", "Email,N\na@b.co,\"" + mail + "\"\nc@d.co,2\n",
			[]string{"[header]", "a@b.co", "c@d.co"}},
		{"and neither are twenty addresses in one", "Email,N\na@b.co,\"" + repeat(20, "x%d@y.co,\n") +
			"\"\nc@d.co,2\n", []string{"[header]", "a@b.co", "c@d.co"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := walk(t, mustOpen(t, c.list, Options{}))
			if diff := cmp.Diff(c.want, toldAll(rows)); diff != "" {
				t.Error(diff)
			}
			if raw(rows) != c.list {
				t.Error("the records are not the list")
			}
			for _, r := range rows {
				if (r.Why != "") != (r.Kind == Unreadable) {
					t.Errorf("line %d is a %s because %q", r.Line, r.Kind, r.Why)
				}
			}
		})
	}
}

func TestLinesAreCountedAsAnEditorDoes(t *testing.T) {
	list := "Email,N\na@b.co,\"x\r\ny\n\"\n\nc@d.co,\"1\ne@f.co,2\n"
	var lines []int
	for _, r := range walk(t, mustOpen(t, list, Options{BlockSize: 8})) {
		lines = append(lines, r.Line)
	}
	if diff := cmp.Diff([]int{1, 2, 5, 6, 7}, lines); diff != "" {
		t.Error(diff)
	}
}

func TestALineBeyondTheCapIsUnreadable(t *testing.T) {
	long := strings.Repeat("0123456789", 100)
	list := "Email,N\na@b.co,1\nx@y.co," + long + "\nc@d.co,2\n"
	l := mustOpen(t, list, Options{RecordCap: 256, BlockSize: 64})
	rows := walk(t, l)
	want := []string{"[header]", "a@b.co", "[unreadable]", "[unreadable]", "[unreadable]", "[unreadable]", "c@d.co"}
	if diff := cmp.Diff(want, toldAll(rows)); diff != "" {
		t.Error(diff)
	}
	if raw(rows) != list {
		t.Error("the records are not the list")
	}
	for _, r := range rows[2:6] {
		if r.Line != 3 || r.Why != whyTooLong {
			t.Errorf("line %d: %s", r.Line, r.Why)
		}
	}
}

func TestBlocksGrowForAHugeRecordAndShrinkAgain(t *testing.T) {
	list := "Email,N\na@b.co,\"" + strings.Repeat("x", 1<<20) + "\"\n" + strings.Repeat("c@d.co,2\n", 400_000)
	l := mustOpen(t, list, Options{BlockSize: 1 << 10})
	pass, _ := l.Pass(t.Context())
	var largest, last int
	for b, err := pass.Next(nil); err == nil; b, err = pass.Next(b) {
		last = cap(b.(*block).data)
		largest = max(largest, last)
	}
	if largest < 1<<20 || largest > 1<<22 || last > 1<<11 {
		t.Errorf("the largest buffer was %d bytes, the last one %d", largest, last)
	}
}
