package contacts

import (
	"bytes"
	"slices"
)

// openHeader finds the header in which a quote opens and is never closed, or is closed only by a quote in the rows
// below. It returns where the line of that header begins and ends; end is 0 if there is none.
func (d *dialect) openHeader(head []byte, eof bool) (at, end int) {
	for range titleLines {
		size, text, ended := d.line(head[at:], eof)
		if !ended {
			return 0, 0
		}
		cells := d.literal(head[at : at+text])
		if holdsAddress(cells) {
			return 0, 0
		}
		rec, fields := d.record(head[at:], eof || d.full(head[at:]), every, nil)
		switch named := namesAddress(cells); {
		case rec.state != whole:
			if d.rowsFollow(head[at+size:]) {
				return at, at + size
			}
		case rec.size > size && named && slices.ContainsFunc(fields, d.holdsRows):
			return at, at + size
		case named:
			return 0, 0
		}
		at += max(size, rec.size*btoi(rec.state == whole))
	}
	return 0, 0
}

// holdsRows reports whether a field goes on in lines that are rows with an address.
func (d *dialect) holdsRows(field []byte) bool {
	text, _ := unquote(field, nil)
	size, _, ended := d.line(text, true)
	return ended && d.rowsFollow(text[size:])
}

// rowsFollow reports whether one of the next lines, taken by itself, is a row with an address.
func (d *dialect) rowsFollow(b []byte) bool {
	for range titleLines {
		size, text, _ := d.line(b, true)
		if holdsAddress(d.literal(b[:text])) {
			return true
		}
		b = b[size:]
	}
	return false
}

// literal returns the fields of a line in which quotes that are never closed mean nothing.
func (d *dialect) literal(line []byte) (cells [][]byte) {
	line = d.mended(line)
	_, fields := d.record(line, true, every, nil)
	for _, f := range fields {
		text, _ := unquote(f, nil)
		cells = append(cells, text)
	}
	return cells
}

// mended returns a line without the quotes that open a field and are never closed in it.
func (d *dialect) mended(line []byte) []byte {
	for at := 0; ; {
		behind := at
		if at < len(line) && line[at] == '"' {
			end, q := d.quoted(line, at, true)
			if q == closed {
				behind = end + 1
			} else {
				line = slices.Delete(bytes.Clone(line), at, at+1)
			}
		}
		i := d.index(line[behind:])
		if i < 0 {
			return line
		}
		at = behind + i + 1
	}
}

// openFor looks for such a header with each delimiter that is possible.
func (d *dialect) openFor(head []byte, eof bool, lead *[256]bool) (end int) {
	for _, delim := range append(d.candidates(), noDelimiter) {
		try := d.with(delim, lineEnds(head)[0], lead)
		if _, end = try.openHeader(head, eof); end > 0 {
			return end
		}
	}
	return 0
}

// sniffBelow finds the dialect by the rows below a header whose quote is never closed: such a quote hides them. It
// returns where that header begins and ends; end is 0 if the list has none.
func (d *dialect) sniffBelow(head []byte, eof bool, lead *[256]bool) (found dialect, at, end int) {
	if open := d.openFor(head, eof, lead); open > 0 && open <= d.limit {
		found = d.sniff(head[open:], eof, lead)
		if at, end = found.openHeader(head, eof); end > 0 {
			return found, at, end
		}
	}
	return d.sniff(head, eof, lead), 0, 0
}

// entries takes apart the head of the list, in which the header may have a quote that is never closed.
func (l *List) entries(head []byte, eof bool) []entry {
	d, decode := &l.dialect, l.charset.decoder()
	if l.openEnd == 0 {
		return d.sample(head, eof, decode, sampleRows)
	}
	at, end := int(l.openAt-l.afterSeparator), int(l.openEnd-l.afterSeparator)
	header := entry{at: at, size: end - at}
	for _, c := range d.literal(d.trimEnd(head[at:end])) {
		cell, _ := decode.cell(c, nil)
		header.cells = append(header.cells, cell)
	}
	all := append(d.sample(head[:at], true, decode, titleLines), header)
	for _, e := range d.sample(head[end:], eof, decode, sampleRows) {
		e.at += end
		all = append(all, e)
	}
	return all
}
