package batch

import (
	"hash/maphash"

	"github.com/prebounce/prebounce/validate"
)

// AddressSet is a set of addresses that takes eight to sixteen octets each and no allocation to ask. Letters' case does not count.
// It keeps seeded 64-bit hashes, no address. A nil set is empty.
type AddressSet struct {
	seed  maphash.Seed
	slots []uint64 // a power of two, at most half full; 0: free
	used  int
}

// Add puts an address into the set.
func (s *AddressSet) Add(a *validate.Address) {
	if s.slots == nil {
		s.seed, s.slots = maphash.MakeSeed(), make([]uint64, 1<<6)
	}
	h := s.hash(a)
	slot := s.slot(h)
	if *slot == h {
		return
	}
	*slot = h
	if s.used++; 2*s.used > len(s.slots) {
		s.grow()
	}
}

// Has tells whether an address is in the set.
func (s *AddressSet) Has(a *validate.Address) bool {
	if s == nil || s.used == 0 {
		return false
	}
	return *s.slot(s.hash(a)) != 0
}

// Len is how many addresses the set holds.
func (s *AddressSet) Len() int {
	if s == nil {
		return 0
	}
	return s.used
}

func (s *AddressSet) grow() {
	old := s.slots
	s.slots = make([]uint64, 2*len(old))
	for _, h := range old {
		if h != 0 {
			*s.slot(h) = h
		}
	}
}

func (s *AddressSet) slot(h uint64) *uint64 {
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		if p := &s.slots[i]; *p == 0 || *p == h {
			return p
		}
	}
}

func (s *AddressSet) hash(a *validate.Address) uint64 {
	var buf [512]byte
	b := append(append(lowered(buf[:0], a.Local), '@'), a.Domain...)
	return maphash.Bytes(s.seed, b) | 1 // 0 means free
}
