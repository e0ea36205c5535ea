package contacts

import "iter"

// Lines holds the next rows of a block at once. All of them are single lines with the same number of fields, as nearly
// all rows are.
type Lines struct {
	block  *block
	bounds []uint32 // what stands before each field, and behind the last: width for each row, and one more
	width  int
}

// Len returns the number of rows.
func (l *Lines) Len() int { return max(len(l.bounds)-1, 0) / max(l.width, 1) }

// Raw returns a row with its line ending, like Record.Raw.
func (l *Lines) Raw(row int) []byte {
	i := row * l.width
	if l.block == nil || i+l.width >= len(l.bounds) {
		return nil
	}
	return l.block.data[l.bounds[i]+1 : l.bounds[i+l.width]+1]
}

// Column returns the cells of a column, row by row; a cell is nil where the row is too short. The slice is valid until
// the next iteration.
func (l *Lines) Column(column int) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		data, bounds, width := l.block.data, l.bounds, l.width
		for row, i := 0, column; (row+1)*width < len(bounds); row, i = row+1, i+width {
			var field []byte
			if column < width {
				field = data[bounds[i]+1 : bounds[i+1]]
			}
			if n := len(field); n > 0 && (field[0] == '"' || field[n-1] == '\r') {
				field = l.odd(field, column)
			}
			if !yield(row, field) {
				return
			}
		}
	}
}

// odd is what a field says that may not be as it stands.
func (l *Lines) odd(field []byte, column int) []byte {
	if column == l.width-1 {
		field = trimCR(field)
	}
	field, l.block.scratch = unquote(field, l.block.scratch[:0])
	return field
}

// Record fills in the record of a row as Block.Next does.
func (l *Lines) Record(row int, r *Record) {
	b := l.block
	if b == nil {
		*r = Record{}
		return
	}
	*r = Record{Raw: l.Raw(row), At: b.offset + int64(l.bounds[row*l.width]+1)}
	var rec shape
	rec, b.fields = b.list.dialect.record(r.Raw, true, b.want.fields, b.fields[:0])
	r.Fields, b.quoted = rec.fields, true
	b.cells(r)
}

// Lines hands out the coming rows that have as many fields as the record before.
func (b *block) Lines(l *Lines) bool {
	c := &b.chart
	if b.decode != nil || len(b.list.later) > 0 || c.width == 0 || (b.at == 0 && (b.within || b.torn)) ||
		b.at == len(b.data) || (c.record == len(c.ends) && !b.draw()) {
		return false
	}
	first, at, field, rows := c.field, b.at, c.field, 0
	for ends := c.ends[c.record:]; rows < len(ends) && field+c.width < len(c.bounds); rows++ {
		end := ends[rows]
		if c.bounds[field+c.width] != end || !b.isRow(at, int(end)) {
			break
		}
		at, field = int(end)+1, field+c.width
	}
	*l = Lines{block: b, bounds: c.bounds[first : field+1], width: c.width}
	b.at, c.field, c.record = at, field, c.record+rows
	return rows > 0
}

// isRow reports whether the record of one line that ends at b.data[end] is a row.
func (b *block) isRow(at, end int) bool {
	c, offset := b.data[at], b.offset+int64(at)
	if offset >= b.list.body && c > ' ' && (len(b.list.header) == 0 || c != b.list.header[0]) {
		return true
	}
	return b.list.kind(offset, b.data[at:end+1]) == Row
}
