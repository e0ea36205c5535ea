package fleet

// bits is a set of numbers, an octet for eight of them. The zero value is empty.
type bits struct {
	words []uint64
	n     int // how many there are
}

func (b *bits) has(id uint32) bool {
	return int(id/64) < len(b.words) && b.words[id/64]&(1<<(id%64)) != 0
}

func (b *bits) add(id uint32) {
	if missing := int(id/64) + 1 - len(b.words); missing > 0 {
		b.words = append(b.words, make([]uint64, missing)...)
	}
	if !b.has(id) {
		b.n++
	}
	b.words[id/64] |= 1 << (id % 64)
}
