package batch

import (
	"github.com/prebounce/prebounce/validate/contacts"
)

// mend sees to a row of clean whose address cell holds more than the address, which imports refuse: it is
// counted, and if the person wants it so, the outputs hold the judged address there. A cell with several
// addresses stays as it is. An address from another column is written into the first chosen one.
func (s *splitter) mend(j *splitJob, a *judged) {
	column, alone := 0, a.mended
	if a.repair != 0 && !a.mended {
		column, alone = j.finder.cell(&j.rec)
	}
	if !alone {
		return
	}
	j.tally.untidy++
	if s.run.Repair {
		j.tally.edited++
		j.edit = contacts.Edit{Column: j.finder.search.AddressColumn(&j.rec, column), Text: a.text}
		j.rec.Edit = &j.edit
	}
}

// cell is the chosen column that a row's first address stands in, and reports whether it is the only one there.
func (e *addressFinder) cell(rec *contacts.Record) (column int, alone bool) {
	for i, cell := range rec.Cells {
		if e.found = contacts.Addresses(e.found[:0], cell); len(e.found) > 0 {
			return i, len(e.found) == 1
		}
	}
	return 0, false
}
