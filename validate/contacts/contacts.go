// Package contacts reads the user's list and writes rows of it back.
//
// A list is whatever a person exported: any delimiter, line ending and encoding, with or without a header, sometimes
// damaged. Open examines its beginning, works out the Layout and picks the address column by name and content. A Pass
// then reads the whole list in blocks, which are cut one after another and scanned concurrently. A list can be read
// again: the second pass sees the same records or fails with ErrChanged.
//
// A Sink copies the raw record of each row that it is told to keep, so quoting, encoding and line endings stay
// unchanged.
//
// Memory depends on the block size and on the longest record, and grows by 40 bytes per block of the list.
package contacts

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// ErrChanged is returned by a pass over a list that has changed since it was opened or first read.
var ErrChanged = errors.New("the list changed while it was being read")

// Source is a list that can be read more than once.
type Source interface {
	Layout() *Layout
	// Size is the number of bytes that one pass covers.
	Size() int64
	// Pass begins a read at the start. Several passes may be under way. Each hands out the columns of these
	// indexes too, in [Record.Extra].
	Pass(ctx context.Context, extra ...int) (Pass, error)
	// NewSink begins an output for rows of this list: its own form, with columns named extra appended if there are any.
	NewSink(w io.Writer, extra []string) (*Sink, error)
	// Retable looks at rows that may be the headers of further tables, by where they begin. If it finds one,
	// later passes read what follows by that header, and it returns true. No pass may be under way.
	Retable(rows []int64) (changed bool, err error)
	// NewSearch begins a search for addresses outside the address cells of rows.
	NewSearch() *Search
	Close() error
}

// Pass returns the list's blocks in order. Only one goroutine may call Next at a time; the blocks can be walked
// concurrently.
type Pass interface {
	// Next returns the following block, or io.EOF. It takes over reuse, a block of the same pass that is done
	// with, or nil.
	Next(reuse Block) (Block, error)
}

// Block is a run of whole records. One goroutine walks it once.
type Block interface {
	// Line is the number of the line, from 1, where the record begins that Next handed out last.
	Line() int
	// Bytes is its share of [Source.Size].
	Bytes() int64
	// Next fills in the following record and reports whether there was one.
	Next(*Record) bool
	// Lines hands out the coming rows at once, if they lie so that they can be; Next goes on behind them.
	// They are good until the following call of either. A block need not hand out any.
	Lines(*Lines) bool
	// Rest is what Next has not handed out yet, the Raw of one record after the other. It is nil for formats
	// that are no text.
	Rest() []byte
	// Skip passes over the first n bytes of Rest: whole records, whose sizes an earlier pass told. Nothing of
	// them is looked at.
	Skip(n int)
}

// RecordKind is the kind of a record. Only a Row can hold contacts.
type RecordKind uint8

const (
	Row             RecordKind = iota
	blankRecord                // nothing but blanks
	titleRecord                // a line before the header that is not a row: "Report of 3 May"
	separatorRecord            // the spreadsheet's sep= line
	headerRecord               // the header and exact repetitions of it, as in exports that were joined
	// Why tells what is wrong; the record is one line, or a piece of one that is too long: see Within and Torn
	Unreadable
)

var kindNames = [...]string{"row", "blank line", "title", "separator", "header", "unreadable"}

func (k RecordKind) String() string {
	if int(k) >= len(kindNames) {
		return fmt.Sprintf("kind(%d)", uint8(k))
	}
	return kindNames[k]
}

// Record is one record of a list. Reuse one Record for all calls of Block.Next.
type Record struct {
	Kind RecordKind
	// Raw is the record with its line end, valid as long as its block. In a list that came as UTF-16 or UTF-32
	// it is UTF-8, and the Sink turns it back. It is nil for formats that are no text.
	Raw []byte
	// Cells are the chosen columns of a Row in the order chosen, unquoted and as UTF-8, nil where the row is too short.
	// They are valid until the following Next. What is damaged in a list of UTF-8 stays as it is.
	Cells [][]byte
	Extra [][]byte // the same for the further columns that the pass was asked for, in the order of asking
	// Fields is how many fields a Row has; more than [Layout.Width] means a surplus.
	Fields int
	At     int64  // where it begins, from the start of the list
	Table  int    // of a Row: the number of the table that it stands in; the Layout tells of 0
	Why    string // what is wrong with an Unreadable record
	Within bool   // an Unreadable record goes on with the line of the record before,
	Torn   bool   // and its line goes on in the following one
	Edit   *Edit  // what outputs hold in place of one of its cells; nil: the row as it stands
}
