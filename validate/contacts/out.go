package contacts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts/xlsx"
)

// NewSink prepares an output for rows of this list and writes everything that precedes the rows to w.
//
// Without extra, each record is copied byte for byte; only the byte order mark is written beforehand, and the header
// is a record like any other.
//
// With extra, columns of these names are appended to every row, and the sep= line and the header come first. A list
// without a header gets one that names only the added columns. A row shorter than Layout.Width is padded with empty
// fields, so that the added columns line up with their names. A longer row keeps all of its fields, and the added
// columns follow them; they are then off by Record.Fields - Layout.Width columns, which the caller must report. Added
// values are safe in a spreadsheet: they do not begin with a character that starts a formula and hold no control
// characters. Only rows are kept.
//
// An output in a format other than the list's own, or a workbook, holds the header and the rows. Cells of a workbook
// keep their types: text, number, date. JSON Lines objects stay unchanged; added fields follow their own.
func (l *List) NewSink(w io.Writer, extra []string) (*Sink, error) {
	if l.in == nil {
		return nil, errNotOpened
	}
	switch l.layout.Out {
	case xlsxFormat:
		return l.workbookSink(w, extra)
	case l.layout.Format:
		if l.layout.Format == jsonlFormat {
			if _, err := w.Write(l.layout.BOM); err != nil {
				return nil, fmt.Errorf("writing: %w", err)
			}
			return textSink(w, func() textRows { return &objectRows{ownRows{list: l}, extra} }), nil
		}
		return l.ownSink(w, extra)
	}
	return l.foreignSink(w, extra)
}

// foreignSink writes the rows as text of another format.
func (l *List) foreignSink(w io.Writer, extra []string) (*Sink, error) {
	t := &rowText{names: l.columnNames(), extra: extra, add: appendObject}
	if l.layout.Out == csvFormat {
		t.add = appendFields
		if l.safe {
			t.add = appendSafeFields
		}
		if len(l.layout.Names) > 0 {
			if _, err := w.Write(appendFields(nil, t, headerCells(l.layout.Names, extra))); err != nil {
				return nil, fmt.Errorf("writing: %w", err)
			}
		}
	}
	return textSink(w, func() textRows { return &foreignRows{out: t, cells: l.cellReader()} }), nil
}

// rowText is how rows are written as text.
type rowText struct {
	names []string // of the list's columns, each different
	extra []string // of ours
	add   func(dst []byte, t *rowText, cells []xlsx.Cell) []byte
}

// columnNames are names for the fields of objects: the header's, made different.
func (l *List) columnNames() (names []string) {
	seen := map[string]bool{}
	for i := range l.layout.Width {
		name := fmt.Sprintf("column %d", i+1)
		if i < len(l.layout.Names) && l.layout.Names[i] != "" {
			name = l.layout.Names[i]
		}
		for n := 2; seen[name]; n++ {
			if again := fmt.Sprintf("%s (%d)", name, n); !seen[again] {
				name = again
			}
		}
		seen[name] = true
		names = append(names, name)
	}
	return names
}

func headerCells(names, extra []string) (cells []xlsx.Cell) {
	for _, n := range append(append([]string{}, names...), extra...) {
		cells = append(cells, xlsx.Cell{Text: []byte(n)})
	}
	return cells
}

// foreignRows gathers rows as text of another format.
type foreignRows struct {
	out   *rowText
	cells *cellReader
	buf   []byte
}

func (p *foreignRows) reset()       { p.buf = p.buf[:0] }
func (p *foreignRows) size() int    { return len(p.buf) }
func (p *foreignRows) text() []byte { return p.buf }

func (p *foreignRows) keep(rec *Record, extra []string) {
	eachRow(p.cells, rec, extra, func(cells []xlsx.Cell) { p.buf = p.out.add(p.buf, p.out, cells) })
}

// eachRow hands on the cells of all rows in a record's Raw, with values of ours.
func eachRow(c *cellReader, rec *Record, extra []string, add func([]xlsx.Cell)) {
	if rec.Kind != Row {
		return
	}
	for raw := rec.Raw; len(raw) > 0; {
		cells, size := c.next(raw)
		raw = raw[size:]
		cells = editCells(cells, rec.Edit)
		for _, v := range extra {
			cells = append(cells, xlsx.Cell{Text: []byte(strings.TrimSpace(strings.Map(noControl, v)))})
		}
		c.cells = cells
		add(cells)
	}
}

// appendFields appends a row of CSV: commas, quotes where they must be.
func appendFields(dst []byte, _ *rowText, cells []xlsx.Cell) []byte {
	for i, c := range cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendField(dst, c.Text)
	}
	return append(dst, '\n')
}

// appendSafeFields is appendFields for a spreadsheet that takes cells for formulas.
func appendSafeFields(dst []byte, _ *rowText, cells []xlsx.Cell) []byte {
	for i, c := range cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		if c.Kind == xlsx.Text && startsFormula(c.Text) {
			c.Text = append([]byte{'\''}, c.Text...)
		}
		dst = appendField(dst, c.Text)
	}
	return append(dst, '\n')
}

func appendField(dst, text []byte) []byte {
	for _, c := range text {
		if c == ',' || c == '"' || c == '\n' || c == '\r' {
			return appendQuoted(dst, text)
		}
	}
	if len(text) > 0 && (text[0] == ' ' || text[0] == '\t') {
		return appendQuoted(dst, text)
	}
	return append(dst, text...)
}

// appendObject appends a row as an object. Surplus cells are named by their number.
func appendObject(dst []byte, t *rowText, cells []xlsx.Cell) []byte {
	ours := len(cells) - len(t.extra)
	for i, c := range cells {
		mark, name := byte(','), ""
		switch {
		case i >= ours:
			name = t.extra[i-ours]
		case i < len(t.names):
			name = t.names[i]
		default:
			name = fmt.Sprintf("column %d", i+1)
		}
		if i == 0 {
			mark = '{'
		}
		dst = appendValue(append(appendJSON(append(dst, mark), []byte(name)), ':'), c)
	}
	return append(dst, '}', '\n')
}

// appendValue appends a cell as what it is.
func appendValue(dst []byte, c xlsx.Cell) []byte {
	switch {
	case c.Kind == xlsx.Number && json.Valid(c.Text):
		return append(dst, c.Text...)
	case c.Kind == xlsx.Bool:
		return append(dst, bytes.ToLower(c.Text)...)
	}
	return appendJSON(dst, c.Text)
}

// workbookSink writes the rows as a workbook.
func (l *List) workbookSink(w io.Writer, extra []string) (*Sink, error) {
	name := l.layout.Sheet
	if name == "" {
		name = "Contacts"
	}
	var header xlsx.Row
	if len(l.layout.Names) > 0 {
		header = rowOf(headerCells(l.layout.Names, extra))
	}
	book, err := xlsx.NewWriter(w, name, header)
	if err != nil {
		return nil, fmt.Errorf("writing: %w", err)
	}
	return &Sink{
		newRows: func() rows { return &bookRows{cells: l.cellReader()} },
		write:   func(r rows) error { return book.Write(r.(*bookRows).book) },
		close:   book.Close,
	}, nil
}

func rowOf(cells []xlsx.Cell) (r xlsx.Row) {
	for _, c := range cells {
		r.Append(c)
	}
	r.End()
	return r
}

// bookRows gathers the rows of a workbook.
type bookRows struct {
	cells *cellReader
	book  xlsx.Row
}

func (p *bookRows) reset()    { p.book.Reset() }
func (p *bookRows) size() int { return p.book.Len() }

func (p *bookRows) keep(rec *Record, extra []string) {
	eachRow(p.cells, rec, extra, func(cells []xlsx.Cell) {
		for _, c := range cells {
			p.book.Append(c)
		}
		p.book.End()
	})
}
