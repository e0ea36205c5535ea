package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts"
)

// FileRead is what ReadAddresses found in a list.
type FileRead struct {
	Addresses int64    // addresses added to the set
	Columns   []string // columns they were read from; nil: the list has a single column
	Named     bool     // Columns were named by the caller
	Left      []string // columns that also hold addresses, but were not read
	Passed    int64    // lines whose text is not an address, and unreadable records
	FirstLine int      // number of the first of these lines, from 1
	FirstText string   // the beginning of that line
	Lines     []string // the first three rows, shortened
}

// firstText bounds the text that is kept, in octets.
const firstText = 60

func (f *FileRead) pass(block contacts.Block, text []byte) {
	if f.Passed++; f.Passed == 1 {
		f.FirstLine, f.FirstText = block.Line(), string(text[:min(len(text), firstText)])
	}
}

// show keeps one of the first rows.
func (f *FileRead) show(raw []byte) {
	const most, longest = 3, 100
	if len(f.Lines) < most {
		f.Lines = append(f.Lines, printable(strings.TrimSpace(string(raw[:min(len(raw), longest)]))))
	}
}

// TwoColumnsError reports that a table has several address columns and none of them is the obvious choice.
type TwoColumnsError struct {
	Path    string
	Columns []contacts.Column
}

func (e *TwoColumnsError) Error() string {
	if len(e.Columns) < 2 {
		return e.Path + ": several columns hold addresses, and none is the obvious choice"
	}
	return fmt.Sprintf("%s: both %s and %s hold addresses, and neither is the obvious choice", e.Path, e.Columns[0],
		e.Columns[1])
}

// ReadAddresses adds every address of a list to set. In a table, it reads the single address column, or the given
// columns if the list has them.
func ReadAddresses(ctx context.Context, path string, set *AddressSet, columns ...string) (read FileRead, err error) {
	list, named, err := openAddresses(ctx, path, columns)
	if err != nil {
		return read, err
	}
	read.Named = named
	defer list.Close()
	layout := list.Layout()
	if rivals := layout.Rivals(); len(rivals) > 0 {
		return read, &TwoColumnsError{path, append(slices.Clone(layout.Columns), rivals...)}
	}
	if layout.Width > 1 {
		read.Columns, read.Left = columnNames(layout, layout.Columns), columnNames(layout, layout.Left)
	}
	pass, err := list.Pass(ctx)
	if err != nil {
		return read, err
	}
	set.Begin(path)
	var block contacts.Block
	var e addressFinder
	for {
		if block, err = pass.Next(block); errors.Is(err, io.EOF) {
			return read, nil
		} else if err != nil {
			return read, err
		}
		e.gather(block, set, &read)
	}
}

// openAddresses opens a list with the columns that were named, or as it is if it hasn't got them.
func openAddresses(ctx context.Context, path string, columns []string) (list *contacts.List, named bool, err error) {
	if len(columns) > 0 {
		if list, err = contacts.Open(ctx, path, contacts.Options{Columns: columns}); err == nil {
			return list, true, nil
		}
	}
	list, err = contacts.Open(ctx, path, contacts.Options{})
	return list, false, err
}

func columnNames(l *contacts.Layout, columns []contacts.Column) (names []string) {
	for _, c := range columns {
		names = append(names, columnName(l, c))
	}
	return names
}

func (e *addressFinder) gather(block contacts.Block, set *AddressSet, read *FileRead) {
	var rec contacts.Record
	for block.Next(&rec) {
		switch rec.Kind {
		case contacts.Unreadable:
			if !rec.Within {
				read.pass(block, rec.Raw)
			}
		case contacts.Row:
			read.show(rec.Raw)
			e.row(block, &rec, set, read)
		}
	}
}

// row puts the addresses of a row into set. A row with text that is none is told once.
func (e *addressFinder) row(block contacts.Block, rec *contacts.Record, set *AddressSet, read *FileRead) {
	var strange []byte
	for _, f := range e.addresses(rec) {
		if a, fault := e.parser.Parse(view(f.Text)); fault == nil {
			set.Add(a)
			read.Addresses++
		} else if strange == nil {
			strange = f.Text
		}
	}
	if strange != nil && strange[0] != '#' {
		read.pass(block, strange)
	}
}
