package batch

import (
	"github.com/prebounce/prebounce/validate/contacts"
)

// survival is the columns that say when a contact was last sent a message that did not bounce. A date of
// delivery says so by itself; a date of sending does if the export is of a service that stops at the first
// hard bounce, or if the row counts messages that were delivered.
type survival struct {
	sent, delivered []datedCell
	counts          []int // cells with how many messages were delivered
	dropping        bool  // dates of sending are proof
}

// day is the latest such day, and whether it is a claim only.
func (s *survival) day(cells [][]byte) (day int32, claimed bool) {
	counted, none := s.count(cells)
	if none {
		return never, false
	}
	day, claimed = latest(s.sent, cells), !s.dropping && !counted
	if delivered := latest(s.delivered, cells); delivered >= day {
		return delivered, false
	}
	return day, claimed
}

// count reports whether messages were delivered, or none was.
func (s *survival) count(cells [][]byte) (some, none bool) {
	for _, c := range s.counts {
		switch n := cells[c]; {
		case len(n) == 1 && n[0] == '0':
			none = true
		case len(n) > 0 && n[0] >= '1' && n[0] <= '9':
			some = true
		}
	}
	return some, none && !some
}

// survivors marks rows that are at hand at once, each by all of its columns.
func (t *traitReader) survivors(l *contacts.Lines, notes []rowNote) {
	s := &t.survival
	if len(s.sent)+len(s.delivered) == 0 {
		return
	}
	all := t.survivalCells(l, len(notes))
	for row := range notes {
		if day, claimed := s.day(all[row]); day != never {
			notes[row] = t.survived(notes[row], t.days(day), claimed)
		}
	}
}

// survivalCells are the cells of these columns, by row; those of other columns stay empty.
func (t *traitReader) survivalCells(l *contacts.Lines, rows int) [][][]byte {
	width := len(t.columns)
	if len(t.room) < rows*width {
		t.room = make([][]byte, rows*width)
	}
	clear(t.room[:rows*width])
	all := make([][][]byte, rows)
	for row := range all {
		all[row] = t.room[row*width : (row+1)*width]
	}
	fill := func(cell int) {
		for row, text := range l.Column(t.columns[cell]) {
			all[row][cell] = text
		}
	}
	for _, cells := range [...][]datedCell{t.survival.sent, t.survival.delivered} {
		for _, c := range cells {
			fill(c.cell)
		}
	}
	for _, c := range t.survival.counts {
		fill(c)
	}
	return all
}
