package validate

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

var canGlance = cpu.X86.HasAVX2 && cpu.X86.HasBMI1

const glanced = 64 // octets of the longest address

// look fills in g for s. It can't for every s, and not on every processor.
func (g *glance) look(s string) bool {
	at := unsafe.StringData(s)
	const page = 4096 // nobody may read beyond the end of one
	if uint(len(s)-1) >= glanced || !canGlance || uintptr(unsafe.Pointer(at))%page > page-glanced {
		return false
	}
	glance64(g, at)
	return true
}

// glance64 reads 64 octets, whether or not they all belong to the string.
//
//go:noescape
func glance64(all *glance, s *byte)
