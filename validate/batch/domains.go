package batch

import (
	"hash/maphash"
	"iter"
)

// domains numbers the distinct domains of a list in the order of their first row, and counts their rows.
//
// A slot is compared by its 64-bit seeded hash alone: among 10 million domains the chance of any two alike is 3e-6.
type domains struct {
	seed  maphash.Seed
	slots []domainSlot // a power of two, at most two thirds full
	pages [][]byte     // the names, one after the other: each page holds whole ones and never moves
	ends  []uint32     // by id: where the name ends, as if all pages were full
	rows  []uint32     // by id, once they are counted
}

// domainSlot stores the rows next to the hash, because both are looked up together.
type domainSlot struct {
	hash uint64
	id   uint32 // from 1; 0: free
	rows uint32
}

const namesPage = 1 << 16

func newDomains() *domains {
	return &domains{seed: maphash.MakeSeed(), slots: make([]domainSlot, 1<<12)}
}

func (d *domains) len() int { return len(d.ends) }

func (d *domains) hash(name string) uint64 { return maphash.String(d.seed, name) }

// find tells the number of a domain that was added before.
func (d *domains) find(hash uint64) (id uint32, ok bool) {
	slot := d.slot(hash)
	return slot.id - 1, slot.id != 0
}

// slot is where hash stands, or the free slot where it belongs.
func (d *domains) slot(hash uint64) *domainSlot {
	mask := uint64(len(d.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if s := &d.slots[i]; (s.hash == hash && s.id != 0) || s.id == 0 {
			return s
		}
	}
}

// add numbers a domain, or finds its number, and adds to its rows.
func (d *domains) add(hash uint64, name []byte, rows uint32) (id uint32) {
	slot := d.slot(hash)
	if slot.id != 0 {
		slot.rows += rows
		return slot.id - 1
	}
	d.ends = append(d.ends, d.keep(name))
	*slot = domainSlot{hash, uint32(len(d.ends)), rows}
	if 3*len(d.ends) > 2*len(d.slots) {
		d.grow()
	}
	return uint32(len(d.ends) - 1)
}

// keep keeps a name and tells where it ends.
func (d *domains) keep(name []byte) (end uint32) {
	last := len(d.pages) - 1
	if last < 0 || len(d.pages[last])+len(name) > namesPage {
		d.pages, last = append(d.pages, make([]byte, 0, namesPage)), last+1
	}
	d.pages[last] = append(d.pages[last], name...)
	return uint32(last*namesPage + len(d.pages[last]))
}

// grow makes room for many more while there are few, as growing takes longer than the little memory is worth.
func (d *domains) grow() {
	old, times := d.slots, 2
	if len(old) < 1<<17 {
		times = 4
	}
	d.slots = make([]domainSlot, times*len(old))
	for _, s := range old {
		if s.id != 0 {
			*d.slot(s.hash) = s
		}
	}
}

// count makes the rows of each domain known. None may be added behind.
func (d *domains) count() {
	d.rows = make([]uint32, len(d.ends))
	for _, s := range d.slots {
		if s.id != 0 {
			d.rows[s.id-1] = s.rows
		}
	}
}

// near reads where a hash is looked for first, so that it comes near the processor.
func (d *domains) near(hash uint64) uint64 { return d.slots[hash&uint64(len(d.slots)-1)].hash }

// view is the name of a domain.
func (d *domains) view(id uint32) string {
	end := d.ends[id]
	page := (end - 1) / namesPage
	from := page * namesPage
	if id > 0 {
		from = max(from, d.ends[id-1])
	}
	return view(d.pages[page][from-page*namesPage : end-page*namesPage])
}

// all are the domains with their rows.
func (d *domains) all() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for id, rows := range d.rows {
			if !yield(d.view(uint32(id)), int(rows)) {
				return
			}
		}
	}
}
