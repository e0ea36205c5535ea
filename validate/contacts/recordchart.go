package contacts

import (
	"math/bits"

	"github.com/prebounce/prebounce/validate/scan"
)

// recordChart tells where the coming records of a block end, and their fields. It is drawn for some of them
// at once, since it takes a processor longer to guess wrong whether there is one delimiter more than to find
// all of many.
type recordChart struct {
	ends []uint32 // where the records end: their line feeds
	// what stands before their fields, and behind the last: a delimiter or a line feed; before the first,
	// where it begins less one
	bounds []uint32

	record, field int               // the next one of each
	width         int               // fields of the record before
	reach         int               // how many times 64 octets to look ahead
	near          []scan.Delimiters // of these
}

const leastReach, mostReach = 2, 64

// forget is for when the block goes on elsewhere.
func (c *recordChart) forget() { c.ends, c.record, c.reach = c.ends[:0], 0, 0 }

// mapped takes apart the record at b.at by the chart, as can be done with nearly every one. It leaves to the
// scanner what goes on in another line, has a quote out of its place, or ends with the block.
func (b *block) mapped() (rec shape, ok bool) {
	c := &b.chart
	if c.record == len(c.ends) && !b.draw() {
		return rec, false
	}
	end := c.ends[c.record]
	next := c.field + c.width
	if next >= len(c.bounds) || c.width == 0 || c.bounds[next] != end {
		for next = c.field + 1; c.bounds[next] != end; next++ {
		}
	}
	c.width = next - c.field
	b.quoted = false
	b.pick(c.bounds[c.field : next+1])
	c.record, c.field = c.record+1, next
	rec.size, rec.fields = int(end)+1-b.at, c.width
	return rec, true
}

// pick leaves the wanted fields of a record.
func (b *block) pick(bounds []uint32) {
	if cap(b.fields) < len(b.want.fields) {
		b.fields = make([][]byte, len(b.want.fields))
	}
	out := b.fields[:len(b.want.fields)]
	for i, n := range b.want.fields {
		if n+1 >= len(bounds) {
			out = out[:i]
			break
		}
		field := b.data[bounds[n]+1 : bounds[n+1]]
		if n+2 == len(bounds) {
			field = trimCR(field)
		}
		out[i] = field
		if len(field) > 0 && field[0] == '"' {
			b.quoted = true
		}
	}
	b.fields = out
}

// draw draws the chart from b.at on, as far as the lookout reaches: to the end of one record at least.
func (b *block) draw() (ok bool) {
	c, rest := &b.chart, b.data[b.at:]
	c.reach = max(c.reach, leastReach)
	for most := (len(rest) + 63) / 64; !b.unmapped; c.reach *= 2 {
		n := min(c.reach, most)
		if cap(c.near) < n {
			c.near = make([]scan.Delimiters, n)
		}
		near := c.near[:n]
		scan.Find(near, rest[:cap(rest)], b.list.dialect.delim)
		if over := 64*n - len(rest); over > 0 {
			near[n-1].Truncate(64 - over)
		}
		whole := c.fill(near, b.at)
		if len(c.ends) > 0 {
			c.reach = min(2*c.reach, mostReach)
			return true
		}
		if !whole || n == most {
			break
		}
	}
	return false
}

// fill puts the delimiters of octets from b.data[at] on into the chart. Not whole: from one of them on it
// takes a scanner.
func (c *recordChart) fill(near []scan.Delimiters, at int) (whole bool) {
	c.ends, c.record, c.field, whole = c.ends[:0], 0, 0, true
	q := quoting{mayOpen: 1}
	for i := 0; i < len(near) && whole; i++ {
		s, bad := &near[i], uint64(0)
		if s.Fields &^= s.LineFeeds; s.Quotes|q.inside != 0 {
			bad = q.outside(s)
		} else {
			q.closing = 0
		}
		q.mayOpen = (s.LineFeeds | s.Fields | q.closing) >> 63
		fine := before(bad)
		for b := s.LineFeeds & fine; b != 0; b &= b - 1 {
			c.ends = append(c.ends, uint32(at+64*i+bits.TrailingZeros64(b)))
		}
		s.Fields = (s.Fields | s.LineFeeds) & fine
		if bad != 0 {
			near, whole = near[:i+1], false
		}
	}
	if room := 64*len(near) + 9; cap(c.bounds) < room {
		c.bounds = make([]uint32, room)
	}
	c.bounds = c.bounds[:cap(c.bounds)]
	c.bounds[0] = uint32(at) - 1
	c.bounds = c.bounds[:1+scan.Positions(c.bounds[1:], near, at)]
	return whole
}

// before are the bits below the lowest one of b, or all.
func before(b uint64) uint64 { return b&-b - 1 }

// quoting follows the quotes of records.
type quoting struct {
	inside  uint64 // all ones where a quoted part goes on
	mayOpen uint64 // the first bit: a quote may open there
	closing uint64 // quotes that close
}

// outside leaves the delimiters that no quotes surround. It is bad where a line ends inside quotes, or a
// quote opens where no field begins.
func (q *quoting) outside(s *scan.Delimiters) (bad uint64) {
	inside := parity(s.Quotes) ^ q.inside // from each quote that opens to before the one that closes
	opening, hidden := s.Quotes&inside, s.LineFeeds&inside
	s.LineFeeds, s.Fields = s.LineFeeds&^inside, s.Fields&^inside
	q.closing = s.Quotes &^ inside // a quote right behind one that closes: together they are one inside
	q.inside = uint64(int64(inside) >> 63)
	return hidden | opening&^((s.LineFeeds|s.Fields|q.closing)<<1|q.mayOpen)
}

// parity tells for each bit whether the number of bits up to it is odd.
func parity(b uint64) uint64 {
	b ^= b << 1
	b ^= b << 2
	b ^= b << 4
	b ^= b << 8
	b ^= b << 16
	return b ^ b<<32
}
