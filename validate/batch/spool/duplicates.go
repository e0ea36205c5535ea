package spool

import (
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Duplicates finds rows whose address, or another spelling of whose mailbox, is in an earlier row.
//
// Each address leaves an entry: the seeded 64-bit hash of its mailbox form, its row, and 32 bits of the hash of its
// exact spelling. Entries are partitioned by hash, so that a small table suffices to search each partition. Matches
// are partitioned by row, so that the second read finds them in order.
type Duplicates struct {
	dir     *Dir
	entries *Spill[SeenRow]
	links   []*Spill[linkedRow] // one for each worker of the search
	rows    uint32              // rows in the list; known after the survey
}

// SeenRow is a row with an address, and linkedRow one whose address an earlier row holds.
type (
	SeenRow struct {
		Mailbox       uint64
		Row, Spelling uint32
	}
	linkedRow struct{ row, first uint32 }
)

// rowsKept is how many entries of each partition stay in memory: in all 16 MiB. They go to the file in whole pages.
const rowsKept = 4 << 10

// OtherSpelling marks a link to a row with another spelling of the same mailbox. Row numbers are always smaller.
const OtherSpelling = 1 << 31

// NewDuplicates returns an empty search.
func NewDuplicates(dir *Dir) *Duplicates {
	return &Duplicates{dir: dir, entries: NewSpill[SeenRow](dir, rowsKept)}
}

// Close frees all entries and links.
func (d *Duplicates) Close() {
	d.entries.Close()
	for _, l := range d.links {
		l.Close()
	}
}

// Add adds a row to the search.
func (d *Duplicates) Add(mailbox uint64, row, spelling uint32) error {
	return d.entries.Add(PartitionOf(mailbox), SeenRow{mailbox, row, spelling})
}

// Search searches all entries and stores the links. rows is the number of rows of the list.
func (d *Duplicates) Search(rows uint32, workers int) error {
	d.rows = rows
	var group errgroup.Group
	var next atomic.Int64
	for range workers {
		links := NewRowSpill[linkedRow](d.dir)
		d.links = append(d.links, links)
		group.Go(func() error {
			table, room := firsts{slots: make([]firstSlot, 1<<10)}, d.Room()
			for p := next.Add(1) - 1; p < Partitions; p = next.Add(1) - 1 {
				if err := d.searchOne(int(p), room, &table, links); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	d.entries.Close()
	return err
}

// searchOne looks through one partition of entries.
func (d *Duplicates) searchOne(p int, room []SeenRow, table *firsts, links *Spill[linkedRow]) error {
	table.reset()
	return d.entries.Each(p, room, func(rows []SeenRow) error {
		for i := range rows {
			r := &rows[i]
			first := table.first(r.Mailbox, r.Row, r.Spelling)
			if first == r.Row {
				continue
			}
			if err := links.Add(PartitionOfRow(r.Row, d.rows), linkedRow{r.Row, first}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Each passes the rows whose mailboxes are in a partition to use, before they are searched; see Spill.Each.
func (d *Duplicates) Each(p int, room []SeenRow, use func([]SeenRow) error) error {
	return d.entries.Each(p, room, use)
}

// Room returns a buffer for Each.
func (d *Duplicates) Room() []SeenRow { return d.entries.Room() }

// firsts is a table of the rows that were first with a mailbox, and with a spelling of it. It grows with
// distinct ones only.
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

// first tells the first row with this address; or, marked as OtherSpelling, with this mailbox; or row itself.
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
	return first | OtherSpelling
}
