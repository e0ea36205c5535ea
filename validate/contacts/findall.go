package contacts

import "encoding/binary"

// findAll tells which of the first 64 bytes of b are c: the lowest bit stands for the first. It reads the room behind b where there is
// any, as a list's block has: to know where to stop would take longer than to go on.
func findAll(b []byte, c byte) (found uint64) {
	if cap(b) < 64 {
		var room [64]byte
		return findAll(room[:copy(room[:], b)], c)
	}
	same, all := uint64(c)*0x0101010101010101, b[:64]
	for i := 0; i < 64; i += 8 {
		found = found>>8 | alike(binary.LittleEndian.Uint64(all[i:i+8]), same)<<56
	}
	if len(b) < 64 {
		found &= 1<<len(b) - 1
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
