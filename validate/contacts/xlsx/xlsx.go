// Package xlsx reads and writes the rows of Excel workbooks (Office Open XML, ISO/IEC 29500) sequentially.
//
// It handles lists of any length. Reader and writer hold one row in memory and keep shared strings in a temporary
// file. Damage anywhere in a sheet is an error rather than an early end. The unpacked size of a workbook is bounded.
//
// It reads the value and the type of each cell; Rows.Link also returns the link of a cell. A formula is read as the
// value that was saved with it. Colours, widths, pictures, comments and further sheets are not kept.
package xlsx

// Cell is one cell. The zero value is an empty cell.
type Cell struct {
	Kind Kind
	// Text is the value: a Number as the workbook has it, a Bool as TRUE or FALSE, a Date as 2006-01-02,
	// 2006-01-02T15:04:05 or 15:04:05.
	Text []byte
}

// Kind is the type of a cell.
type Kind uint8

const (
	Text Kind = iota
	Number
	Bool
	Date // a date, a date with a time, or a time
)

// Limits of Excel.
const (
	maxRows = 1 << 20
	// Limits of Excel.
	MaxColumns = 1 << 14
	maxText    = 1<<15 - 1 // characters in a cell, as UTF-16 counts them
)

// Error explains what is wrong with a workbook, and what the user can do.
type Error struct {
	What string
	Hint string
	Err  error // the cause underneath, if there is one
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.What + ": " + e.Err.Error()
	}
	return e.What
}

func (e *Error) Unwrap() error { return e.Err }

func damaged(err error) error {
	return &Error{"the workbook is damaged", "open it in a spreadsheet and save it again", err}
}
