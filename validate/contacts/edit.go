package contacts

import (
	"bytes"

	"github.com/prebounce/prebounce/validate/contacts/xlsx"
)

// Edit replaces the text of one cell of a row. The rest of the row stays unchanged.
type Edit struct {
	Column int // from 0
	Text   string
}

// edited is the row as it stands, or with its edit: good until the following call.
func (p *ownRows) edited(rec *Record) []byte {
	if rec.Edit == nil {
		return rec.Raw
	}
	_, p.fields = p.list.dialect.record(rec.Raw, true, every, p.fields[:0])
	if inner := p.list.dialect.inner; inner != nil && len(p.fields) == 1 && len(p.fields[0]) > 0 &&
		p.fields[0][0] == '"' {
		p.changed = p.list.appendWithin(p.changed[:0], rec.Raw, p.fields[0], rec.Edit)
		return p.changed
	}
	p.changed = p.list.appendEdited(p.changed[:0], rec.Raw, p.fields, rec.Edit)
	return p.changed
}

// appendEdited appends a row of some fields with an edit. A row that is too short gets empty fields before it.
func (l *List) appendEdited(dst, raw []byte, fields [][]byte, e *Edit) []byte {
	if e.Column >= len(fields) {
		own := l.dialect.trimEnd(raw)
		dst = append(dst, own...)
		for range e.Column - max(len(fields), 1) + 1 {
			dst = append(dst, l.appendDelimiter())
		}
		return append(l.appendCell(dst, e.Text, false), raw[len(own):]...)
	}
	field := fields[e.Column]
	at := cap(raw) - cap(field) // field is a part of raw
	dst = append(dst, raw[:at]...)
	dst = l.appendCell(dst, e.Text, len(field) > 0 && field[0] == '"')
	return append(dst, raw[at+len(field):]...)
}

// appendWithin appends a row that stands in quotes as a whole, with an edit of the row inside.
func (l *List) appendWithin(dst, raw, field []byte, e *Edit) []byte {
	row, _ := unquote(field, nil)
	row = row[:len(row):len(row)]
	_, fields := l.dialect.inner.record(row, true, every, nil)
	at := cap(raw) - cap(field) // field is a part of raw
	dst = append(dst, raw[:at]...)
	dst = appendQuoted(dst, l.appendEdited(nil, row, fields, e))
	return append(dst, raw[at+len(field):]...)
}

// appendCell appends a text as a cell of the list's own, in quotes if it had them or needs them.
func (l *List) appendCell(dst []byte, text string, quoted bool) []byte {
	cell := l.charset.appendText(nil, text)
	if quoted || bytes.IndexByte(cell, '"') >= 0 || (l.dialect.delim != noDelimiter && bytes.IndexByte(cell,
		l.dialect.delim) >= 0) {
		return appendQuoted(dst, cell)
	}
	return append(dst, cell...)
}

// editCells puts an edit among the cells of a row.
func editCells(cells []xlsx.Cell, e *Edit) []xlsx.Cell {
	if e == nil {
		return cells
	}
	for len(cells) <= e.Column {
		cells = append(cells, xlsx.Cell{})
	}
	cells[e.Column] = xlsx.Cell{Text: []byte(e.Text)}
	return cells
}

// editObject is a line of JSON with an edit. An array stays one, of the one text; a field that the object
// lacks is added to it.
func editObject(dst, line []byte, path string, text string) []byte {
	at, size := -1, 0
	w := walker{see: func(p, value []byte) {
		if at < 0 && string(p) == path {
			at, size = cap(line)-cap(value), len(value) // value is a part of line
		}
	}}
	begin := blanks(line, 0)
	w.object(line, begin, 0)
	if at < 0 {
		dst = append(appendJSON(append(dst, line[:begin+1]...), []byte(path)), ':')
		dst = appendJSON(dst, []byte(text))
		if rest := line[begin+1:]; rest[blanks(rest, 0)] != '}' {
			dst = append(dst, ',')
		}
		return append(dst, line[begin+1:]...)
	}
	dst = append(dst, line[:at]...)
	if line[at] == '[' {
		dst = append(appendJSON(append(dst, '['), []byte(text)), ']')
	} else {
		dst = appendJSON(dst, []byte(text))
	}
	return append(dst, line[at+size:]...)
}

// width is how many fields a row has with its edit.
func (r *Record) width() int {
	if r.Edit == nil {
		return r.Fields
	}
	return max(r.Fields, r.Edit.Column+1)
}
