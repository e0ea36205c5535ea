package contacts

import "bytes"

// A list whose lines stand in quotes as a whole, "name,""email""", has a second dialect inside: some
// spreadsheets write it when they open a list with the wrong delimiter and save it.

// wrapping returns the dialect inside the quotes if nearly every record is one quoted field that holds a row, else nil.
func (d *dialect) wrapping(head []byte, eof bool) *dialect {
	if len(head) > dialectSize {
		head, eof = head[:dialectSize], false
	}
	if head = bytes.TrimLeft(head, "\r\n"); len(head) == 0 || head[0] != '"' {
		return nil
	}
	outer := d.with(noDelimiter, d.cr, nil)
	var rows, field []byte
	all, fit := 0, 0
	for _, e := range outer.sample(head, eof, nil, sampleRows) {
		raw := outer.trimEnd(head[e.at : e.at+e.size])
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		all++
		if raw[0] == '"' && closing(raw, 1) == len(raw)-1 && len(raw) > 2 {
			fit++
			field, _ = unquote(raw, nil)
			rows = append(append(rows, field...), '\n')
		}
	}
	if fit < 2 || 10*fit < 9*all {
		return nil
	}
	inner := (&dialect{limit: d.limit}).sniff(rows, true, nil)
	if inner.delim == noDelimiter || !areRows(inner.sample(rows, true, nil, sampleRows)) {
		return nil
	}
	return &inner
}

// areRows reports whether most entries have as many fields as the others and hold one address, but are not
// made of addresses: then they are cells of several.
func areRows(entries []entry) bool {
	width, share := commonWidth(entries)
	one := 0
	for _, e := range entries {
		n := 0
		for i := range e.cells {
			n += btoi(e.holds(i))
		}
		one += btoi(n > 0 && n < len(e.cells))
	}
	return width > 1 && share >= 0.8 && 3*one >= len(entries)
}

// apart takes apart the record at the front of b as record does, and what is inside its quotes where the rows
// of the list stand there. It may write to room.
func (d *dialect) apart(b []byte, final bool, want numbers, out [][]byte, room []byte) (shape, [][]byte, []byte) {
	if d.inner == nil {
		rec, out := d.record(b, final, want, out)
		return rec, out, room
	}
	had := len(out)
	rec, fields := d.record(b, final, every, out)
	if rec.state != whole || rec.fields != 1 || len(fields[had]) == 0 || fields[had][0] != '"' {
		rec, fields = d.record(b, final, want, out[:had])
		return rec, fields, room
	}
	row, room := unquote(fields[had], room)
	within, fields := d.inner.record(row, true, want, fields[:had])
	rec.fields = within.fields
	if within.state == broken {
		rec.state = broken
	}
	return rec, fields, room
}
