package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// open opens a workbook in memory.
func open(t testing.TB, book []byte, o Options) (*Workbook, error) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	if o.TempDir == "" {
		o.TempDir = t.TempDir()
	}
	w, err := Open(z, o)
	if err == nil {
		t.Cleanup(func() { w.Close() })
	}
	return w, err
}

// all reads a sheet: each row as kinds and texts.
func all(w *Workbook, sheet string) (rows [][]string, r *Rows, err error) {
	s, err := w.Find(sheet)
	if err != nil {
		return nil, nil, err
	}
	if r, err = w.Rows(s); err != nil {
		return nil, nil, err
	}
	defer r.Close()
	for {
		_, cells, err := r.Next()
		if err == io.EOF {
			return rows, r, nil
		}
		if err != nil {
			return rows, r, err
		}
		var row []string
		for _, c := range cells {
			row = append(row, string("tnbd"[c.Kind])+":"+string(c.Text))
		}
		rows = append(rows, row)
	}
}

// made is a workbook as another program writes it.
func made(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCellsKeepTheirKinds(t *testing.T) {
	book := made(t, func(f *excelize.File) {
		day, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
		german, _ := f.NewStyle(&excelize.Style{CustomNumFmt: ptr(`dd\.mm\.yyyy hh:mm`)})
		money, _ := f.NewStyle(&excelize.Style{CustomNumFmt: ptr(`#,##0.00 "days" [$EUR]`)})
		hour, _ := f.NewStyle(&excelize.Style{NumFmt: 20})
		f.SetSheetRow("Sheet1", "A1", &[]any{"Email", "a&b <c> \"d\"", 42, 1.5, true, false})
		f.SetSheetRow("Sheet1", "A3", &[]any{"00123", nil, int64(491701234567)})
		f.SetCellValue("Sheet1", "D4", 45061)
		f.SetCellStyle("Sheet1", "D4", "D4", day)
		f.SetCellValue("Sheet1", "E4", 45061.75)
		f.SetCellStyle("Sheet1", "E4", "E4", german)
		f.SetCellValue("Sheet1", "F4", 45061.75)
		f.SetCellStyle("Sheet1", "F4", "F4", money)
		f.SetCellValue("Sheet1", "G4", 0.5)
		f.SetCellStyle("Sheet1", "G4", "G4", hour)
		f.SetCellStr("Sheet1", "H4", " two\nlines ")
		f.SetCellRichText("Sheet1", "I4", []excelize.RichTextRun{{Text: "ann@"},
			{Text: "acme.test", Font: &excelize.Font{Bold: true}}})
		f.SetCellFormula("Sheet1", "A5", `LOWER("X")`)
		f.SetCellStr("Sheet1", "B5", "x")
		f.SetRowVisible("Sheet1", 5, false)
	})
	w, err := open(t, book, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, r, err := all(w, "")
	want := [][]string{
		{"t:Email", `t:a&b <c> "d"`, "n:42", "n:1.5", "b:TRUE", "b:FALSE"},
		{"t:00123", "t:", "n:491701234567"},
		{"t:", "t:", "t:", "d:2023-05-15", "d:2023-05-15T18:00:00", "n:45061.75", "d:12:00:00", "t: two\nlines ",
			"t:ann@acme.test"},
		{"t:", "t:x"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if r.Uncalculated != 1 || r.HiddenRows != 1 {
		t.Errorf("%d formulas without a value, %d hidden rows", r.Uncalculated, r.HiddenRows)
	}
}

func ptr(s string) *string { return &s }

func TestSheetsAreFoundByNameAndNumber(t *testing.T) {
	w, err := open(t, made(t, func(f *excelize.File) {
		f.NewSheet("Contacts & Co")
		f.NewSheet("Old")
		f.SetActiveSheet(1)
		f.SetSheetVisible("Sheet1", false)
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ want, got string }{
		{"", "Contacts & Co"}, {"old", "Old"}, {"1", "Sheet1"}, {"3", "Old"}, {"4", ""}, {"New", ""},
	} {
		s, err := w.Find(c.want)
		switch {
		case err == nil && s.Name != c.got:
			t.Errorf("--sheet %q: %q", c.want, s.Name)
		case err != nil && (c.got != "" || !strings.Contains(err.(*Error).Hint, `"Sheet1", "Contacts & Co", "Old"`)):
			t.Errorf("--sheet %q: %v", c.want, err)
		}
	}
}

func TestDamageIsNoEnd(t *testing.T) {
	row := `<row r="1"><c r="A1" t="inlineStr"><is><t>ann@acme.test</t></is></c></row>`
	for _, c := range []struct{ name, sheet, why string }{
		{"a sheet that is cut short", `<worksheet><sheetData>` + row, "unexpected EOF"},
		{"a sheet that is cut within a tag", `<worksheet><sheetData>` + row + `<row r="2`, "unexpected EOF"},
		{"a sheet that is cut within a row", `<worksheet><sheetData>` + row + `<row r="2"><c r="A2"><v>1`,
			"unexpected EOF"},
		{"rows that go back", `<worksheet><sheetData>` + row + row + `</sheetData></worksheet>`, "not in order"},
		{"cells that go back", `<worksheet><sheetData><row><c r="B1"/><c r="A1"/></row></sheetData></worksheet>`,
			"not in order"},
		{"a column beyond the last", `<worksheet><sheetData><row><c r="XFE1"/></row></sheetData></worksheet>`,
			"not in order"},
		{"a row beyond the last", `<worksheet><sheetData><row r="1048577"></row></sheetData></worksheet>`,
			"more rows than Excel"},
		{"a string that is not there", `<worksheet><sheetData><row><c t="s"><v>7</v></c></row></sheetData></worksheet>`, "missing string"},
		{"entities of its own", `<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>`, "document type"},
		{"elements without end", strings.Repeat("<a>", 100), "too deep"},
		{"more ends than elements", `<worksheet></worksheet></worksheet>`, "not well-formed"},
		{"a sheet of a chart", `<chartsheet/>`, "no row data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, err := open(t, bookOf(t, c.sheet, ""), Options{})
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = all(w, "")
			if e := (*Error)(nil); !errors.As(err, &e) || !strings.Contains(err.Error(), c.why) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// bookOf is a workbook of one sheet, as XML.
func bookOf(t testing.TB, sheet, shared string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range []struct{ name, text string }{
		{"xl/workbook.xml", `<x:workbook xmlns:x="m" xmlns:r='r'><x:sheets><x:sheet name="A" r:id="1"/></x:sheets></x:workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="1" Type="x/worksheet" Target="/xl/worksheets/a.xml"/></Relationships>`},
		{"xl/worksheets/a.xml", sheet},
		{"xl/sharedStrings.xml", shared},
	} {
		w, err := z.Create(p.name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, p.text)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOddButSoundXML(t *testing.T) {
	w, err := open(t, bookOf(t, `<?xml version="1.0"?><!-- > --><x:worksheet xmlns:x="m"><x:sheetData>
		<x:row spans='1:3' note="a > b"><x:c t="s"><x:v>1</x:v></x:c><x:c t='inlineStr'><x:is><x:t><![CDATA[<&>]]>&#65;&#x42;&nbsp;</x:t></x:is></x:c><x:c t="e"><x:v>#N/A</x:v></x:c><x:c/></x:row>
		<x:row/></x:sheetData></x:worksheet>`,
		`<sst><si><t>no</t></si><si><r><t>an_x006E_</t></r><r><t>@a.co</t></r><rPh><t>say</t></rPh></si></sst>`),
		Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := all(w, "")
	if diff := cmp.Diff([][]string{{"t:ann@a.co", "t:<&>AB&nbsp;", "t:#N/A"}, nil}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestWhatSwellsIsRefused(t *testing.T) {
	sheet := `<worksheet><sheetData>` + strings.Repeat(`<row><c><v>1</v></c></row>`, 1000) + `</sheetData></worksheet>`
	w, err := open(t, bookOf(t, sheet, ""), Options{Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = all(w, ""); err == nil || !strings.Contains(err.Error(), "more than 10000 bytes") {
		t.Errorf("beyond the limit: %v", err)
	}
	b := &bounded{ReadCloser: io.NopCloser(strings.NewReader("x")), packed: 1, size: ratioFrom, limit: defaultLimit}
	if _, err := io.ReadAll(b); err == nil || !strings.Contains(err.Error(), "1000 times its size") {
		t.Errorf("a bomb: %v", err)
	}
}

// written are cells of all kinds, and texts that XML, Excel or a careless reader could take for something else.
var written = [][]Cell{
	{{Text, []byte("Email")}, {Text, []byte("Since")}},
	{{Text, []byte("ann@acme.test")}, {Date, []byte("2023-05-15")}, {Date, []byte("2023-05-15T18:30:01")},
		{Date, []byte("18:30:01")}, {Number, []byte("-12.5")}, {Bool, []byte("TRUE")}, {Bool, []byte("FALSE")}},
	{{}, {Text, []byte("=1+1")}, {}, {Text, []byte("007")}},
	{{Text, []byte("a\tb\nc\rd")}, {Text, []byte(`<&>"'_x0041_]]>`)}, {Text, []byte("\x01\x1f 😀 日本")},
		{Text, []byte(" blanks ")}, {Date, []byte("1900-01-01")}},
}

func write(t testing.TB, rows [][]Cell) []byte {
	t.Helper()
	var b bytes.Buffer
	var header Row
	fill(&header, rows[0])
	w, err := NewWriter(&b, "a/b: 'c'", header)
	if err != nil {
		t.Fatal(err)
	}
	var r Row
	for _, row := range rows[1:] {
		fill(&r, row)
	}
	if err := errors.Join(w.Write(r), w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func fill(r *Row, cells []Cell) {
	for _, c := range cells {
		r.Append(c)
	}
	r.End()
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	w, err := open(t, write(t, written), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := all(w, "a b  'c")
	if err != nil {
		t.Fatal(err)
	}
	var want [][]string
	for _, row := range written {
		var texts []string
		for _, c := range row {
			texts = append(texts, string("tnbd"[c.Kind])+":"+string(c.Text))
		}
		want = append(want, texts)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOthersReadWhatIsWritten(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(write(t, written)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows(f.GetSheetName(0))
	want := [][]string{
		{"Email", "Since"},
		{"ann@acme.test", "2023-05-15", "2023-05-15 18:30:01", "18:30:01", "-12.5", "TRUE", "FALSE"},
		{"", "=1+1", "", "007"},
		{"a\tb\nc\rd", `<&>"'_x0041_]]>`, "\x01\x1f 😀 日本", " blanks ", "1900-01-01"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if f, _ := f.GetCellFormula(f.GetSheetName(0), "B3"); f != "" {
		t.Errorf("a text became the formula %q", f)
	}
}

func TestASheetThatIsFullIsContinued(t *testing.T) {
	var b bytes.Buffer
	var header, row Row
	fill(&header, []Cell{{Text, []byte("Email")}})
	fill(&row, []Cell{{Text, []byte("ann@acme.test")}})
	w, err := NewWriter(&b, "", header)
	if err != nil {
		t.Fatal(err)
	}
	w.rows = maxRows - 1
	for range 2 {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("Sheet 2")
	if diff := cmp.Diff([][]string{{"Email"}, {"ann@acme.test"}}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestATextThatExcelCannotHoldIsAnError(t *testing.T) {
	for _, c := range []struct {
		name string
		text string
		ok   bool
	}{
		{"the longest", strings.Repeat("x", maxText), true},
		{"one more", strings.Repeat("x", maxText+1), false},
		{"fewer characters than octets", strings.Repeat("日", maxText), true},
		{"pairs of surrogates", strings.Repeat("😀", maxText/2+1), false},
	} {
		var r Row
		fill(&r, []Cell{{Text, []byte(c.text)}})
		w, err := NewWriter(io.Discard, "", Row{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(r); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestDatesOfWorkbooks(t *testing.T) {
	for _, c := range []struct {
		serial    string
		as        shows
		since1904 bool
		want      string
	}{
		{"1", dateOnly, false, "1900-01-01"},
		{"59", dateOnly, false, "1900-02-28"},
		{"61", dateOnly, false, "1900-03-01"},
		{"45061", dateOnly, false, "2023-05-15"},
		{"45061", dateOnly, true, "2027-05-16"},
		{"45061.25", dateOnly, false, "2023-05-15T06:00:00"},
		{"45061", dateTime, false, "2023-05-15T00:00:00"},
		{"0.99999999", timeOnly, false, "23:59:59.999"},
		{"1.5", timeOnly, false, ""},
		{"2958466", dateOnly, false, ""},
		{"-1", dateOnly, false, ""},
		{"NaN", dateOnly, false, ""},
	} {
		got, ok := appendDate(nil, []byte(c.serial), c.as, c.since1904)
		if string(got) != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v", c.serial, got, ok)
		}
		if n, _, back := serialOf(string(got)); ok && !c.since1904 {
			if again, _ := appendDate(nil, []byte(number64(n)), c.as, false); !back || string(again) != c.want {
				t.Errorf("%s: %s comes back as %s", c.serial, got, again)
			}
		}
	}
	if got, _ := appendDate(nil, []byte("45061"), dateOnly, false); string(got) != time.Date(2023, 5, 15, 0, 0, 0, 0,
		time.UTC).Format(time.DateOnly) {
		t.Error(string(got))
	}
}

func TestWhatNumberFormatsShow(t *testing.T) {
	for code, want := range map[string]shows{
		"General": plain, "0.00": plain, `#,##0 "days"`: plain, `0\d`: plain, "[Red]0": plain, "@": plain,
		`_-* #,##0\ "y"_-`: plain,
		"yyyy-mm-dd":       dateOnly, "d/m/yy;@": dateOnly, "[$-409]mmmm": dateOnly, "DD.MM.YYYY": dateOnly,
		"dd.mm.yyyy hh:mm": dateTime, "[h]:mm": timeOnly, "mm:ss.0": timeOnly, "h AM/PM": timeOnly,
	} {
		if got := showsOf([]byte(code)); got != want {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
}
