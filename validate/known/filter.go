package known

import "iter"

// filter is a Bloom filter over the keys of several tables: most names are in none of them, and learn so here in a few
// nanoseconds. A power of two of bits, at least twelve per key, three probes: one stranger in a hundred passes.
type filter string

// hash takes a name from its end to its start, so that one pass over a domain yields the hash of each of its
// parents too. The zero hash is that of the empty name. FNV-1a, whose low bits mixed stirs.
type hash uint64

const (
	domainSeed hash = 0xcbf29ce484222325
	roleSeed   hash = 0x9ae16a3b2f90404f
)

func (h hash) add(c byte) hash { return (h ^ hash(c)) * 0x100000001b3 }

func (h hash) of(name string) hash {
	for i := len(name) - 1; i >= 0; i-- {
		h = h.add(name[i])
	}
	return h
}

// suffixes yields the parents of a domain, shortest first, and at last itself, each with its hash.
func suffixes(name string) iter.Seq2[hash, string] {
	return func(yield func(hash, string) bool) {
		h := domainSeed
		for i := len(name) - 1; i >= 0; i-- {
			if name[i] == '.' && !yield(h, name[i+1:]) {
				return
			}
			h = h.add(name[i])
		}
		yield(h, name)
	}
}

// probes are the three bits of a name, before they are cut to the filter's size.
func (h hash) probes() (a, b, c uint32) {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	a, step := uint32(h), uint32(h>>32)|1
	return a, a + step, a + 2*step
}

func (f filter) has(h hash) bool {
	if f == "" {
		return false
	}
	a, b, c := h.probes()
	return f.bit(a) && f.bit(b) && f.bit(c)
}

func (f filter) bit(i uint32) bool {
	i &= uint32(len(f))*8 - 1
	return f[i>>3]&(1<<(i&7)) != 0
}

// newFilter makes a filter of as many hashes.
func newFilter(hashes []hash) filter {
	size := 8
	for size*8 < 12*len(hashes) {
		size *= 2
	}
	bits := make([]byte, size)
	for _, h := range hashes {
		a, b, c := h.probes()
		for _, i := range []uint32{a, b, c} {
			i &= uint32(size)*8 - 1
			bits[i>>3] |= 1 << (i & 7)
		}
	}
	return filter(bits)
}

func hashes(seed hash, tables ...table) (all []hash) {
	for _, t := range tables {
		for name := range t.all() {
			all = append(all, seed.of(name))
		}
	}
	return all
}
