package batch

import (
	"cmp"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/exports"
)

// search finds the rows that anything is said of, by the entries that all addresses left.
func (s *statements) search(d *spool.Duplicates, rows uint32, workers int) error {
	if s == nil {
		return nil
	}
	if err := s.settle(); err != nil {
		return err
	}
	defer s.entries.Close()
	defer s.further.Close()
	s.rows = rows
	found := make([]statementSearch, workers)
	var group errgroup.Group
	for w := range workers {
		links := spool.NewRowSpill[statedRow](s.run.temporary())
		s.links = append(s.links, links)
		group.Go(func() error {
			f := &found[w]
			f.statements, f.mine, f.room = s, links, d.Room()
			f.said = make([][reasons]int64, len(s.sources))
			for p := w; p < spool.Partitions; p += workers {
				if err := f.searchOne(p, d); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	for i := range found {
		s.barred += found[i].count
		for source := range found[i].said {
			for r, n := range found[i].said[source] {
				s.sources[source].said[r] += n
			}
		}
	}
	return err
}

// statementSearch is one worker's part of the search, and what was said of the mailboxes of one partition.
type statementSearch struct {
	statements *statements
	mine       *spool.Spill[statedRow]
	room       []spool.SeenRow
	all        []statement      // ordered by mailbox and row
	groups     []mailboxSaid    // one for each mailbox
	count      int64            // rows that are barred
	said       [][reasons]int64 // rows that say so themselves, by source
}

// mailboxSaid is what is said of one mailbox.
type mailboxSaid struct {
	mailbox  uint64
	from, to int
	barring  int // the statement that decides for every row of the mailbox; -1: there is none
}

// searchOne looks through one partition.
func (f *statementSearch) searchOne(p int, d *spool.Duplicates) error {
	if err := f.gather(p); err != nil || len(f.all) == 0 {
		return err
	}
	err := d.Each(p, f.room, func(rows []spool.SeenRow) error {
		for i := range rows {
			if err := f.row(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return f.statements.further.Each(p, f.statements.further.Room(), func(rows []statement) error {
		for i := range rows {
			if err := f.alsoBarred(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// gather reads what is said of the mailboxes of a partition.
func (f *statementSearch) gather(p int) error {
	f.all, f.groups = f.all[:0], f.groups[:0]
	err := f.statements.entries.Each(p, f.statements.entries.Room(), func(some []statement) error {
		for _, e := range some {
			if f.statements.sources[e.source].decides {
				f.all = append(f.all, e)
			}
		}
		return nil
	})
	slices.SortFunc(f.all, byMailbox)
	for from := 0; from < len(f.all); {
		g := mailboxSaid{mailbox: f.all[from].mailbox, from: from, to: from, barring: -1}
		for g.to < len(f.all) && f.all[g.to].mailbox == g.mailbox {
			if e := &f.all[g.to]; e.value != ofFurther && !f.saidBefore(g.from, g.to) {
				f.said[e.source][e.reason&reasonBits]++
			}
			g.to++
		}
		g.barring = f.gravest(g.from, g.to, exports.Barring)
		f.groups = append(f.groups, g)
		from = g.to
	}
	return err
}

// saidBefore reports whether the row of a statement says the same in an earlier column, so that it is counted once.
func (f *statementSearch) saidBefore(from, at int) bool {
	e := &f.all[at]
	for i := at - 1; i >= from && f.all[i].row == e.row; i-- {
		if f.all[i].reason&reasonBits == e.reason&reasonBits && f.all[i].value != ofFurther {
			return true
		}
	}
	return false
}

// gravest is the first of some statements that weighs most, with a reason of a set: what removes before what is for
// review. -1: none.
func (f *statementSearch) gravest(from, to int, of validate.Reasons) int {
	best := -1
	for i := from; i < to; i++ {
		if e := &f.all[i]; of.Has(validate.Reason(e.reason&reasonBits)) &&
			(best < 0 || f.weight(e) < f.weight(&f.all[best])) {
			best = i
		}
	}
	return best
}

// weight orders statements, the gravest first.
func (f *statementSearch) weight(e *statement) int {
	r := validate.Reason(e.reason & reasonBits)
	w := int(r)
	if f.statements.run.Policy.List(r) != validate.Removed || e.reason&cappedReason != 0 {
		w += reasons
	}
	return w
}

// of is what is said of a mailbox, or nil.
func (f *statementSearch) of(mailbox uint64) *mailboxSaid {
	i, ok := slices.BinarySearchFunc(f.groups, mailbox,
		func(g mailboxSaid, m uint64) int { return cmp.Compare(g.mailbox, m) })
	if !ok {
		return nil
	}
	return &f.groups[i]
}

// row leaves a link for a row that anything is said of: what it says itself, or what another row says that holds for
// every one.
func (f *statementSearch) row(r *spool.SeenRow) error {
	g := f.of(r.Mailbox)
	if g == nil {
		return nil
	}
	from, _ := slices.BinarySearchFunc(f.all[g.from:g.to], r.Row,
		func(e statement, row uint32) int { return cmp.Compare(e.row, row) })
	from += g.from
	to := from
	for to < g.to && f.all[to].row == r.Row {
		to++
	}
	best := f.gravest(from, to, ^validate.Reasons(0))
	if b := g.barring; b >= 0 && (best < 0 || f.weight(&f.all[b]) < f.weight(&f.all[best])) {
		best = b
	}
	if best < 0 {
		return nil
	}
	return f.link(r.Row, &f.all[best])
}

// link leaves what is said of a row.
func (f *statementSearch) link(row uint32, e *statement) error {
	reason := validate.Reason(e.reason & reasonBits)
	if exports.Barring.Has(reason) && f.statements.run.Policy.List(reason) != validate.Clean &&
		!f.statements.sources[e.source].named {
		f.count++
	}
	return f.mine.Add(spool.PartitionOfRow(row, f.statements.rows), statedRow{row, e.row, e.source, e.reason, e.value})
}

// alsoBarred leaves a link for a row that has a further address which must not be mailed. The row's own statement
// counts before it.
func (f *statementSearch) alsoBarred(e *statement) error {
	if e.value == ofAstray {
		return f.row(&spool.SeenRow{Mailbox: e.mailbox, Row: e.row})
	}
	g := f.of(e.mailbox)
	if g == nil || g.barring < 0 || f.all[g.barring].row == e.row {
		return nil
	}
	by := &f.all[g.barring]
	return f.mine.Add(spool.PartitionOfRow(e.row, f.statements.rows), statedRow{e.row, by.row, by.source,
		uint8(validate.OtherAddress), by.value})
}
