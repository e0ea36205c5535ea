package known

// shapes is a set of the lengths, first and last letters of some names, in 4 KiB. A name whose shape isn't in it is none of
// them, which takes two nanoseconds to learn; most people's names aren't shaped like a role.
type shapes [512]uint64

func (s *shapes) add(name string) {
	i := shapeOf(name[0], name[len(name)-1], len(name))
	s[i>>6] |= 1 << (i & 63)
}

func has[T string | []byte](s *shapes, name T) bool {
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
