package batch

import (
	"hash/maphash"

	"github.com/prebounce/prebounce/validate"
)

// AddressSet is a set of addresses. It uses 8 to 16 bytes per address, and a lookup allocates nothing. Letter case is
// ignored. The set stores seeded 64-bit hashes rather than addresses, and the files that each address came from. A nil
// set is empty.
type AddressSet struct {
	seed  maphash.Seed
	slots []uint64  // a power of two, at most half full; 0: free
	of    []fileSet // of each slot
	used  int
	files fileSets
}

// Add adds an address to the set.
func (s *AddressSet) Add(a *validate.Address) {
	if s.slots == nil {
		s.seed, s.slots, s.of = maphash.MakeSeed(), make([]uint64, 1<<6), make([]fileSet, 1<<6)
	}
	h := s.hash(a)
	i := s.slot(h)
	s.of[i] = s.files.with(s.of[i])
	if s.slots[i] == h {
		return
	}
	s.slots[i] = h
	if s.used++; 2*s.used > len(s.slots) {
		s.grow()
	}
}

// Begin sets the file that the following addresses come from.
func (s *AddressSet) Begin(file string) { s.files.begin(file) }

// Has reports whether an address is in the set.
func (s *AddressSet) Has(a *validate.Address) bool {
	if s == nil || s.used == 0 {
		return false
	}
	return s.slots[s.slot(s.hash(a))] != 0
}

// from tells which files an address of the set stands in.
func (s *AddressSet) from(a *validate.Address) fileSet { return s.of[s.slot(s.hash(a))] }

func (s *AddressSet) grow() {
	old, of := s.slots, s.of
	s.slots, s.of = make([]uint64, 2*len(old)), make([]fileSet, 2*len(old))
	for i, h := range old {
		if h != 0 {
			to := s.slot(h)
			s.slots[to], s.of[to] = h, of[i]
		}
	}
}

// slot is where a hash stands, or where there is room for it.
func (s *AddressSet) slot(h uint64) int {
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		if p := s.slots[i]; p == 0 || p == h {
			return int(i)
		}
	}
}

func (s *AddressSet) hash(a *validate.Address) uint64 {
	var buf [512]byte
	b := append(append(lowered(buf[:0], a.Local), '@'), a.Domain...)
	return maphash.Bytes(s.seed, b) | 1 // 0 means free
}
