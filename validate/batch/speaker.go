package batch

import (
	"strings"
	"unicode/utf8"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/exports"
)

// speaker reads what the columns of one list say. It serves one worker. A nil one reads nothing.
type speaker struct {
	list    int
	of      *statements
	columns []spokenColumn
	whole   *rowStatement // what the file's name says of every row
}

// spokenColumn is a column, and what its few most frequent values say.
type spokenColumn struct {
	source, index int
	place, later  int // among the columns that are read besides the addresses; later -1: there is none
	column        *exports.Column
	checked       *exports.Checked // of a verifier's; its later is the column that says when it looked
	values        values
	says          []saidValue // by the value's number
}

// saidValue is what a value says, and how it counts.
type saidValue struct {
	meaning exports.Meaning
	known   bool
	text    string
	fit     exports.Fit
}

// rowStatement is what one row of a block says. text is kept for people.
type rowStatement struct {
	at     int // in the block
	source int
	reason uint8
	text   string
}

// blockStatements is what all rows of a block say, and what their cells count.
type blockStatements struct {
	said    []rowStatement
	fits    []exports.Fit // by the number of the column in its list
	unknown []unknownValue
	further []furtherAddress
	astray  []furtherAddress // the addresses of rows that have them in another column
}

type unknownValue struct {
	source int
	text   string
}

// furtherAddress is an address of a row behind its first.
type furtherAddress struct {
	at      int
	mailbox uint64
}

func (b *blockStatements) reset(columns int) {
	b.said, b.unknown, b.further, b.astray = b.said[:0], b.unknown[:0], b.further[:0], b.astray[:0]
	b.fits = append(b.fits[:0], make([]exports.Fit, columns)...)
}

// speaker returns what reads a list, whose rows hand out the columns read besides their addresses.
func (s *statements) speaker(list int, read []int) *speaker {
	if s == nil {
		return nil
	}
	here := &s.lists[list]
	p := &speaker{list: list, of: s}
	for _, source := range here.columns {
		c := s.sources[source].column
		spoken := spokenColumn{source: source, index: c.Index, place: placeIn(read, c.Index), later: -1, column: c}
		if c.Later >= 0 {
			spoken.later = placeIn(read, c.Later)
		}
		if c.Verifier != nil {
			if spoken.checked = &here.checked; here.checked.Column >= 0 {
				spoken.later = placeIn(read, here.checked.Column)
			}
		}
		p.columns = append(p.columns, spoken)
	}
	if here.whole >= 0 {
		p.whole = &rowStatement{source: here.whole, reason: reasonOf(s.sources[here.whole].whole)}
	}
	return p
}

// reasonOf is a reason with its flags.
func reasonOf(m exports.Meaning) uint8 {
	r := uint8(m.Reason)
	if m.Review {
		r |= cappedReason
	}
	if m.NeverAsked {
		r |= neverAsked
	}
	return r
}

// readLines reads rows that are at hand at once, column by column.
func (p *speaker) readLines(b *blockStatements, first int, l *contacts.Lines) {
	if p == nil {
		return
	}
	p.wholly(b, first, l.Len())
	var rec contacts.Record
	for i := range p.columns {
		c := &p.columns[i]
		for row, cell := range l.Column(c.index) {
			v := c.read(cell, &b.fits[i])
			if v.known && !v.meaning.Speaks() {
				continue
			}
			later := []byte(nil)
			if c.later >= 0 {
				l.Record(row, &rec)
				later = rec.Extra[c.later]
			}
			b.add(c, first+row, cell, later, &v)
		}
	}
}

// read reads one row by the cells of the columns that are read beside its addresses.
func (p *speaker) read(b *blockStatements, at int, cells [][]byte) {
	if p == nil {
		return
	}
	p.wholly(b, at, 1)
	for i := range p.columns {
		c := &p.columns[i]
		v := c.read(cells[c.place], &b.fits[i])
		if v.known && !v.meaning.Speaks() {
			continue
		}
		later := []byte(nil)
		if c.later >= 0 {
			later = cells[c.later]
		}
		b.add(c, at, cells[c.place], later, &v)
	}
}

// wholly notes what the file's name says of some rows.
func (p *speaker) wholly(b *blockStatements, first, rows int) {
	if p.whole == nil {
		return
	}
	for at := first; at < first+rows; at++ {
		s := *p.whole
		s.at = at
		b.said = append(b.said, s)
	}
}

// read reads a cell and counts it. What frequent values say is looked up once.
func (c *spokenColumn) read(cell []byte, fit *exports.Fit) (v saidValue) {
	if len(cell) == 0 {
		return saidValue{known: true, meaning: exports.Meaning{Reason: validate.NotProbed}}
	}
	if len(cell) > longestValue {
		v.meaning, v.known = fit.Add(c.column, view(cell))
		return v
	}
	id, few := c.values.number(cell)
	if !few {
		v.meaning, v.known = fit.Add(c.column, view(cell))
		return v
	}
	if id == len(c.says) {
		v.text = c.values.text[id]
		v.meaning, v.known = v.fit.Add(c.column, v.text)
		c.says = append(c.says, v)
	}
	fit.Plus(c.says[id].fit)
	return c.says[id]
}

// add notes a value that keeps its contact from being mailed, or that nobody understands.
func (b *blockStatements) add(c *spokenColumn, at int, cell, later []byte, v *saidValue) {
	if c.checked == nil && c.later >= 0 && overruled(cell, later) {
		return
	}
	text := v.text
	if text == "" && len(cell) <= longestSaid {
		text = string(cell)
	}
	text = shownValue(text)
	if c.checked != nil && v.known {
		text = verdictText(v.meaning.Note, c.checked, later)
	}
	switch {
	case v.known:
		b.said = append(b.said, rowStatement{at: at, source: c.source, reason: reasonOf(v.meaning), text: text})
	case len(b.unknown) < mostUnknown*4:
		b.unknown = append(b.unknown, unknownValue{c.source, text})
	}
}

// shownValue is a value as people may see it: short, and no address.
func shownValue(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > longestSaid || !utf8.ValidString(text) || strings.ContainsRune(text, '@') {
		return ""
	}
	return text
}

// overruled reports whether a later date takes back what a date says.
func overruled(date, later []byte) bool {
	was, ok := contacts.MonthFirst.Day(date)
	now, too := contacts.MonthFirst.Day(later)
	if !ok || !too {
		return false
	}
	return now > was || (now == was && string(later) > string(date))
}

// placeIn is where a column stands among those that are read.
func placeIn(read []int, column int) int {
	for i, c := range read {
		if c == column {
			return i
		}
	}
	return -1
}
