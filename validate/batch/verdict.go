package batch

import (
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/exports"
	"github.com/prebounce/prebounce/validate/segments"
)

const numCalled = segments.OnceDead + 1

// How many days a verdict stays fresh.
const (
	validFresh = 90
	deadFresh  = 180
)

// In a note, a verdict has two bits. With [validate.Doubted] as its reason, the address was called dead, or
// something worse than catch-all that does not bounce.
const (
	freshBits = 1
	staleBits = 2
	otherBits = 3
)

// verdictBits are those of a word that was said so many days ago; less than 0: not known.
func verdictBits(c exports.Called, days int32) rowNote {
	fresh := int32(validFresh)
	switch c {
	case exports.CalledDead:
		fresh = deadFresh
	case exports.CalledValid:
	case exports.CalledCatchAll, exports.CalledDisposable, exports.CalledTrap:
		return otherBits
	default:
		return 0
	}
	if days >= 0 && days <= fresh {
		return freshBits
	}
	return staleBits
}

// What the two bits stand for: of a row that is doubted, and of any other.
var (
	doubtedAs = [4]segments.Called{freshBits: segments.CalledDead, staleBits: segments.OnceDead}
	calledAs  = [4]segments.Called{freshBits: segments.CalledValid, staleBits: segments.OnceValid,
		otherBits: segments.CalledCatchAll}
)

// called is the verdict of another verifier on a row that nothing of our own settled.
func (n rowNote) called() segments.Called {
	if n&(answered|settled) != 0 {
		return segments.NotCalled
	}
	bits := n >> verdictAt & verdictMask
	if n.reason() == validate.Doubted {
		return doubtedAs[bits]
	}
	return calledAs[bits]
}

// verdictReader reads the verifiers' columns of one list for a forecast. It serves one worker. A nil one reads nothing.
type verdictReader struct {
	columns []verdictColumn
	day     int // place of the column that says when; -1: there is none
	index   int // of that column
	ago     int32
	today   int32
	lines   []exports.Called
	days    []int32
}

type verdictColumn struct {
	index, place int
	column       *exports.Column
	values       values
	called       []exports.Called // by the value's number
}

// verdicts returns what reads a list, whose rows hand out the columns read besides their addresses; nil where
// there is nothing to read.
func (s *statements) verdicts(list int, read []int) *verdictReader {
	if s == nil || s.run.Forecaster == nil || len(s.lists[list].verdicts) == 0 {
		return nil
	}
	here := &s.lists[list]
	v := &verdictReader{day: -1, index: here.checked.Column, ago: -1, today: int32(s.run.now().Unix() / secondsPerDay)}
	if here.checked.Column >= 0 {
		v.day = placeIn(read, here.checked.Column)
	}
	if day := here.checked.Day; !day.IsZero() {
		v.ago = max(v.today-int32(day.Unix()/secondsPerDay), 0)
	}
	for _, c := range here.verdicts {
		v.columns = append(v.columns, verdictColumn{index: c.Index, place: placeIn(read, c.Index), column: c})
	}
	return v
}

// read returns the verdict on a row in its place in a note.
func (v *verdictReader) read(cells [][]byte) rowNote {
	if v == nil {
		return 0
	}
	worst, ago := exports.NotCalled, v.ago
	for i := range v.columns {
		worst = max(worst, v.columns[i].read(cells[v.columns[i].place]))
	}
	if v.day >= 0 && len(cells[v.day]) > 0 {
		ago = v.since(cells[v.day])
	}
	return verdictBits(worst, ago) << verdictAt
}

// readLines puts the verdicts on rows that are at hand at once into their notes.
func (v *verdictReader) readLines(l *contacts.Lines, notes []rowNote) {
	if v == nil {
		return
	}
	v.lines, v.days = v.lines[:0], v.days[:0]
	for range notes {
		v.lines, v.days = append(v.lines, exports.NotCalled), append(v.days, v.ago)
	}
	for i := range v.columns {
		c := &v.columns[i]
		for row, cell := range l.Column(c.index) {
			v.lines[row] = max(v.lines[row], c.read(cell))
		}
	}
	if v.day >= 0 {
		for row, cell := range l.Column(v.index) {
			if len(cell) > 0 {
				v.days[row] = v.since(cell)
			}
		}
	}
	for row := range notes {
		if notes[row]&settled == 0 {
			notes[row] |= verdictBits(v.lines[row], v.days[row]) << verdictAt
		}
	}
}

// since is how many days ago a date lies; less than 0 if it is not known.
func (v *verdictReader) since(cell []byte) int32 {
	day, ok := oneDay(cell)
	if !ok {
		return -1
	}
	return max(v.today-day, 0)
}

// oneDay is the day of a date that can be read in one way only.
func oneDay(cell []byte) (day int32, ok bool) {
	day, ok = contacts.MonthFirst.Day(cell)
	other, too := contacts.DayFirst.Day(cell)
	return day, ok && too && day == other
}

// read reads a cell. What frequent values say is looked up once.
func (c *verdictColumn) read(cell []byte) exports.Called {
	if len(cell) == 0 || len(cell) > longestValue {
		return exports.NotCalled
	}
	id, few := c.values.number(cell)
	if !few {
		return c.column.Called(view(cell))
	}
	if id == len(c.called) {
		c.called = append(c.called, c.column.Called(c.values.text[id]))
	}
	return c.called[id]
}

// verdictText is the detail of a row that a verifier's word sends to review: whose word it is, and of what day.
func verdictText(note string, checked *exports.Checked, cell []byte) string {
	day := checked.Day
	if number, ok := oneDay(cell); ok {
		return note + " on " + time.Unix(int64(number)*secondsPerDay, 0).UTC().Format(time.DateOnly)
	}
	switch {
	case day.IsZero(), len(cell) > 0:
		return note
	case checked.ByName:
		return note + " on " + day.Format(time.DateOnly)
	}
	return note + " (file of " + day.Format(time.DateOnly) + ")"
}
