package contacts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Options configure how a list is read. The zero value detects everything.
type Options struct {
	Columns    []string  // header names or numbers from 1 of the address columns; none: chosen by name and content
	Fields     []string  // the same, of JSON Lines: with Several alone the other lists have no need of them
	Several    bool      // it is one of several lists: it may lack the columns that Traits name
	Delimiter  byte      // 0: found out
	Encoding   string    // a name of the WHATWG's Encoding Standard, or UTF-32LE and UTF-32BE; "": found out
	Stdin      io.Reader // what the path "-" means
	TempDir    string    // for a copy of what can't be read twice; "": the system's
	SpoolLimit int64     // the greatest size of that copy in bytes; 0: 16 GiB
	BlockSize  int       // bytes in a block; 0: 256 KiB
	RecordCap  int       // the greatest record in bytes, the least memory of a block that holds one; 0: 8 MiB
	Traits     Traits    // which columns to look for besides the addresses
	// the name, or the number from 1, of a workbook's sheet; "": the one with most addresses; see also [EverySheet]
	Sheet     string
	Out       Format // of the outputs
	sheetAt   int    // the number of the sheet, if that is known already
	ExcelSafe bool   // outputs as CSV get an apostrophe before cells that a spreadsheet may take for formulas
}

const (
	defaultBlock  = 1 << 18
	defaultRecord = 8 << 20
)

// List is an open list. It is safe for concurrent use.
type List struct {
	in        *input
	charset   charset
	dialect   dialect
	layout    Layout
	blockSize int
	safe      bool // see Options.ExcelSafe

	start          int64 // behind the byte order mark
	afterSeparator int64 // offsets of the input: behind the sep= line,
	headerAt       int64 // where the header begins,
	body           int64 // and where the rows do
	openAt         int64 // where a line begins whose quote would hide the rows below it,
	openEnd        int64 // and where it ends; 0: there is none
	header         []byte
	later          []furtherTable // that start further down, with a header of their own

	mu    sync.Mutex
	marks []blockMark // what the first finished pass noted
}

// Open opens the list at path, or standard input for "-", and finds out how to read it. If the list itself cannot be
// read, or is an archive with several lists, the error is an OpenError.
func Open(ctx context.Context, path string, o Options) (*List, error) {
	lists, err := OpenAll(ctx, path, o)
	if err != nil {
		return nil, err
	}
	if len(lists) == 1 {
		return lists[0], nil
	}
	for _, l := range lists {
		err = errors.Join(err, l.Close())
	}
	return nil, errors.Join(err, located(path, unreadable(fmt.Sprintf("it is a zip archive of %d lists", len(lists)),
		unpack, nil)))
}

// newList takes over in.
func newList(ctx context.Context, in *input, o *Options) (*List, error) {
	l := &List{in: in, blockSize: o.BlockSize, safe: o.ExcelSafe, dialect: dialect{limit: o.RecordCap}}
	if l.blockSize <= 0 {
		l.blockSize = defaultBlock
	}
	if l.dialect.limit <= 0 {
		l.dialect.limit = defaultRecord
	}
	l.layout.Written = in.written
	if err := l.findOut(ctx, o); err != nil {
		return nil, errors.Join(err, l.in.close())
	}
	return l, nil
}

// Layout returns what Open found out about the list. The caller must not change it.
func (l *List) Layout() *Layout { return &l.layout }

// Size returns the number of bytes that one pass covers. For a compressed list, a list in UTF-16 or UTF-32, or a
// workbook, it is the size of the temporary copy.
func (l *List) Size() int64 {
	if l.in == nil {
		return 0
	}
	return l.in.size - l.start
}

// Close closes the list. No pass may be in progress.
func (l *List) Close() error { return l.in.close() }
