package probe

// idSet is a set of numbers that lie close together, mostly. The zero value is empty.
type idSet struct {
	n     int
	pages map[uint32]*[64]uint64
}

func (s *idSet) add(id uint32) {
	page := s.pages[id>>12]
	if page == nil {
		if s.pages == nil {
			s.pages = make(map[uint32]*[64]uint64)
		}
		page = new([64]uint64)
		s.pages[id>>12] = page
	}
	word, bit := &page[id>>6&63], uint64(1)<<(id&63)
	if *word&bit == 0 {
		*word |= bit
		s.n++
	}
}
