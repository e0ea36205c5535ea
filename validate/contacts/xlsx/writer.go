package xlsx

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Writer writes a workbook with a single table. When a sheet is full, it continues in another sheet that repeats the
// header. Text stays text whatever it looks like: no program takes it for a number or a formula.
type Writer struct {
	zip    *zip.Writer
	sheet  io.Writer
	name   string
	header Row
	sheets int
	rows   int // of the present sheet
	buf    []byte
}

// NewWriter starts a workbook whose sheets have this name. header is the first row of each sheet, unless it has no
// cells.
func NewWriter(w io.Writer, name string, header Row) (*Writer, error) {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w,
			flate.BestSpeed)
	})
	x := &Writer{zip: z, name: sheetName(name), header: header}
	for _, p := range fixedParts {
		if err := x.part(p.name, p.text); err != nil {
			return nil, err
		}
	}
	return x, x.begin()
}

// Row is a row that is ready to be written. The zero value is an empty row.
type Row struct {
	xml []byte
	err error
}

// Marks in a Row, where the writer puts what depends on the number of the row. XML can't hold them.
const (
	cellMark = 0 // a cell begins
	rowMark  = 1 // the row ends
)

// Reset empties the row but keeps its memory.
func (r *Row) Reset() { r.xml, r.err = r.xml[:0], nil }

// Len returns the size in bytes.
func (r *Row) Len() int { return len(r.xml) }

// Append adds a cell. If the text is longer than the limit of Excel, the writer reports an error.
func (r *Row) Append(c Cell) {
	if len(c.Text) > maxText && r.err == nil && tooLong(c.Text) {
		r.err = &Error{What: fmt.Sprintf("a cell holds more than the %d characters that Excel allows", maxText),
			Hint: "write another format: --format csv"}
	}
	r.xml = append(r.xml, cellMark)
	if len(c.Text) > 0 {
		r.xml = appendCell(r.xml, c)
	}
}

// End ends a row; cells added later belong to the next row.
func (r *Row) End() { r.xml = append(r.xml, rowMark) }

func tooLong(text []byte) bool {
	n := 0
	for len(text) > 0 && n <= maxText {
		c, size := utf8.DecodeRune(text)
		n, text = n+max(utf16.RuneLen(c), 1), text[size:]
	}
	return n > maxText
}

// appendCell appends what follows the cell's name.
func appendCell(b []byte, c Cell) []byte {
	switch c.Kind {
	case Number:
		return append(append(append(b, `"><v>`...), c.Text...), `</v></c>`...)
	case Bool:
		v := byte('0')
		if string(c.Text) == "TRUE" {
			v = '1'
		}
		return append(append(append(b, `" t="b"><v>`...), v), `</v></c>`...)
	case Date:
		if n, as, ok := serialOf(string(c.Text)); ok {
			b = append(append(b, `" s="`...), '0'+byte(as))
			return append(strconv.AppendFloat(append(b, `"><v>`...), n, 'f', -1, 64), `</v></c>`...)
		}
	}
	b = append(b, `" t="inlineStr"><is><t xml:space="preserve">`...)
	return append(appendText(b, c.Text), `</t></is></c>`...)
}

const hex = "0123456789ABCDEF"

// appendText appends text as XML. What XML can't hold is written as _xHHHH_, and what is not UTF-8 becomes U+FFFD.
func appendText(b, text []byte) []byte {
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		switch {
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '_' && looksEscaped(text[i:]):
			b = append(b, "_x005F_"...)
		case c < ' ' && c != '\t' && c != '\n', c == 0xFFFE, c == 0xFFFF:
			b = append(b, '_', 'x', hex[c>>12&15], hex[c>>8&15], hex[c>>4&15], hex[c&15], '_')
		default:
			b = utf8.AppendRune(b, c)
		}
		i += size
	}
	return b
}

// looksEscaped reports whether text begins like _xHHHH_. What is written behind it can bring the last sign.
func looksEscaped(b []byte) bool {
	if len(b) < 6 || b[1] != 'x' {
		return false
	}
	_, ok := escaped(append(b[:6:6], '_'))
	return ok
}

// Write writes rows.
func (w *Writer) Write(rows Row) error {
	if rows.err != nil {
		return rows.err
	}
	for b := rows.xml; len(b) > 0; {
		if w.rows == maxRows {
			if err := w.begin(); err != nil {
				return err
			}
		}
		b = w.row(b)
		if _, err := w.sheet.Write(w.buf); err != nil {
			return err
		}
	}
	return nil
}

// row makes the XML of the first row of b, and returns the others.
func (w *Writer) row(b []byte) (rest []byte) {
	w.rows++
	w.buf = append(w.buf[:0], `<row r="`...)
	w.buf = append(strconv.AppendInt(w.buf, int64(w.rows), 10), `">`...)
	from, open := 0, false
	column := 0
	for i, c := range b {
		if c > rowMark {
			continue
		}
		if w.cellEnds(b[from:i], open, column); c == rowMark {
			w.buf = append(w.buf, `</row>`...)
			return b[i+1:]
		}
		column, from, open = column+1, i+1, true
	}
	return nil // can't be: End was not called
}

// cellEnds adds a cell, unless it is empty.
func (w *Writer) cellEnds(xml []byte, open bool, column int) {
	if !open || len(xml) == 0 {
		return
	}
	w.buf = appendColumn(append(w.buf, `<c r="`...), column)
	w.buf = strconv.AppendInt(w.buf, int64(w.rows), 10)
	w.buf = append(w.buf, xml...)
}

// appendColumn appends the name of a column from 1: that of 28 is AB.
func appendColumn(b []byte, n int) []byte {
	if n > 26 {
		b = appendColumn(b, (n-1)/26)
	}
	return append(b, 'A'+byte((n-1)%26))
}

// Close finishes the workbook.
func (w *Writer) Close() error {
	if w.zip == nil {
		return errors.New("xlsx: nobody made this workbook: use NewWriter")
	}
	if err := w.end(); err != nil {
		return err
	}
	var sheets, relations strings.Builder
	for i := 1; i <= w.sheets; i++ {
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, w.sheetName(i), i, i)
		fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i,
			relationTypes, i)
	}
	fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, w.sheets+1,
		relationTypes)
	return errors.Join(
		w.part("xl/workbook.xml", `<workbook xmlns="`+mainSpace+`" xmlns:r="`+relationTypes+`"><sheets>`+
			sheets.String()+`</sheets></workbook>`),
		w.part("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+packageSpace+`/relationships">`+
			relations.String()+`</Relationships>`),
		w.zip.Close())
}

// begin begins a sheet.
func (w *Writer) begin() (err error) {
	if w.sheets > 0 {
		if err := w.end(); err != nil {
			return err
		}
	}
	w.sheets++
	w.rows = 0
	if w.sheet, err = w.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", w.sheets)); err != nil {
		return err
	}
	if _, err = io.WriteString(w.sheet, xmlDeclaration+`<worksheet xmlns="`+mainSpace+`"><sheetData>`); err != nil {
		return err
	}
	return w.Write(w.header)
}

// end ends the present sheet.
func (w *Writer) end() error {
	_, err := io.WriteString(w.sheet, `</sheetData></worksheet>`)
	return err
}

func (w *Writer) part(name, text string) error {
	p, err := w.zip.Create(name)
	if err == nil {
		_, err = io.WriteString(p, xmlDeclaration+text)
	}
	return err
}

// sheetName is the name of sheet n, as XML.
func (w *Writer) sheetName(n int) string {
	name := w.name
	if n > 1 {
		name = fmt.Sprintf("%s %d", name, n)
	}
	return strings.ReplaceAll(string(appendText(nil, []byte(name))), `"`, "&quot;")
}

const longestName = 26 // Excel allows 31 characters, of which a number may take some

// sheetName is a name that Excel allows.
func sheetName(name string) string {
	name = strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`[]:*?/\`, c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(name, " "))
	if units := utf16.Encode([]rune(name)); len(units) > longestName {
		name = strings.TrimSuffix(string(utf16.Decode(units[:longestName])), "\ufffd")
	}
	if name = strings.Trim(name, "' "); name == "" {
		return "Sheet"
	}
	return name
}
