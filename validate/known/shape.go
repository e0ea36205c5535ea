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

// starts is a set of the first three letters of some names, in 4 KiB.
type starts [512]uint64

// threeOf numbers three letters, or what stands in their place.
func threeOf(a, b, c byte) uint { return uint(a&31)<<10 | uint(b&31)<<5 | uint(c&31) }

// begin tells whether one of the names may begin with the letters that name begins with.
func (s *starts) begin(name string) bool {
	if len(name) < 3 {
		return true
	}
	i := threeOf(name[0], name[1], name[2])
	return s[i>>6]&(1<<(i&63)) != 0
}

func startsOf(t table) *starts {
	s := new(starts)
	for name := range t.all() {
		s.add(name)
	}
	return s
}

// add counts anything as the letters that a short name lacks: a tag, a place or a number may follow it.
func (s *starts) add(name string) {
	if len(name) >= 3 {
		i := threeOf(name[0], name[1], name[2])
		s[i>>6] |= 1 << (i & 63)
		return
	}
	for c := range byte(32) {
		s.add(name + string('`'+c))
	}
}
