package contacts

import "golang.org/x/sys/cpu"

// findStops is findEach, four times as fast where the processor compares 32 octets at once.
func findStops(all []stops, b []byte, delim byte) {
	if !cpu.X86.HasAVX2 {
		findEach(all, b, delim)
		return
	}
	if len(all) > 0 {
		b = b[:64*len(all)]
		stops32(&all[0], &b[0], len(all), delim)
	}
}

// stops32 finds the stops of n times 64 octets.
//
//go:noescape
func stops32(all *stops, b *byte, n int, delim byte)
