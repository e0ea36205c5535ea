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

// FileRead is what [ReadAddresses] found in a list.
type FileRead struct {
	Addresses int64    // put into the set
	Columns   []string // where they stand; nil: the list has a single column
	Named     bool     // Columns are those that were named
	Left      []string // columns that hold addresses, too, and were not read
	Passed    int64    // lines with text that is no address, and records that can't be read
	FirstLine int      // where the first of these stands, from 1
	FirstText string   // its beginning, as it stands there
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

// TwoColumnsError says that a table has several columns of addresses, none of which is likelier to be meant.
type TwoColumnsError struct {
	Path    string
	Columns []contacts.Column
}

func (e *TwoColumnsError) Error() string {
	if len(e.Columns) < 2 {
		return e.Path + ": addresses stand in several columns, and nothing says which are meant"
	}
	return fmt.Sprintf("%s: addresses stand in %s and in %s, and nothing says which are meant", e.Path, e.Columns[0], e.Columns[1])
}

// ReadAddresses puts every address of a list into set: of a table those of its one column of addresses. Columns name the ones to
// read instead, where the list has them.
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
	var e eye
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

func (e *eye) gather(block contacts.Block, set *AddressSet, read *FileRead) {
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
func (e *eye) row(block contacts.Block, rec *contacts.Record, set *AddressSet, read *FileRead) {
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
