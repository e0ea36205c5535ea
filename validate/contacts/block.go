package contacts

import (
	"bytes"
	"fmt"
	"io"
)

// block is a run of whole records of a text list, with the buffers for walking it.
type block struct {
	blockMark
	list  *List
	base  *wanted // of the pass
	want  *wanted // of the table that the next record stands in
	table int     // its number: 0 is the first
	data  []byte
	at    int // the next record
	last  int // the one before

	counted, seen int // octets of data in which line ends were counted, and how many there are

	chart    recordChart
	unmapped bool // its dialect is none that stops tell

	fields  [][]byte // wanted fields of the record
	values  [][]byte // the same in the order in which they were chosen
	row     []byte   // what the quotes around a record hold
	scratch []byte   // cells that are not a part of data
	quoted  bool     // there may be quotes around fields
	decode  *decoder
}

// block returns an empty block, made of reuse if there is one. Buffers that a huge record has blown up are let go.
func (l *List) block(reuse Block, want *wanted) *block {
	b, ok := reuse.(*block)
	if !ok || b.base != want {
		b = &block{list: l, base: want, decode: l.charset.decoder(), unmapped: l.dialect.cr ||
			l.dialect.lead != nil || l.dialect.inner != nil}
	}
	if cap(b.data) > 2*l.blockSize {
		b.data, b.scratch = nil, nil
	}
	b.data, b.at, b.last, b.counted, b.seen = b.data[:0], 0, 0, 0, 0
	b.want, b.table = want, 0
	b.chart.forget()
	return b
}

// read fills the block with n bytes from its offset on, keeping those that it has.
func (b *block) read(in *input, n int) error {
	have := len(b.data)
	if room := n + 63; cap(b.data) < room { // stops are looked for 64 bytes at a time
		b.data = append(make([]byte, 0, room), b.data...)
	}
	b.data = b.data[:n]
	got, err := in.ReadAt(b.data[have:], b.offset+int64(have))
	if got == n-have {
		return nil
	}
	if err == nil || err == io.EOF {
		return ErrChanged // it was longer
	}
	return fmt.Errorf("reading the list: %w", err)
}

func (b *block) Bytes() int64 { return int64(b.size) }

func (b *block) Line() int {
	b.seen += b.list.dialect.lines(b.data[b.counted:b.last])
	b.counted = b.last
	return b.line + b.seen
}

// What is said of unreadable records.
const (
	whyUnclosed = "a quote opens a cell here and is never closed"
	whyTooLong  = "the line is too long"
)

func (b *block) Next(r *Record) bool {
	if b.at == len(b.data) {
		return false
	}
	*r = Record{}
	if len(b.list.later) > 0 {
		b.turn()
	}
	if b.at == 0 && (b.within || b.torn) {
		r.Kind, r.Why = Unreadable, whyTooLong
		r.Within, r.Torn = b.within, b.torn && b.offset+int64(b.size) < b.list.in.size
		b.take(r, b.overlong())
		return true
	}
	rec, mapped := b.mapped()
	if !mapped {
		b.chart.forget()
		rec = b.scan()
	}
	offset := b.offset + int64(b.at)
	r.At = offset
	b.take(r, rec)
	if rec.state == broken {
		r.Kind, r.Why = b.list.brokenKind(r.Raw)
		return true
	}
	if r.Kind = b.list.kind(offset, r.Raw); r.Kind == Row {
		r.Fields, r.Table = rec.fields, b.table
		b.cells(r)
	}
	return true
}

// scan takes apart the record at b.at with care.
func (b *block) scan() (rec shape) {
	rest, offset := b.data[b.at:], b.offset+int64(b.at)
	b.quoted = true
	if offset < b.list.openEnd && offset >= b.list.openAt {
		return shape{size: int(b.list.openEnd - offset)}
	}
	rec, b.fields, b.row = b.list.dialect.apart(rest, true, b.want.fields, b.fields[:0], b.row[:0])
	return rec
}

func (b *block) Rest() []byte { return b.data[b.at:] }

func (b *block) Skip(n int) {
	b.chart.forget()
	b.at += n
}

// overlong is the piece of an overlong line that the block begins with.
func (b *block) overlong() shape {
	if b.torn {
		return shape{size: len(b.data)}
	}
	n, _, _ := b.list.dialect.line(b.data, true)
	return shape{size: n}
}

// take moves on by one record.
func (b *block) take(r *Record, rec shape) {
	r.Raw = b.data[b.at : b.at+rec.size : b.at+rec.size]
	b.last, b.at = b.at, b.at+rec.size
}

// cells says what the wanted fields say, in the order in which they were chosen.
func (b *block) cells(r *Record) {
	if b.decode != nil || b.quoted {
		b.scratch = b.scratch[:0]
		for i, f := range b.fields {
			b.fields[i], b.scratch = b.decode.cell(f, b.scratch)
		}
	}
	values := b.fields
	if !b.want.inOrder || len(values) < b.want.cells {
		values = b.arranged()
	}
	r.Cells, r.Extra = values[:b.want.addresses], values[b.want.addresses:]
}

// brokenKind says what a record is whose quote is never closed: the header again, if that has such a quote,
// or nothing that can be read.
func (l *List) brokenKind(raw []byte) (RecordKind, string) {
	if l.openEnd > 0 && bytes.Equal(l.dialect.trimEnd(raw), l.header) {
		return headerRecord, ""
	}
	return Unreadable, whyUnclosed
}

// arranged puts the wanted fields in the order in which they were chosen, nil where the row is too short.
func (b *block) arranged() [][]byte {
	if b.values == nil {
		b.values = make([][]byte, b.want.cells)
	}
	if len(b.fields) < len(b.values) {
		clear(b.values)
	}
	for i, f := range b.fields {
		b.values[b.want.slots[i]] = f
	}
	return b.values
}

// kind says what a readable record is by where it stands and what it holds.
func (l *List) kind(offset int64, raw []byte) RecordKind {
	if offset < l.body {
		return l.preambleKind(offset, raw)
	}
	if len(l.later) > 0 {
		if k, ok := l.laterKind(offset, raw); ok {
			return k
		}
	}
	if raw[0] <= ' ' && l.dialect.blank(raw) {
		return blankRecord
	}
	if len(l.header) > 0 && raw[0] == l.header[0] && bytes.Equal(l.dialect.trimEnd(raw), l.header) {
		return headerRecord
	}
	return Row
}

func (l *List) preambleKind(offset int64, raw []byte) RecordKind {
	switch {
	case l.dialect.blank(raw):
		return blankRecord
	case offset < l.afterSeparator:
		return separatorRecord
	case offset < l.headerAt:
		return titleRecord
	}
	return headerRecord
}

// blank reports whether a record holds nothing but blanks.
func (d *dialect) blank(raw []byte) bool {
	for _, c := range raw {
		if (c == d.delim && c != noDelimiter) || (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
			return false
		}
	}
	return true
}
