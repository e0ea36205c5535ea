package contacts

import (
	"context"
	"hash/crc32"
	"io"
	"maps"
	"slices"
)

// blockMark is what the first pass notes about a block, so that later passes need not cut, and see any change.
type blockMark struct {
	offset int64
	size   int
	line   int
	sum    uint32 // CRC-32
	within bool   // it begins inside a line that is too long
	torn   bool   // all of it is a piece of such a line
}

// wanted are the fields that a pass hands out.
type wanted struct {
	fields    numbers
	slots     []int // their places among the cells, addresses first
	addresses int
	cells     int       // in all
	inOrder   bool      // they were chosen in the order in which they stand
	later     []*wanted // the same fields of the tables further down
}

// wanted puts the chosen columns and some more in ascending order, as the scanner wants them. A column takes
// one place only.
func (l *List) wanted(extra []int) *wanted {
	columns := extra
	for i := len(l.layout.Columns) - 1; i >= 0; i-- {
		columns = append([]int{l.layout.Columns[i].Index}, columns...)
	}
	w := wantedOf(columns, len(l.layout.Columns))
	for i := range l.later {
		w.later = append(w.later, wantedOf(l.later[i].fields(l, columns), len(l.layout.Columns)))
	}
	return w
}

// wantedOf are the columns of these indexes, of which the first ones are the addresses'. A negative index is
// a column that isn't there.
func wantedOf(columns []int, addresses int) *wanted {
	w := &wanted{addresses: addresses, cells: len(columns)}
	place := map[int]int{}
	for i, index := range columns {
		if _, taken := place[index]; index >= 0 && !taken {
			place[index] = i
		}
	}
	w.fields = slices.Sorted(maps.Keys(place))
	for _, index := range w.fields {
		w.slots = append(w.slots, place[index])
	}
	w.inOrder = len(w.slots) == w.cells && slices.IsSorted(w.slots)
	return w
}

// Pass starts a read at the beginning. The extra columns must be distinct and must not include the address columns.
func (l *List) Pass(ctx context.Context, extra ...int) (Pass, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := l.in.unchanged(); err != nil {
		return nil, err
	}
	if l.layout.Format == jsonlFormat {
		return l.objects(l.pass(&wholeLine), extra), nil
	}
	return l.pass(l.wanted(extra)), nil
}

// pass is a first pass, or one that reads what the first cut.
func (l *List) pass(want *wanted) Pass {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.marks != nil {
		return &secondPass{list: l, want: want, marks: l.marks}
	}
	return &firstPass{list: l, want: want, next: blockMark{offset: l.start, line: 1}}
}

// firstPass cuts the list.
type firstPass struct {
	list  *List
	want  *wanted
	next  blockMark // where the following block begins
	marks []blockMark
}

func (p *firstPass) Next(reuse Block) (Block, error) {
	l := p.list
	if p.next.offset == l.in.size {
		return nil, p.end()
	}
	b := l.block(reuse, p.want)
	if err := p.fill(b); err != nil {
		return nil, err
	}
	b.blockMark.size, b.blockMark.sum = len(b.data), crc32.ChecksumIEEE(b.data)
	p.marks = append(p.marks, b.blockMark)
	p.next.offset += int64(len(b.data))
	p.next.line += l.dialect.lines(b.data)
	p.next.within = b.torn
	return b, nil
}

// fill reads whole records, or as much of an overlong one as a record may have.
func (p *firstPass) fill(b *block) error {
	l := p.list
	b.blockMark = p.next
	for size := l.blockSize; ; size *= 2 {
		size = min(size, l.dialect.limit)
		left := l.in.size - b.offset
		if err := b.read(l.in, int(min(int64(size), left))); err != nil {
			return err
		}
		eof := int64(len(b.data)) == left
		n, torn := l.cutFrom(b, eof)
		if n > 0 {
			b.data, b.torn = b.data[:n], torn
			return nil
		}
	}
}

// cutFrom cuts a block as [dialect.cutFrom] does, but for a line whose quote would hide the rows below it.
func (l *List) cutFrom(b *block, eof bool) (n int, torn bool) {
	if b.offset >= l.openEnd {
		return l.dialect.cutFrom(b.data, b.within, eof)
	}
	own := int(l.openEnd - b.offset)
	if own > len(b.data) {
		return 0, false
	}
	return own + l.dialect.cut(b.data[own:], eof), false
}

// cutFrom cuts b, which may begin within an overlong line. It returns 0 only where more bytes can help.
func (d *dialect) cutFrom(b []byte, within, eof bool) (n int, torn bool) {
	if !within {
		n = d.cut(b, eof)
	} else if first, _, ended := d.line(b, eof); ended {
		return first + d.cut(b[first:], eof), false
	}
	switch {
	case n > 0:
		return n, false
	case eof:
		return len(b), within
	case d.full(b):
		return piece(b), true
	}
	return 0, false
}

// end ends the pass: io.EOF if the list is still what it was.
func (p *firstPass) end() error {
	if err := p.list.in.unchanged(); err != nil {
		return err
	}
	p.list.mu.Lock()
	defer p.list.mu.Unlock()
	if p.list.marks == nil {
		p.list.marks = append([]blockMark{}, p.marks...)
	}
	return io.EOF
}

// secondPass reads the blocks that a first pass cut.
type secondPass struct {
	list  *List
	want  *wanted
	marks []blockMark
}

func (p *secondPass) Next(reuse Block) (Block, error) {
	if len(p.marks) == 0 {
		return nil, p.list.in.eof()
	}
	b := p.list.block(reuse, p.want)
	b.blockMark, p.marks = p.marks[0], p.marks[1:]
	if err := b.read(p.list.in, b.size); err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(b.data) != b.sum {
		return nil, ErrChanged
	}
	return b, nil
}
