package batch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts"
)

// The brake on reading: if more than this share of the filled address cells, and this many, hold no address,
// the list was probably read in the wrong way. Then nothing is written.
const (
	unreadShare = 0.20
	unreadCount = 50
)

// ErrNoRows is returned when a list has no rows.
var ErrNoRows = errors.New("it has no rows")

// ErrAllRejected is returned when no record of a list can be read as a row.
var ErrAllRejected = errors.New("no part of it can be read as a row")

// UnreadableError reports that too many address cells of a list hold no address.
type UnreadableError struct {
	List     string   // empty for a single list
	Column   string   // the column that was read for addresses
	Filled   int64    // filled cells
	Unread   int64    // of these, cells without an address
	Cells    []string // the first of these, quoted as in Go
	Probable string   // the column that holds addresses, as an argument of --column; empty: none
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("%s: %d of %d filled cells of column %s hold no address: %s", e.List, e.Unread, e.Filled,
		strconv.Quote(e.Column), strings.Join(e.Cells, ", "))
}

// rowsRead counts what the address cells of a list's rows hold.
type rowsRead struct {
	rows  int64
	empty int64 // nothing, or a placeholder
	lost  int64 // text that is not an address
	torn  int64 // records that can't be read as rows
	cells []string
	// of the rows that hold no address in their cells: those that hold one in the column of a number
	hits   map[int]int64
	starts []int64 // rows that may be the header of another table, by where they begin
	astray [contacts.NumReadings]int64
}

const (
	mostCells   = 3
	longestCell = 40 // characters of one that is shown
)

func (r *rowsRead) reset() { *r = rowsRead{cells: r.cells[:0], starts: r.starts[:0]} }

// mostStarts bounds how many rows of a list are looked at again for whether a table starts there.
const mostStarts = 1000

// start notes a row that may be the header of another table.
func (r *rowsRead) start(rec *contacts.Record, search *contacts.Search) {
	if search != nil && len(r.starts) < mostStarts && search.StartsTable(rec) {
		r.starts = append(r.starts, rec.At)
	}
}

// unread counts a row whose address cells hold no address. What only has a fault was meant to be one.
func (r *rowsRead) unread(rec *contacts.Record, found []contacts.Found, search *contacts.Search) {
	if slices.ContainsFunc(found, func(f contacts.Found) bool { return contacts.LooksLikeAddress(f.Text) }) {
		return
	}
	if r.lost++; len(r.cells) < mostCells {
		r.cells = append(r.cells, shown(found[0].Text))
	}
	if search == nil {
		return
	}
	for _, column := range search.Columns() {
		if r.hits == nil {
			r.hits = map[int]int64{}
		}
		r.hits[column]++
	}
}

// shown is a cell fit for a terminal: short, and escaped as Go escapes strings.
func shown(cell []byte) string {
	text := []rune(string(cell[:min(len(cell), 4*longestCell)]))
	if len(text) > longestCell {
		return strconv.Quote(string(text[:longestCell]) + "...")
	}
	return strconv.Quote(string(text))
}

// add adds what was read of a block.
func (r *rowsRead) add(b *rowsRead, rows uint32) {
	r.rows += int64(rows)
	r.empty += b.empty
	r.lost += b.lost
	r.torn += b.torn
	for i, n := range b.astray {
		r.astray[i] += n
	}
	r.cells = append(r.cells, b.cells[:min(len(b.cells), mostCells-len(r.cells))]...)
	r.starts = append(r.starts, b.starts[:min(len(b.starts), mostStarts-len(r.starts))]...)
	for column, n := range b.hits {
		if r.hits == nil {
			r.hits = map[int]int64{}
		}
		r.hits[column] += n
	}
}

// filled is how many rows hold something in an address cell that is in its place.
func (r *rowsRead) filled() (n int64) {
	n = r.rows - r.empty
	for _, astray := range r.astray {
		n -= astray
	}
	return n
}

// surveyTables surveys the lists, and once more if tables turned up further down that have a header of their own.
func (r *Run) surveyTables(ctx context.Context) (*survey, error) {
	s, err := r.survey(ctx)
	if err != nil {
		return nil, err
	}
	again := false
	for i, source := range r.sources() {
		changed, err := source.Retable(s.read[i].starts)
		if err != nil {
			s.close()
			return nil, r.of(i, err)
		}
		again = again || changed
	}
	if !again {
		return s, nil
	}
	s.close()
	r.progress(Survey, -r.size())
	return r.survey(ctx)
}

// readable returns an error if a list has no rows, or was probably read in the wrong way.
func (r *Run) readable(s *survey) error {
	for i, source := range r.sources() {
		if read := &s.read[i]; read.rows == 0 && read.torn > 0 && !r.YesUnreadable {
			return fmt.Errorf("%s: %w: %d records were rejected", source.Name, ErrAllRejected, read.torn)
		}
	}
	if s.rows == 0 && !r.AllowEmpty {
		return fmt.Errorf("%s: %w", r.Name, ErrNoRows)
	}
	for i, source := range r.sources() {
		layout, read := source.Layout(), &s.read[i]
		if read.rows == 0 && !r.AllowEmpty && layout.Member == "" {
			return fmt.Errorf("%s: %w", source.Name, ErrNoRows)
		}
		if r.YesUnreadable || read.lost < unreadCount || float64(read.lost) <= unreadShare*float64(read.filled()) {
			continue
		}
		return &UnreadableError{List: source.Name, Column: columnName(layout, layout.Columns[0]),
			Filled: read.filled(), Unread: read.lost, Cells: read.cells, Probable: read.probable(layout)}
	}
	return nil
}

// probable is the column in which most of the rows without an address hold one.
func (r *rowsRead) probable(l *contacts.Layout) string {
	best, most := -1, r.lost/2
	for column, n := range r.hits {
		if n > most || (n == most && best >= 0 && column < best) {
			best, most = column, n
		}
	}
	if best < 0 {
		return ""
	}
	return l.Argument(best)
}

// readingOf are notes on rows that would have to be read in another way.
func (s *survey) readingOf(list int) (notes []string) {
	for reading, n := range s.read[list].astray {
		if n > 1 && contacts.Reading(reading) != contacts.InStep {
			notes = append(notes, fmt.Sprintf("%d rows are in review because they %s", n, contacts.Reading(reading)))
		}
	}
	return notes
}
