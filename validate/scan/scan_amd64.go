package scan

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

var hasAVX2 = cpu.X86.HasAVX2 && cpu.X86.HasBMI1 && cpu.X86.HasPOPCNT

// Find fills all with the masks of as many times 64 octets of b, which must have that many. Field is the
// field delimiter.
func Find(all []Delimiters, b []byte, field byte) {
	if !hasAVX2 || len(all) == 0 {
		findGeneric(all, b, field)
		return
	}
	b = b[:64*len(all)]
	findAVX2(&all[0], &b[0], len(all), field)
}

// Positions writes the positions of all field delimiters to `to` and returns their number. The first mask stands for
// the octets from offset on. `to` needs room for 64 positions a mask and eight more.
func Positions(to []uint32, all []Delimiters, offset int) int {
	if !hasAVX2 || len(all) == 0 {
		return positionsGeneric(to, all, offset)
	}
	to = to[:64*len(all)+8]
	end := positionsAVX2(&to[0], &all[0], len(all), uint32(offset))
	return int(uintptr(unsafe.Pointer(end))-uintptr(unsafe.Pointer(&to[0]))) / 4
}

// Scan fills in the masks of s, and reports whether it could. It cannot for an empty string, one of more than
// 64 octets, one whose 64 octets might cross the end of a page, nor without AVX2. Bits beyond the string's
// end mean nothing.
func (a *Address) Scan(s string) bool {
	at := unsafe.StringData(s)
	const page = 4096 // reading across the end of a page may fault
	if uint(len(s)-1) >= 64 || !hasAVX2 || uintptr(unsafe.Pointer(at))%page > page-64 {
		return false
	}
	addressAVX2(a, at)
	return true
}

// findAVX2 fills the masks of n times 64 octets.
//
//go:noescape
func findAVX2(all *Delimiters, b *byte, n int, field byte)

// positionsAVX2 writes the positions of the field delimiters of n masks and returns where they end. It writes up to 32
// octets beyond that.
//
//go:noescape
func positionsAVX2(to *uint32, all *Delimiters, n int, offset uint32) (end *uint32)

// addressAVX2 reads 64 octets, whether or not they all belong to the string.
//
//go:noescape
func addressAVX2(a *Address, s *byte)
