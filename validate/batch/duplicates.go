package batch

import (
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// duplicates finds rows whose address, or whose mailbox in another spelling, stands in an earlier row.
//
// Each address leaves an entry: the 64-bit seeded hash of its mailbox form, its row, and 32 bits of the hash of its exact spelling.
// The entries go to partitions by hash, so that each can be searched in a small table; what is found goes to partitions by row,
// so that the second read finds it in order.
type duplicates struct {
	dir     string
	entries *spill[seenRow]
	links   []*spill[linkedRow] // one for each worker of the search
	rows    uint32              // rows in the list; known after the survey
}

// seenRow is a row with an address, and linkedRow one whose address an earlier row holds.
type (
	seenRow struct {
		mailbox       uint64
		row, spelling uint32
	}
	linkedRow struct{ row, first uint32 }
)

// How many entries of each partition stay in memory: in all 16 MiB of rows, and 1 MiB of links for each worker, as most lists have few.
// They go to the file in whole pages.
const rowsKept, linksKept = 4 << 10, 512

// otherSpelling marks a link to a row that spells the same mailbox differently. Rows stay below it.
const otherSpelling = 1 << 31

func newDuplicates(dir string) *duplicates {
	return &duplicates{dir: dir, entries: &spill[seenRow]{dir: dir, size: rowsKept}}
}

func (d *duplicates) close() {
	d.entries.close()
	for _, l := range d.links {
		l.close()
	}
}

func (d *duplicates) add(mailbox uint64, row, spelling uint32) error {
	return d.entries.add(mailbox>>(64-partitionBits), seenRow{mailbox, row, spelling})
}

// search looks through all entries and leaves the links. rows is how many rows the list has.
func (d *duplicates) search(rows uint32, workers int) error {
	d.rows = rows
	var group errgroup.Group
	var next atomic.Int64
	for range workers {
		links := &spill[linkedRow]{dir: d.dir, size: linksKept}
		d.links = append(d.links, links)
		group.Go(func() error {
			table, room := firsts{slots: make([]firstSlot, 1<<10)}, make([]seenRow, rowsKept)
			for p := next.Add(1) - 1; p < partitions; p = next.Add(1) - 1 {
				if err := d.searchOne(int(p), room, &table, links); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	d.entries.close()
	return err
}

// searchOne looks through one partition of entries.
func (d *duplicates) searchOne(p int, room []seenRow, table *firsts, links *spill[linkedRow]) error {
	table.reset()
	return d.entries.each(p, room, func(rows []seenRow) error {
		for i := range rows {
			r := &rows[i]
			first := table.first(r.mailbox, r.row, r.spelling)
			if first == r.row {
				continue
			}
			if err := links.add(uint64(r.row/d.perPartition()), linkedRow{r.row, first}); err != nil {
				return err
			}
		}
		return nil
	})
}

// perPartition is how many rows one partition of links covers.
func (d *duplicates) perPartition() uint32 { return d.rows/partitions + 1 }

// firsts is a table of the rows that were first with a mailbox, and with a spelling of it. It grows with distinct ones only.
type firsts struct {
	slots []firstSlot // a power of two, at most three quarters full
	used  int
}

type firstSlot struct {
	key      uint64
	row      uint32 // from 1; 0: free
	spelling uint32
}

func (f *firsts) reset() {
	if f.used > 0 {
		clear(f.slots)
	}
	f.used = 0
}

// slot is where key stands or belongs. The top bits chose the partition, so the low ones choose the slot.
func (f *firsts) slot(key uint64) *firstSlot {
	mask := uint64(len(f.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		if s := &f.slots[i]; s.row == 0 || s.key == key {
			return s
		}
	}
}

func (f *firsts) put(s *firstSlot, key uint64, row, spelling uint32) {
	*s = firstSlot{key, row + 1, spelling}
	if f.used++; 4*f.used <= 3*len(f.slots) {
		return
	}
	old := f.slots
	f.slots = make([]firstSlot, 2*len(old))
	for _, s := range old {
		if s.row != 0 {
			*f.slot(s.key) = s
		}
	}
}

// first tells the first row with this address; or, marked as otherSpelling, with this mailbox; or row itself.
func (f *firsts) first(mailbox uint64, row, spelling uint32) uint32 {
	s := f.slot(mailbox)
	if s.row == 0 {
		f.put(s, mailbox, row, spelling)
		return row
	}
	if s.spelling == spelling {
		return s.row - 1
	}
	first := s.row - 1
	const mix = 0x9e3779b97f4a7c15 // of the golden ratio: sends each spelling elsewhere
	key := mailbox ^ uint64(spelling+1)*mix
	if s = f.slot(key); s.row != 0 {
		return s.row - 1
	}
	f.put(s, key, row, spelling)
	return first | otherSpelling
}
