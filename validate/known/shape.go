package known

// shapes is a set of the lengths, first and last letters of some domains, in 4 KiB. A domain whose shape
// isn't in it is none of them, which takes two nanoseconds to learn.
type shapes [512]uint64

func (s *shapes) add(name string) {
	i := shapeOf(name[0], name[len(name)-1], len(name))
	s[i>>6] |= 1 << (i & 63)
}

func (s *shapes) has(name string) bool {
	if len(name) == 0 {
		return false
	}
	i := shapeOf(name[0], name[len(name)-1], len(name))
	return s[i>>6]&(1<<(i&63)) != 0
}

func shapeOf(first, last byte, length int) uint {
	return uint(first&31)<<10 | uint(last&31)<<5 | uint(length&31)
}

func shapesOf(t table) *shapes {
	s := new(shapes)
	for name := range t.all() {
		s.add(name)
	}
	return s
}

// openings is a set of the words that some names begin with, as far as eight letters show, in 8 KiB: the
// letters' case doesn't count, and a word ends where a role's may. One stranger in thirty passes.
type openings [1024]uint64

func openingsOf(t table) *openings {
	o := new(openings)
	for name := range t.all() {
		i := openingOf(name)
		o[i>>6] |= 1 << (i & 63)
	}
	return o
}

// begin reports whether one of the names may begin with the word that name begins with.
func (o *openings) begin(name string) bool {
	i := openingOf(name)
	return o[i>>6]&(1<<(i&63)) != 0
}

func openingOf(name string) uint {
	word := firstEight(name) | octets*0x20
	low := word & (octets * 0x7F)
	// + - . and what stands between them; _ with 0x20 is 0x7F
	ends := (low+octets*(0x80-'+'))&^(low+octets*(0x80-'/')) | (low + octets)
	ends &= octets * 0x80
	word &= ends&-ends>>7 - 1
	return uint(word * 0x9e3779b97f4a7c15 >> 48)
}

// octets is one in each of eight octets.
const octets uint64 = 0x0101010101010101

// firstEight is the first eight octets of a text, the first one lowest. A + stands for what a shorter one lacks.
func firstEight(s string) uint64 {
	if len(s) >= 8 {
		return eight(s, 0)
	}
	word := uint64(octets*'+') << (8 * len(s))
	for i := range len(s) {
		word |= uint64(s[i]) << (8 * i)
	}
	return word
}

// eight is the eight octets from s[i] on.
func eight(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// holds tells, by the highest bit of each, which octets of a word are c.
func holds(word uint64, c byte) uint64 {
	const low7 = octets * 0x7F
	x := word ^ octets*uint64(c)
	return ^(x&low7 + low7 | x | low7)
}
