package contacts

import (
	"fmt"
	"slices"
	"strings"
)

// Traits selects the columns with information about a contact other than the address. Each is a header name or a
// number from 1, "none" for no such column, or empty to detect it by name and content.
type Traits struct {
	Find    bool // look for them at all
	Created string
	Engaged string
	Source  string
}

// Trait is a column with information about a contact other than the address.
type Trait struct {
	Column
	Use   Use
	Dates Dates // how it writes them
}

// several reports whether all columns of a use count, not only the first.
func (u Use) several() bool {
	return u == Engaged || u == Opened || u == Delivered || u == Mailed || u == DeliveredCount
}

// Seen reports whether the column holds the date of a sign of life.
func (u Use) Seen() bool { return u == Engaged || u == Opened || u == Delivered || u == Mailed }

// Use is the information that a column holds.
type Use uint8

const (
	Created        Use = iota // when the contact joined the list
	Engaged                   // when a person was last seen there: clicked, replied, bought, logged in
	Origin                    // where the address comes from
	Confirmed                 // whether, or when, the person confirmed the address
	Opened                    // when the contact, or a machine for it, last opened a message
	Delivered                 // when a message was last delivered
	Mailed                    // when a message was last sent
	DeliveredCount            // how many messages were delivered
	numUses
)

const (
	mostEngaged = 4   // columns of last opens, clicks and so on; the latest date of a row counts
	mostGroups  = 8   // columns of few values
	mostValues  = 50  // different values of a column of few
	dateShare   = 0.5 // of the filled cells that must be dates
)

// findTraits finds the columns with information other than the address.
func (l *List) findTraits(rows []entry, columns []Column, o *Options) error {
	t := &o.Traits
	if !t.Find {
		return nil
	}
	s := surveyedTraits{list: l, rows: rows, columns: columns, taken: map[int]bool{}, tongue: tongueOf(columns)}
	for _, c := range l.layout.Columns {
		s.taken[c.Index] = true
	}
	for use, want := range [...]string{Created: t.Created, Engaged: t.Engaged, Origin: t.Source} {
		if err := s.choose(Use(use), want); err != nil && o.Several {
			l.note("it has no column %q", want)
		} else if err != nil {
			return lacking(err, columns)
		}
	}
	for _, f := range [...]struct {
		use  Use
		want string
	}{{Created, t.Created}, {Opened, t.Engaged}, {Engaged, t.Engaged}, {Origin, t.Source}, {Confirmed, ""},
		{Delivered, ""}, {Mailed, ""}, {DeliveredCount, ""}} {
		if f.want == "" {
			s.find(f.use)
		}
	}
	slices.SortStableFunc(l.layout.Traits, func(a, b Trait) int { return int(a.Use) - int(b.Use) })
	s.groups()
	s.tell()
	return nil
}

// surveyedTraits is the search for these columns.
type surveyedTraits struct {
	list    *List
	rows    []entry
	columns []Column
	taken   map[int]bool // columns that have a use
	tongue  *tongue      // of the header; nil: not known
}

// choose takes the column that the person named.
func (s *surveyedTraits) choose(use Use, want string) error {
	if want == "" || want == "none" {
		return nil
	}
	c, _, err := findOne(s.columns, want)
	if err != nil {
		return err
	}
	if s.taken[c.Index] {
		return unreadable(fmt.Sprintf("column %s is used twice", c), "give another column", nil)
	}
	s.take(use, c)
	return nil
}

func (s *surveyedTraits) take(use Use, c Column) {
	s.taken[c.Index] = true
	s.list.layout.Traits = append(s.list.layout.Traits, Trait{Column: c, Use: use, Dates: s.dates(c)})
}

// find takes the first column with a usual name whose content agrees; of the last signs of a person, all.
func (s *surveyedTraits) find(use Use) {
	if !s.findNamed(use, usualFit) {
		s.findNamed(use, weakFit)
	}
}

func (s *surveyedTraits) findNamed(use Use, want fit) bool {
	found := 0
	for _, c := range s.columns {
		if s.taken[c.Index] || useNames[use].fit(c.Name) != want || !s.agrees(use, c) ||
			(want == weakFit && s.numbers(c)) {
			continue
		}
		s.take(use, c)
		if found++; !use.several() || found == mostEngaged {
			return true
		}
	}
	return found > 0
}

// agrees reports whether the content can have the use.
func (s *surveyedTraits) agrees(use Use, c Column) bool {
	filled, dates := s.count(c)
	switch use {
	case DeliveredCount:
		return filled > 0 && dates == 0
	case Created, Engaged, Opened, Delivered, Mailed:
		return dates > 0 && float64(dates) >= dateShare*float64(filled)
	case Origin:
		return filled > 0 && !c.addresses() && 2*dates < filled
	}
	return filled > 0
}

// numbers reports whether plain numbers fill the column: of orders and invoices, which may look like the
// dates of a spreadsheet.
func (s *surveyedTraits) numbers(c Column) bool {
	filled, numbers := 0, 0
	for cell := range s.cells(c) {
		_, number := wholeNumber(cell)
		filled, numbers = filled+1, numbers+btoi(number)
	}
	return 2*numbers > filled
}

// count tells how many cells of a column are filled, and how many of these are dates.
func (s *surveyedTraits) count(c Column) (filled, dates int) {
	for cell := range s.cells(c) {
		filled++
		if _, ok := MonthFirst.Day(cell); ok {
			dates++
		}
	}
	return filled, dates
}

// cells are the filled cells of a column.
func (s *surveyedTraits) cells(c Column) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for _, row := range s.rows {
			if c.Index < len(row.cells) && len(row.cells[c.Index]) > 0 && !yield(row.cells[c.Index]) {
				return
			}
		}
	}
}

// groups finds columns with few values, by which rows can be grouped. Names of people are not groups, even if
// there are only a few.
func (s *surveyedTraits) groups() {
	for _, c := range s.columns {
		if s.groupable(c) && len(s.list.layout.Groups) < mostGroups {
			s.list.layout.Groups = append(s.list.layout.Groups, c)
		}
	}
}

func (s *surveyedTraits) groupable(c Column) bool {
	dated := slices.ContainsFunc(s.list.layout.Traits, func(t Trait) bool {
		return t.Index == c.Index &&
			t.Use != Origin && t.Use != DeliveredCount
	})
	address := slices.ContainsFunc(s.list.layout.Columns, func(a Column) bool { return a.Index == c.Index })
	if dated || address || c.addresses() || anyOf(nameWords(c.Name), personWords) {
		return false
	}
	values := map[string]bool{}
	for cell := range s.cells(c) {
		if values[string(cell)] = true; len(values) > mostValues {
			return false
		}
	}
	return len(values) > 1 || (len(values) == 1 && s.filled(c) < len(s.rows))
}

func (s *surveyedTraits) filled(c Column) (n int) {
	for range s.cells(c) {
		n++
	}
	return n
}

// tell says what the columns are used for.
func (s *surveyedTraits) tell() {
	for use, what := range useWords {
		var names []string
		for _, t := range s.list.layout.Traits {
			if t.Use == Use(use) {
				names = append(names, t.String())
			}
		}
		if len(names) > 0 {
			s.list.note("%s %s", what, strings.Join(names, ", "))
		}
	}
}

var useWords = [numUses]string{
	Created:   "the date when contacts joined is read from",
	Engaged:   "the date of the last activity is read from",
	Origin:    "the source of the addresses is read from",
	Confirmed: "the confirmation of addresses is read from",

	Opened:         "the date of the last open is read from",
	Delivered:      "the date of the last delivery is read from",
	Mailed:         "the date of the last message is read from",
	DeliveredCount: "the number of delivered messages is read from",
}

// Says reports whether a cell of a Confirmed column means yes: a word for it, or the date when it happened.
func (t *Trait) Says(cell []byte) bool {
	if len(cell) == 0 {
		return false
	}
	var lower [24]byte
	if len(cell) <= len(lower) {
		for i, c := range cell {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			lower[i] = c
		}
		if yesWords[string(lower[:len(cell)])] {
			return true
		}
	}
	_, dated := t.Dates.Day(cell)
	return dated
}
