// Package xlsx reads and writes the rows of Excel workbooks (Office Open XML, ISO/IEC 29500), one after the other.
//
// It is made for lists of any length: neither side holds more than a row, shared strings lie in a temporary file, and
// damage anywhere in a sheet is an error instead of its end. What a workbook unpacks to is bounded.
//
// Of a cell it knows the value and the kind; [Rows.Link] also knows where a cell links to. Formulas are read as the values they had when the workbook was saved; colours,
// widths, pictures, comments and further sheets are not kept.
package xlsx

// Cell is one cell. The zero value is an empty one.
type Cell struct {
	Kind Kind
	// Text is the value: a Number as the workbook has it, a Bool as TRUE or FALSE, a Date as 2006-01-02,
	// 2006-01-02T15:04:05 or 15:04:05.
	Text []byte
}

// Kind says what a cell holds.
type Kind uint8

const (
	Text Kind = iota
	Number
	Bool
	Date // a date, a date with a time, or a time
)

// Limits of Excel.
const (
	maxRows    = 1 << 20
	MaxColumns = 1 << 14
	maxText    = 1<<15 - 1 // characters in a cell, as UTF-16 counts them
)

// Error says what is wrong with a workbook, and what the person can do.
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
