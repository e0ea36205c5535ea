package batch

import (
	"fmt"
	"hash/maphash"
	"strconv"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// strayReasons are the reasons for a row whose address is outside its address cells.
func (e *addressFinder) strayReasons() validate.Reasons {
	switch {
	case e.stray.Text == nil, e.mended():
		return 0
	case e.stray.Reading != contacts.InStep:
		return validate.Of(validate.ShiftedRow)
	}
	return validate.Of(validate.OtherColumn)
}

// mended reports whether the stray address is written into the cell where it belongs, as the person wants it.
func (e *addressFinder) mended() bool {
	return e.run.Repair && e.stray.Text != nil && e.stray.Reading == contacts.InStep
}

// astray notes a row whose address does not stand in its place. A row that is out of step is not judged by
// its address, for nobody knows whose it is; nor do other rows count as its duplicates, or it as theirs: it
// is the other one that goes to clean.
func (j *surveyJob) astray(row *surveyedRow, seed maphash.Seed) rowNote {
	j.read.astray[j.finder.stray.Reading]++
	if j.finder.stray.Reading != contacts.InStep {
		row.domain, row.mailbox = 0, 0
		return noteOf(validate.ShiftedRow, settledReasons) | lookAgain
	}
	n := j.first(row, contacts.Found{Text: j.finder.stray.Text}, seed)
	if j.speaks != nil {
		j.said.astray = append(j.said.astray, furtherAddress{j.at(row), row.mailbox})
	}
	if !j.finder.mended() {
		row.mailbox = 0
	}
	decides := j.finder.run.Policy.Judge(n.reason().Set() | j.finder.strayReasons())
	return n&^reasonBits | rowNote(decides) | lookAgain
}

// strayDetail says where the address of such a row stands.
func (s *splitter) strayDetail(j *splitJob, a *judged) string {
	stray := &j.finder.stray
	switch {
	case stray.Text == nil:
		return ""
	case a.reason == validate.OtherColumn:
		return a.text + " is in column " + columnCalled(s.run.sources()[j.list].Layout(), stray.Column)
	case stray.Reading == contacts.OneCell, stray.Reading == contacts.Backslash:
		return a.text + " is inside another cell"
	}
	return fmt.Sprintf("%s is in cell %d", a.text, stray.Column+1)
}

// columnCalled is the name of the column of a number from 0, as it follows the word column.
func columnCalled(l *contacts.Layout, column int) string {
	if column < len(l.Names) && l.Names[column] != "" {
		return strconv.Quote(l.Names[column])
	}
	return strconv.Itoa(column + 1)
}
