package batch

import (
	"math"
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/segments"
)

// traitReader reads what the other columns of a list's rows tell, and counts the rows by the values of
// columns. It serves one worker.
type traitReader struct {
	list    int
	columns []int // to read, ascending

	counted   []countedCell
	dated     [numSigns][]datedCell
	survival  survival
	room      [][]byte // for the cells of survival
	signs     *signCounts
	origin    int // in counted; less than 0: none
	confirmed []datedCell

	today   int32
	numbers []rowNote // by the source's number in its column
	lower   []byte
}

// countedCell is a cell whose value is counted, and datedCell one that holds a date: by their places among
// those that are read.
type (
	countedCell struct {
		cell   int
		values *grouped
	}
	datedCell struct {
		cell  int
		trait *contacts.Trait
	}
)

const secondsPerDay = 24 * 60 * 60

// traitColumns are the indexes of the columns of a list to read for a forecast: its traits and those that are counted.
// There are none unless there will be a forecast.
func (r *Run) traitColumns(list int, counted []int) (indexes []int) {
	if r.Forecaster == nil {
		return nil
	}
	for _, trait := range r.sources()[list].Layout().Traits {
		indexes = append(indexes, trait.Index)
	}
	return append(indexes, counted...)
}

// traits reads these columns for one worker, whose rows g counts. read are all that are read besides the addresses.
func (r *Run) traits(g *grouper, list int, read []int) *traitReader {
	t := &traitReader{list: list, origin: -1, signs: &signCounts{}}
	if r.Forecaster == nil {
		return t
	}
	g.turn(list)
	t.signs, t.columns = &g.signs, read
	for i, column := range g.here.columns {
		t.counted = append(t.counted, countedCell{t.place(g.here.indexes[i]), &g.columns[column]})
	}
	layout := r.sources()[list].Layout()
	for i := range layout.Traits {
		t.use(&layout.Traits[i])
	}
	t.survival.dropping = r.suppressing()
	t.today = int32(r.now().Unix() / secondsPerDay)
	return t
}

// use makes ready for a column that tells something.
func (t *traitReader) use(trait *contacts.Trait) {
	cell := datedCell{t.place(trait.Index), trait}
	switch trait.Use {
	case contacts.Created:
		t.dated[segments.Joined] = append(t.dated[segments.Joined], cell)
	case contacts.Opened:
		t.dated[segments.Opened] = append(t.dated[segments.Opened], cell)
	case contacts.Engaged:
		t.dated[segments.Acted] = append(t.dated[segments.Acted], cell)
	case contacts.Mailed:
		t.survival.sent = append(t.survival.sent, cell)
	case contacts.Delivered:
		t.survival.delivered = append(t.survival.delivered, cell)
	case contacts.DeliveredCount:
		t.survival.counts = append(t.survival.counts, cell.cell)
	case contacts.Confirmed:
		t.confirmed = append(t.confirmed, cell)
	case contacts.Origin:
		t.origin = slices.IndexFunc(t.counted, func(c countedCell) bool { return c.cell == cell.cell })
		if t.origin < 0 {
			t.origin, t.counted = len(t.counted), append(t.counted, countedCell{cell.cell, &grouped{}})
		}
	}
}

// place is where a column stands among those that are read.
func (t *traitReader) place(column int) int {
	i, _ := slices.BinarySearch(t.columns, column)
	return i
}

// now is the time of the send.
func (r *Run) now() time.Time {
	if r.Now.IsZero() {
		return time.Now()
	}
	return r.Now
}

// confirmedSource is the source of a confirmed address.
const confirmedSource = rowNote(segments.Confirmed) << sourceAt

func sourceBits(text string) rowNote { return rowNote(segments.SourceOf(text)) << sourceAt }

// read returns the row's traits in their place in a note.
func (t *traitReader) read(cells [][]byte) rowNote {
	source := rowNote(segments.UnnamedSource)
	for i := range t.counted {
		if from, ok := t.count(i, cells[t.counted[i].cell]); ok {
			source = from
		}
	}
	for _, c := range t.confirmed {
		if c.trait.Says(cells[c.cell]) {
			source = confirmedSource
		}
	}
	n := source | noDays<<daysAt
	for _, s := range signOrder {
		if day := latest(t.dated[s], cells); day != never {
			n = t.mark(n, s, t.days(day))
		}
	}
	if day, claimed := t.survival.day(cells); day != never {
		n = t.survived(n, t.days(day), claimed)
	}
	return n
}

// signOrder is the order in which dates are looked at: of those that weigh alike, a later one takes the place
// of an earlier one.
var signOrder = [...]segments.Sign{segments.Joined, segments.Opened, segments.Acted}

// mark puts a date into a note, if it weighs more than the one there or is later, and counts it.
func (t *traitReader) mark(n rowNote, s segments.Sign, days rowNote) rowNote {
	t.signs.add(s, days.days())
	has := n.sign()
	if n.days() == noDays || signWeight[s] > signWeight[has] || (signWeight[s] == signWeight[has] && later(days, n)) {
		return n&^signed | signBits(s) | days
	}
	return n
}

// survived puts the date of a send that did not bounce into a note.
func (t *traitReader) survived(n rowNote, days rowNote, claimed bool) rowNote {
	if claimed {
		t.signs.claimed++
	}
	return t.mark(n, segments.Survived, days)
}

// readLines puts the traits of rows that are at hand at once into their notes. It goes from column to column.
func (t *traitReader) readLines(l *contacts.Lines, notes []rowNote) {
	for i := range notes {
		notes[i] |= noDays << daysAt
	}
	t.sources(l, notes)
	for _, s := range signOrder {
		t.dates(l, notes, s)
	}
	t.survivors(l, notes)
}

func (t *traitReader) sources(l *contacts.Lines, notes []rowNote) {
	for i := range t.counted {
		c := &t.counted[i]
		for row, cell := range l.Column(t.columns[c.cell]) {
			id, few := c.values.add(cell, soundState, 1)
			if i == t.origin && len(cell) > 0 {
				notes[row] = notes[row]&^(7<<sourceAt) | t.from(cell, c.values.values.text, id, few)
			}
		}
	}
	for _, c := range t.confirmed {
		for row, cell := range l.Column(t.columns[c.cell]) {
			if c.trait.Says(cell) {
				notes[row] = notes[row]&^(7<<sourceAt) | confirmedSource
			}
		}
	}
}

// dates puts the latest dates of one sort in the place of those that weigh less.
func (t *traitReader) dates(l *contacts.Lines, notes []rowNote, s segments.Sign) {
	for _, c := range t.dated[s] {
		for row, cell := range l.Column(t.columns[c.cell]) {
			if day, ok := c.trait.Dates.Day(cell); ok {
				notes[row] = t.mark(notes[row], s, t.days(day))
			}
		}
	}
}

// later reports whether the date of a note is later than that of another.
func later(a, b rowNote) bool { return a.days()-futureDays < b.days()-futureDays }

// count counts the value of a cell. It may tell where the address comes from.
func (t *traitReader) count(i int, cell []byte) (source rowNote, ok bool) {
	c := &t.counted[i]
	id, few := c.values.add(cell, soundState, 1)
	if i != t.origin || len(cell) == 0 {
		return 0, false
	}
	return t.from(cell, c.values.values.text, id, few), true
}

// never is the date where there is none.
const never = math.MinInt32

// latest is the last of some dates.
func latest(dates []datedCell, cells [][]byte) int32 {
	last := int32(never)
	for _, c := range dates {
		if day, ok := c.trait.Dates.Day(cells[c.cell]); ok {
			last = max(last, day)
		}
	}
	return last
}

// days counts back from today. A day ahead is a time zone.
func (t *traitReader) days(day int32) rowNote {
	switch ago := t.today - day; {
	case ago < -1:
		return futureDays << daysAt
	default:
		return rowNote(min(max(ago, 0), mostDays)) << daysAt
	}
}

// from numbers the text of a source column. The few texts that most lists have are asked about once.
func (t *traitReader) from(cell []byte, texts []string, id int, few bool) rowNote {
	if !few {
		t.lower = lowered(t.lower[:0], cell[:min(len(cell), longestSource)])
		return sourceBits(view(t.lower))
	}
	for len(t.numbers) <= id {
		t.numbers = append(t.numbers, sourceBits(texts[len(t.numbers)]))
	}
	return t.numbers[id]
}

// longestSource is how much of a long text is looked at.
const longestSource = 256
