package contacts

import "encoding/binary"

// findAll tells which of the first 64 bytes of b are c: the lowest bit stands for the first.
func findAll(b []byte, c byte) (found uint64) {
	n, same, i := min(len(b), 64), uint64(c)*0x0101010101010101, 0
	for ; i+8 <= n; i += 8 {
		found |= alike(binary.LittleEndian.Uint64(b[i:i+8]), same) << (i & 63)
	}
	if i < n && n > 8 { // the last eight, of which some were seen
		return found | alike(binary.LittleEndian.Uint64(b[n-8:n]), same)<<((n-8)&63)
	}
	for ; i < n; i++ {
		found |= uint64(btoi(b[i] == c)) << i
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
