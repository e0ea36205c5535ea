package contacts

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

// Stray is an address in a row, outside its address cells. The zero value means that there is none.
type Stray struct {
	Text    []byte // valid as long as the record's Cells
	Column  int    // where it stands: the number of a column from 0, if Reading is zero
	Reading Reading
}

// Reading is how a row would have to be parsed for its cells to fit the header. Zero means that they fit.
type Reading uint8

const (
	InStep       Reading = iota
	OneCell              // "Ann,ann@x.example,Bonn"
	Backslash            // "Ann \"Lee\"", with the marks of another dialect
	blankQuote           // "Lee, Ann", "ann@x.example": a blank before a quote
	surplusCells         // Lee, Ann,ann@x.example: a delimiter that no quotes surround
	missingCells         // fewer cells than the header has
	NumReadings          // how many there are
)

// readings say what such rows have in common and how to read them.
var readings = [NumReadings]string{
	OneCell: "are each enclosed in one pair of quotes; remove the quotes around the rows, or export the list " +
		"again",
	Backslash:  `escape quotes as \", which CSV does not know; export the list again with doubled quotes ("")`,
	blankQuote: "have a blank before a quote, so the quote has no effect; remove the blanks after the delimiters",
	surplusCells: "have an unquoted delimiter inside a cell (in a name, an amount or JSON); export the list again " +
		"with quotes around every cell",
	missingCells: "have fewer cells than the header; fill in the missing cells",
}

// String completes the sentence "12 rows ...".
func (r Reading) String() string {
	if int(r) >= len(readings) {
		return fmt.Sprintf("reading(%d)", uint8(r))
	}
	return readings[r]
}

// grid is what the rows of a table look like.
type grid struct {
	names  int // of its header
	usual  int // cells of most rows that hold an address in its place; 0: none does
	column int // of the addresses
}

// grid is that of the table of a number.
func (l *List) grid(table int) grid {
	if table > 0 {
		t := &l.later[table-1]
		return grid{len(t.names), t.usual, t.columns[0].Index}
	}
	return grid{len(l.layout.Names), l.layout.usual, l.layout.Columns[0].Index}
}

// Search looks for addresses outside the address cells. It is for one goroutine.
type Search struct {
	list   *List
	decode *decoder
	object *objectReader // for JSON Lines
	home   map[int]bool  // columns that hold addresses, whosever
	fields [][]byte
	cells  [][]byte
	row    []byte // what the quotes around the record hold
	room   []byte
	found  []Found
}

// NewSearch returns a search through rows of this list.
func (l *List) NewSearch() *Search {
	s := &Search{list: l, decode: l.charset.decoder(), home: map[int]bool{}}
	if l.layout.Format == jsonlFormat {
		s.object = newObjectReader(l.layout.Names)
	}
	for _, c := range l.layout.holding {
		s.home[c] = true
	}
	return s
}

// Find looks for the address of a row whose address cells hold none. It finds one if the row's cells are out of step
// with the header, or if the address is in another column of the same person.
func (s *Search) Find(rec *Record) (Stray, bool) {
	s.cells = s.cells[:0]
	if bytes.IndexByte(rec.Raw, '@') < 0 {
		return Stray{}, false
	}
	filled, at := s.look(rec.Cells)
	s.takeApart(rec)
	if !at && s.object == nil {
		if stray, ok := s.shifted(rec, filled); ok {
			return stray, true
		}
	}
	if rec.Table > 0 {
		return Stray{}, false
	}
	return s.otherColumn()
}

// mayStart are parts of the words for e-mail that a header has: most rows without an address hold none of them.
var mayStart = [][]byte{[]byte("mail"), []byte("Mail"), []byte("MAIL"), []byte("ourriel"), []byte("orreo"),
	[]byte("post"), []byte("メール"),
	[]byte("邮"), []byte("郵"), []byte("почт"), []byte("이메일")}

// StartsTable reports whether a row looks like the header of another table. [List.Retable] examines the rows that
// follow it.
func (s *Search) StartsTable(rec *Record) bool {
	if s.object != nil || bytes.IndexByte(rec.Raw, '@') >= 0 || len(rec.Raw) > longestHeader ||
		!slices.ContainsFunc(mayStart, func(part []byte) bool { return bytes.Contains(rec.Raw, part) }) {
		return false
	}
	s.takeApart(rec)
	return len(s.cells) >= fewestNames && looksLikeNames(s.cells) && mailColumn(s.cells) >= 0
}

const longestHeader = 4 << 10 // bytes of one that is looked for in the rows

// AddressColumn returns the position of the n-th address column in the table of a row, counting from 0.
func (s *Search) AddressColumn(rec *Record, n int) int {
	if rec.Table > 0 && n == 0 {
		return s.list.grid(rec.Table).column
	}
	if s.list == nil || n < 0 || n >= len(s.list.layout.Columns) {
		return -1
	}
	return s.list.layout.Columns[n].Index
}

// Columns returns the columns (from 0) that hold nothing but an address in the row last passed to Find.
func (s *Search) Columns() (columns []int) {
	for i, cell := range s.cells {
		if _, ok := s.whole(cell); ok {
			columns = append(columns, i)
		}
	}
	return columns
}

// look reports whether one of the address cells is filled, and whether one holds an @.
func (s *Search) look(cells [][]byte) (filled, at bool) {
	for _, c := range cells {
		s.found = Addresses(s.found[:0], c)
		filled = filled || len(s.found) > 0
		at = at || bytes.IndexByte(c, '@') >= 0
	}
	return filled, at
}

// takeApart fills in the cells of the row, all of them.
func (s *Search) takeApart(rec *Record) {
	s.cells, s.room = s.cells[:0], s.room[:0]
	if s.object != nil {
		for _, c := range s.object.cells(nil, rec.Raw) {
			s.cells = append(s.cells, c.Text)
		}
		return
	}
	_, s.fields, s.row = s.list.dialect.apart(rec.Raw, true, every, s.fields[:0], s.row[:0])
	for _, f := range s.fields {
		var cell []byte
		cell, s.room = s.decode.cell(f, s.room)
		s.cells = append(s.cells, cell)
	}
}

// otherColumn finds the address in the first other column of the same person that holds one.
func (s *Search) otherColumn() (Stray, bool) {
	for _, c := range s.list.layout.Others {
		if c.Index >= len(s.cells) {
			continue
		}
		s.found = Addresses(s.found[:0], s.cells[c.Index])
		for _, f := range s.found {
			if isAddress(f.Text) {
				return Stray{Text: f.Text, Column: c.Index}, true
			}
		}
	}
	return Stray{}, false
}

// shifted finds the address of a row whose address cell holds no @ and whose cells don't fit the header, or are one.
func (s *Search) shifted(rec *Record, filled bool) (Stray, bool) {
	g := s.list.grid(rec.Table)
	width, n := cmp.Or(g.usual, g.names, s.list.layout.Width), len(s.cells)
	one := used(s.cells, width) == 1
	fits := n == width || (n == g.names && n > width) || s.list.layout.Format == xlsxFormat
	if width < 2 || (fits && !one) {
		return Stray{}, false
	}
	if text, ok := s.escaped(rec.Raw, width, g.column); ok {
		return Stray{Text: text, Reading: Backslash}, true
	}
	if one {
		return s.inOneCell(s.cells[0])
	}
	return s.elsewhere(rec, g.column, n-width, filled)
}

// used is how many cells a row has, without empty ones at its end that the header lacks; one if only the
// first is filled.
func used(cells [][]byte, width int) int {
	n := len(cells)
	for n > width && len(trim(cells[n-1])) == 0 {
		n--
	}
	for _, cell := range cells[min(1, n):] {
		if len(trim(cell)) > 0 {
			return n
		}
	}
	return min(1, n)
}

// inStep returns the rows that have no more cells than a header of this width, unless hardly any is left.
func inStep(rows []entry, width int) (fit []entry) {
	if width == 0 {
		return rows
	}
	for _, row := range rows {
		if n := used(row.cells, width); n <= width && (n > 1 || width == 1) {
			fit = append(fit, row)
		}
	}
	if 10*len(fit) < len(rows) {
		return rows
	}
	return fit
}

// usualWidth is how many cells most of the rows have that hold an address in a column.
func usualWidth(rows []entry, header, column int) (usual int) {
	counts := map[int]int{}
	for _, row := range rows {
		if row.holds(column) {
			n := len(row.cells)
			if counts[n]++; counts[n] > counts[usual] {
				usual = n
			}
		}
	}
	if counts[header] == counts[usual] && usual > 0 {
		return header
	}
	return usual
}

// inOneCell finds an address that is a field of a row inside a cell.
func (s *Search) inOneCell(cell []byte) (Stray, bool) {
	for _, delim := range append([]byte{s.list.dialect.delim}, delimiters...) {
		d := dialect{delim: delim, limit: s.list.dialect.limit, sound: true}
		_, fields := d.record(cell, true, every, nil)
		for _, f := range fields {
			if text, ok := s.whole(f); ok && len(fields) > 1 {
				return Stray{Text: text, Reading: OneCell}, true
			}
		}
	}
	return Stray{}, false
}

// escaped reads the row once more, with a backslash before a quote that belongs to the cell. The row must
// then fit the header.
func (s *Search) escaped(raw []byte, width, column int) ([]byte, bool) {
	if !bytes.Contains(raw, []byte(`\"`)) {
		return nil, false
	}
	var fields [][]byte
	raw = s.list.dialect.trimEnd(raw)
	for at, quoted, from := 0, false, 0; at <= len(raw); at++ {
		switch {
		case at == len(raw) || (raw[at] == s.list.dialect.delim && !quoted):
			fields, from = append(fields, raw[from:at]), at+1
		case raw[at] == '\\':
			at++
		case raw[at] == '"':
			quoted = !quoted
		}
	}
	if len(fields) == width && column < width {
		return s.whole(fields[column])
	}
	return nil, false
}

// elsewhere finds a cell that is an address as a whole: where the shift puts it, else behind the address
// cell, else anywhere. Where the address cell is empty, an address in a column of addresses is at home there.
func (s *Search) elsewhere(rec *Record, meant, shift int, filled bool) (Stray, bool) {
	reading := surplusCells
	switch {
	case shift < 0:
		reading = missingCells
	case bytes.Contains(rec.Raw, []byte{s.list.dialect.delim, ' ', '"'}):
		reading = blankQuote
	}
	for _, where := range [...]func(i int) bool{
		func(i int) bool { return i == meant+shift },
		func(i int) bool { return i > meant },
		func(int) bool { return true },
	} {
		for i, cell := range s.cells {
			if !where(i) || (!filled && rec.Table == 0 && s.home[i]) {
				continue
			}
			if text, ok := s.whole(cell); ok {
				return Stray{Text: text, Column: i, Reading: reading}, true
			}
		}
	}
	return Stray{}, false
}

// whole returns the address that a cell is, and nothing else. What surrounds an address may surround it:
// quotes, angle brackets.
func (s *Search) whole(cell []byte) ([]byte, bool) {
	s.found = Addresses(s.found[:0], bytes.Trim(cell, " \t\r\n\""))
	if len(s.found) != 1 || s.found[0].Repair&(comment|label) != 0 || !isAddress(s.found[0].Text) {
		return nil, false
	}
	text := s.found[0].Text
	before := bytes.TrimSpace(cell[:max(bytes.Index(cell, text), 0)])
	return text, len(bytes.Trim(before, `"'<`)) == 0 || bytes.HasSuffix(before, []byte{'<'}) ||
		bytes.EqualFold(before, []byte(mailTo))
}
