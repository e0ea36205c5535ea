package scan

import (
	"encoding/binary"
	"math/bits"
)

// Delimiters are the masks of what separates fields and records among 64 octets of delimited text.
type Delimiters struct{ LineFeeds, Fields, Quotes uint64 }

// Truncate clears all bits but the first n.
func (d *Delimiters) Truncate(n int) {
	first := uint64(1)<<n - 1
	d.LineFeeds, d.Fields, d.Quotes = d.LineFeeds&first, d.Fields&first, d.Quotes&first
}

// findGeneric fills all with the masks of as many times 64 octets of b.
func findGeneric(all []Delimiters, b []byte, field byte) {
	for i := range all {
		b := b[i*64:]
		all[i] = Delimiters{LineFeeds: maskOf(b, '\n'), Fields: maskOf(b, field), Quotes: maskOf(b, '"')}
	}
}

// maskOf is the mask of c in the first 64 octets of b.
func maskOf(b []byte, c byte) (mask uint64) {
	same, all := uint64(c)*0x0101010101010101, b[:64]
	for i := 0; i < 64; i += 8 {
		mask = mask>>8 | equal(binary.LittleEndian.Uint64(all[i:i+8]), same)<<56
	}
	return mask
}

// equal compares the eight octets of a and b: the lowest bit of the result stands for the lowest octets.
func equal(a, b uint64) uint64 {
	const low7, gather = 0x7F7F7F7F7F7F7F7F, 0x0102040810204080
	x := a ^ b
	zero := ^(x&low7 + low7 | x | low7) // the highest bit of each octet that is zero
	return zero >> 7 * gather >> 56
}

// positionsGeneric writes the positions of all field delimiters to `to` and returns their number.
func positionsGeneric(to []uint32, all []Delimiters, offset int) (n int) {
	for i := range all {
		for mask := all[i].Fields; mask != 0; mask &= mask - 1 {
			to[n] = uint32(offset + 64*i + bits.TrailingZeros64(mask))
			n++
		}
	}
	return n
}
