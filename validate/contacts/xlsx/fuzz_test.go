package xlsx

import (
	"archive/zip"
	"bytes"
	"io"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
)

func number64(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// FuzzRows reads anything as the sheet, the strings and the styles of a workbook: no panic, no row out of
// order, none too large.
func FuzzRows(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="2"><c r="B2" t="s" s="1"><v>0</v></c><c><f>A1</f><v>45061.5</v></c></row></sheetData></worksheet>`), []byte(`<sst><si><t>a_x0041_&amp;</t></si></sst>`))
	f.Add([]byte(`<x:worksheet><!-- --><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:r><x:t><![CDATA[a]]></x:t></x:r></x:is></x:c></x:row></x:sheetData></x:worksheet>`), []byte(`<sst/>`))
	f.Add([]byte(`<worksheet><sheetData><row><c a="<>'" t='b'><v>1</v></c><c t="d"><v>2023-05-15</v></c></row>`),
		[]byte(``))
	f.Fuzz(func(t *testing.T, sheet, shared []byte) {
		w, err := open(t, bookOf(t, string(sheet), string(shared)), Options{})
		if err != nil {
			return
		}
		s, err := w.Find("")
		if err != nil {
			t.Fatal(err)
		}
		r, err := w.Rows(s)
		if err != nil {
			return
		}
		defer r.Close()
		for last := 0; ; {
			n, cells, err := r.Next()
			if err != nil {
				return
			}
			if n <= last || n > maxRows || len(cells) > MaxColumns {
				t.Fatalf("row %d behind %d, of %d cells", n, last, len(cells))
			}
			last = n
		}
	})
}

// FuzzOpen reads anything as a workbook.
func FuzzOpen(f *testing.F) {
	f.Add(write(f, written))
	f.Add(made(f, func(x *excelize.File) { x.SetCellValue("Sheet1", "A1", "a@b.co") }))
	f.Fuzz(func(t *testing.T, book []byte) {
		z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
		if err != nil {
			return
		}
		w, err := Open(z, Options{TempDir: t.TempDir(), Limit: 1 << 20})
		if err != nil {
			return
		}
		defer w.Close()
		for _, s := range w.Sheets() {
			all(w, s.Name)
		}
	})
}

// FuzzRoundTrip writes any text and reads it again.
func FuzzRoundTrip(f *testing.F) {
	f.Add("a_x0041_\x00\r\n\ufffe<&>")
	f.Fuzz(func(t *testing.T, text string) {
		text = string(bytes.ToValidUTF8([]byte(text), []byte("?")))
		w, err := open(t, write(t, [][]Cell{{{Text, []byte(text)}, {Text, []byte("x")}}}), Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, _ := w.Find("")
		r, err := w.Rows(s)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		_, cells, err := r.Next()
		if err != nil && err != io.EOF {
			t.Fatal(err)
		}
		if got := string(cells[0].Text); got != text {
			t.Errorf("%q came back as %q", text, got)
		}
	})
}
