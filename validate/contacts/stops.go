package contacts

import (
	"encoding/binary"
	"math/bits"
)

// stops tell where 64 octets of a list hold what gives it structure: a bit for each octet, the lowest for the first.
type stops struct{ ends, delims, quotes uint64 } // line feeds, delimiters, quotes

// upTo leaves the stops among the first n octets.
func (s *stops) upTo(n int) {
	few := uint64(1)<<n - 1
	s.ends, s.delims, s.quotes = s.ends&few, s.delims&few, s.quotes&few
}

// findEach finds the stops of as many times 64 octets as there is room for in all.
func findEach(all []stops, b []byte, delim byte) {
	for i := range all {
		all[i] = stops{findAll(b[i*64:], '\n'), findAll(b[i*64:], delim), findAll(b[i*64:], '"')}
	}
}

// findAll tells which of the first 64 bytes of b are c.
func findAll(b []byte, c byte) (found uint64) {
	same, all := uint64(c)*0x0101010101010101, b[:64]
	for i := 0; i < 64; i += 8 {
		found = found>>8 | alike(binary.LittleEndian.Uint64(all[i:i+8]), same)<<56
	}
	return found
}

// alike tells which of the eight bytes of a and b are the same: the lowest bit stands for the lowest.
func alike(a, b uint64) uint64 {
	const low7, gather = 0x7F7F7F7F7F7F7F7F, 0x0102040810204080
	x := a ^ b
	same := ^(x&low7 + low7 | x | low7) // the highest bit of each byte that is zero
	return same >> 7 * gather >> 56
}

// placeEach writes the places of all delims to `to` and tells how many there are. The first of the stops are those of the octets from
// `at` on.
func placeEach(to []uint32, all []stops, at int) (n int) {
	for i := range all {
		for b := all[i].delims; b != 0; b &= b - 1 {
			to[n] = uint32(at + 64*i + bits.TrailingZeros64(b))
			n++
		}
	}
	return n
}
