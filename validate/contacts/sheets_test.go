package contacts

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// workbook saves a workbook of these sheets; each row is made of cells between bars.
func workbook(t *testing.T, sheets ...string) (path string, f *excelize.File) {
	t.Helper()
	f = excelize.NewFile()
	for i, s := range sheets {
		name, rows, _ := strings.Cut(s, "\n")
		if i == 0 {
			f.SetSheetName("Sheet1", name)
		} else if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for n, row := range strings.Split(rows, "\n") {
			cells := strings.Split(row, "|")
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", n+1), &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	path = filepath.Join(t.TempDir(), "book.xlsx")
	return path, f
}

func saved(t *testing.T, path string, f *excelize.File, o Options) []*List {
	t.Helper()
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	lists, err := OpenAll(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(lists) })
	return lists
}

const (
	coverSheet = "Cover\nReport|spring\nAsk|desk@firm.example"
	pressSheet = "Press\nPaper|E-Mail\nTimes|a@y.example\nPost|b@y.example"
)

var fairSheet = "Fair\nName|Email|City\n" + strings.TrimSpace(many(30, "Ann|%s|Ulm\n", "x.example"))

func TestTheSheetWithMostAddressesIsRead(t *testing.T) {
	path, f := workbook(t, coverSheet, pressSheet, fairSheet, "Old\nEmail\n"+strings.TrimSpace(many(90, "%s\n",
		"z.example")))
	if err := f.SetSheetVisible("Old", false); err != nil {
		t.Fatal(err)
	}
	l := saved(t, path, f, Options{})[0].Layout()
	notes := strings.Join(l.Notes, "\n")
	if l.Sheet != "Fair" || !strings.Contains(notes,
		`"Cover" (1), "Press" (2), "Old" (90); --sheet NAME reads one sheet, --sheet all`) {
		t.Errorf("read from %q; notes:\n%s", l.Sheet, notes)
	}
}

func TestEverySheetIsAListOfItsOwn(t *testing.T) {
	path, f := workbook(t, "Notes\nnothing|here", pressSheet, fairSheet)
	var got []string
	for _, l := range saved(t, path, f, Options{Sheet: "ALL"}) {
		got = append(got, l.Layout().Member+" "+l.Layout().Columns[0].Name)
	}
	if want := "[Press E-Mail Fair Email]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	path, f = workbook(t, "All\nEmail\na@x.example", fairSheet)
	if got := saved(t, path, f, Options{Sheet: "all"}); len(got) != 1 || got[0].Layout().Sheet != "All" {
		t.Errorf("a sheet that is called all: %d lists", len(got))
	}
	path, f = workbook(t, "A\nx|y", "B\nz|1")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenAll(t.Context(), path, Options{Sheet: "all"}); err == nil || !strings.Contains(err.Error(),
		"none of its sheets holds e-mail addresses") {
		t.Errorf("without addresses: %v", err)
	}
}

// TestLinkedCellsHoldTheAddress: a cell that shows a name and links to an address is read as both.
func TestLinkedCellsHoldTheAddress(t *testing.T) {
	path, f := workbook(t, "People\nWho|Contact me\n1|Ann Lee\n2|Bob\n3|c@x.example\n4|Dan\n5|Eve")
	for cell, target := range map[string]string{"B2": "mailto:ann@x.example?subject=Hi", "B4": "mailto:old@x.example",
		"B5": "https://x.example/@dan"} {
		if err := f.SetCellHyperLink("People", cell, target, "External"); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("People", "B3", `HYPERLINK("mailto:bob%40x.example","Bob")`); err != nil {
		t.Fatal(err)
	}
	l := saved(t, path, f, Options{})[0]
	p, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for rec := (Record{}); b.Next(&rec); {
		if rec.Kind == Row {
			got = append(got, firstAddress(rec.Cells[0]))
		}
	}
	if want := []string{"ann@x.example", "bob@x.example", "c@x.example", "", ""}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if notes := strings.Join(l.Layout().Notes, "\n"); !strings.Contains(notes,
		"2 cells show a name that links to an address") {
		t.Errorf("notes:\n%s", notes)
	}
}
