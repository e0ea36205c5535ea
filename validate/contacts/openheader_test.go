package contacts

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// TestStrayQuotesCostNoHeader: wherever a quote strays, the header stays the header, and each row below it is read on
// its own.
func TestStrayQuotesCostNoHeader(t *testing.T) {
	for _, q := range []struct {
		name         string
		header, cell string // the delimiter is a comma
		rejected     int
	}{
		{"opens in the first name", `"Email,Name,Source`, "Ann", 0},
		{"opens in a middle name", `Email,"Name,Source`, "Ann", 0},
		{"opens in the last name", `Email,Name,"Source`, "Ann", 0},
		{"opens in a name, and rows have quoted cells", `Email,"Name,Source`, `"Ann, Lee"`, 0},
		{"opens in a name, and a cell ends with a quote", `Email,"Name,Source`, `5"`, 0},
		{"stands inside a name", `Email,Na"me,Source`, "Ann", 0},
		{"opens in a cell", `Email,Name,Source`, `"Ann`, 1},
		{"stands inside a cell", `Email,Name,Source`, `An"n`, 0},
		{"ends a cell", `Email,Name,Source`, `Ann"`, 0},
	} {
		for _, d := range []string{",", ";", "\t"} {
			for _, end := range []string{"\n", "\r\n", "\r"} {
				for _, rows := range []int{20, 3_000} {
					t.Run(fmt.Sprintf("%s/%q/%q/%d", q.name, d, end, rows), func(t *testing.T) {
						list := strayed(q.header, q.cell, rows)
						list = strings.NewReplacer("\n", end, ", Lee", ", Lee", ",", d).Replace(list)
						checkStray(t, list, Options{}, rows, q.rejected)
					})
				}
			}
		}
	}
}

// strayed is a list whose second row has a cell of its own.
func strayed(header, cell string, rows int) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range rows {
		name := "Ann"
		if i == 1 || (strings.Contains(cell, "Lee") && i%3 == 0) {
			name = cell
		}
		fmt.Fprintf(&b, "p%d@acme.example,%s,web\n", i, name)
	}
	return b.String()
}

func checkStray(t *testing.T, list string, o Options, rows, rejected int) {
	t.Helper()
	l := mustOpen(t, list, o)
	all := walk(t, l)
	count := map[RecordKind]int{}
	for _, r := range all {
		count[r.Kind]++
		if r.Kind == Row && (len(r.Cells) != 1 || !strings.HasSuffix(r.Cells[0], "@acme.example")) {
			t.Fatalf("line %d: cells %q", r.Line, r.Cells)
		}
	}
	want := map[RecordKind]int{headerRecord: 1, Row: rows - rejected}
	if rejected > 0 {
		want[Unreadable] = rejected
	}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Error(diff)
	}
	if name := l.Layout().Columns[0].Name; name != "Email" {
		t.Errorf("column %q", name)
	}
	if raw(all) != list {
		t.Error("the records are not the list")
	}
}

// TestStrayQuotesInLargeLists: the dialect that the head shows holds where the list is longer than the head, and than
// a record may be.
func TestStrayQuotesInLargeLists(t *testing.T) {
	for _, c := range []struct {
		header, cell string
		rejected     int
	}{
		{`Email,"Name,Source`, "Ann", 0},
		{`"Email,Name,Source`, "Ann", 0},
		{`Email,Name,Source`, `"Ann`, 1},
	} {
		checkStray(t, strayed(c.header, c.cell, 60_000), Options{RecordCap: 1 << 20}, 60_000, c.rejected)
	}
}

func TestAStrayQuoteInAWideList(t *testing.T) {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune("\ufeff" + strayed(`Email,"Name,Source`, "Ann", 500))) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	l := mustOpen(t, b.String(), Options{})
	rows := walk(t, l)
	if len(rows) != 501 || rows[0].Kind != headerRecord || rows[1].Kind != Row {
		t.Errorf("%d records, the first is a %s", len(rows), rows[0].Kind)
	}
}

// TestWhatOpensAQuoteAndIsRight: a header or a title of several lines stays one record.
func TestWhatOpensAQuoteAndIsRight(t *testing.T) {
	for _, c := range []struct {
		name, list string
		want       []string
	}{
		{"a name of two lines", "\"Email\naddress\",Name\na@b.co,1\nc@d.co,2\n", []string{"[header]", "a@b.co",
			"c@d.co"}},
		{"a name with an example", "\"Email\n(such as x@y.co)\",Name\na@b.co,1\nc@d.co,2\n",
			[]string{"[header]", "a@b.co", "c@d.co"}},
		{"a title of two lines", "\"Report\nof May\",\nEmail,Name\na@b.co,1\nc@d.co,2\n",
			[]string{"[title]", "[header]", "a@b.co", "c@d.co"}},
		{"a title whose quote stays open", "\"Report of May\nEmail,Name\na@b.co,1\nc@d.co,2\n",
			[]string{"[title]", "[header]", "a@b.co", "c@d.co"}},
		{"a first row of two lines", "Name,Email\n\"Ann, \"\"the\nfirst\"\"\",a@b.co\nBo,c@d.co\n",
			[]string{"[header]", "a@b.co", "c@d.co"}},
		{"a first row of two lines, and no header", "\"Ann, \"\"the\nfirst\"\"\",a@b.co\nBo,c@d.co\n",
			[]string{"a@b.co", "c@d.co"}},
		{"a first row with an address in a note", "Name,Email\n\"Ann\nx@y.co\",a@b.co\nBo,c@d.co\n",
			[]string{"[header]", "a@b.co", "c@d.co"}},
		{"a first row whose quote stays open and whose line holds no address", "Name,Email\n\"Ann,\nBo,c@d.co\n",
			[]string{"[header]", "[unreadable]", "c@d.co"}},
		{"no header, and a quote in the first row", "a@b.co,\"x\nc@d.co,y\ne@f.co,z\n", []string{"[unreadable]",
			"c@d.co", "e@f.co"}},
		{"the header again", "Email,\"Name\na@b.co,x\nEmail,\"Name\nc@d.co,y\n", []string{"[header]", "a@b.co",
			"[header]", "c@d.co"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, toldAll(walk(t, mustOpen(t, c.list, Options{BlockSize: 8})))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestColumnsOfOursBehindAnOpenQuote: they would be a part of the cell that it opens.
func TestColumnsOfOursBehindAnOpenQuote(t *testing.T) {
	l := mustOpen(t, "Email,\"Name,Source\na@b.co,x,y\nc@d.co,x,y\n", Options{})
	var b strings.Builder
	if _, err := l.NewSink(&b, []string{"pb_a"}); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "Email,Name,Source,pb_a\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if notes := strings.Join(l.Layout().Notes, "\n"); !strings.Contains(notes,
		"line 1: a quote opens and is not closed") {
		t.Errorf("notes %q", notes)
	}
}
