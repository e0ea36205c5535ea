package contacts

import "math/bits"

// lookout finds the stops of a record.
type lookout struct {
	ahead [2]stops
}

// look finds the stops of the 128 octets from b.data[at] on.
func (b *block) look(at int) {
	rest := b.data[at:]
	findStops(b.ahead[:], rest[:cap(rest)], b.list.dialect.delim)
	if n := len(rest); n < 128 {
		b.ahead[0].upTo(min(n, 64))
		b.ahead[1].upTo(max(n-64, 0))
	}
}

// mapped takes apart the record at b.at by its stops, which is all it takes for nearly every one. It leaves to the scanner what goes on
// in another line, has a quote out of its place, or ends with the block.
func (b *block) mapped() (rec shape, ok bool) {
	if b.unmapped {
		return rec, false
	}
	data, want, out := b.data, b.want.fields, b.fields[:0]
	next, from := want.first(), b.at
	b.inside, b.mayOpen = 0, 1
	for at := b.at; at < len(data); at += 64 {
		i := (at - b.at) / 64 % 2
		if i == 0 {
			b.look(at)
		}
		s := &b.ahead[i]
		ends, delims := s.ends, s.delims&^s.ends
		if s.quotes|b.inside == 0 {
			b.mayOpen = delims >> 63
		} else if ends, delims, ok = b.outside(ends, delims, s.quotes); !ok {
			return rec, false
		}
		for delims &= before(ends); delims != 0 && next >= rec.fields; delims &= delims - 1 {
			end := at + bits.TrailingZeros64(delims)
			if rec.fields == next {
				out = append(out, data[from:end])
				next = want.at(len(out))
			}
			rec.fields, from = rec.fields+1, end+1
		}
		rec.fields += bits.OnesCount64(delims)
		if ends != 0 {
			end := at + bits.TrailingZeros64(ends)
			if rec.fields == next {
				out = append(out, data[from:b.at+len(trimCR(data[b.at:end]))])
			}
			b.fields = out
			rec.size, rec.lines, rec.fields = end+1-b.at, 1, rec.fields+1
			return rec, true
		}
	}
	return rec, false
}

func (w numbers) first() int { return w.at(0) }
func (w numbers) at(i int) int {
	if i < len(w) {
		return w[i]
	}
	return -1
}

// before are the bits below the lowest one of b, or all.
func before(b uint64) uint64 { return b&-b - 1 }

// quoting follows the quotes of a record.
type quoting struct {
	inside  uint64 // all ones where a quoted part goes on
	mayOpen uint64 // the first bit: a quote may open there
}

// outside leaves the stops that no quotes surround. Not ok: the record's line ends inside quotes, or a quote opens where no field begins.
func (q *quoting) outside(ends, delims, quotes uint64) (_, _ uint64, ok bool) {
	inside := parity(quotes) ^ q.inside // from each quote that opens to before the one that closes
	opening, closing := quotes&inside, quotes&^inside
	hidden := ends & inside
	ends, delims = ends&^inside, delims&^inside
	doubled := closing << 1 // a quote right behind one that closes: together they are one inside
	ok = (hidden|opening&^(delims<<1|doubled|q.mayOpen))&before(ends) == 0
	q.inside = uint64(int64(inside) >> 63)
	q.mayOpen = (delims | closing) >> 63
	return ends, delims, ok
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
