package serve

import (
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/exports"
)

// Bounds of a preview.
const (
	previewRows    = 8
	previewColumns = 60
	previewCell    = 120
	previewLists   = 5
)

// preview is the beginning of a list, and what was found out about it.
type preview struct {
	Name    string
	Layout  *contacts.Layout
	Columns []previewColumn
	Rows    [][]string
	Notes   []string
	Failed  string // why it can't be read; the rest is empty
	Hint    string
	More    int // columns that are not shown
}

// previewColumn is a column with what it is taken for.
type previewColumn struct {
	Name  string
	Value string   // what a choice names it by
	Uses  []string // address, joined, status and the like
}

// Is reports whether the column is taken for something.
func (c previewColumn) Is(use string) bool {
	for _, u := range c.Uses {
		if u == use {
			return true
		}
	}
	return false
}

// previews looks at the first lists of a run, of which a copy that is unpacked may have so many octets.
func previews(ctx context.Context, run *Run, most int64) (all []preview) {
	for i, l := range run.Lists[:min(len(run.Lists), previewLists)] {
		opts := run.Choices.reading()
		opts.TempDir, opts.SpoolLimit, opts.Several = run.dir, most, len(run.Lists) > 1
		lists, err := contacts.OpenAll(ctx, run.list(i), opts)
		if err != nil {
			all = append(all, failedPreview(l.Name, err))
			continue
		}
		for j, list := range lists {
			if j < previewLists {
				all = append(all, previewOf(ctx, l.Name, list, run.Choices["status-column"]))
			}
			list.Close()
		}
	}
	return all
}

// reading is what the choices say about the reading of lists.
func (c Choices) reading() contacts.Options {
	o := contacts.Options{Columns: c["column"], Fields: c["field"], Encoding: c.First("encoding"),
		Sheet: c.First("sheet")}
	o.Traits = contacts.Traits{Find: true, Created: c.First("date-column"), Engaged: c.First("engaged-column"),
		Source: c.First("source-column")}
	if d := c.First("delimiter"); d == "tab" {
		o.Delimiter = '\t'
	} else if len(d) == 1 {
		o.Delimiter = d[0]
	}
	return o
}

func failedPreview(name string, err error) preview {
	p := preview{Name: name, Failed: err.Error()}
	var e *contacts.OpenError
	if errors.As(err, &e) {
		p.Failed, p.Hint = e.What, e.Hint
	}
	return p
}

func previewOf(ctx context.Context, name string, l *contacts.List, named []string) preview {
	p := preview{Name: name, Layout: l.Layout()}
	if p.Layout.Member != "" {
		p.Name = p.Layout.Member + " in " + name
	}
	p.Notes = p.Layout.Notes
	e, err := batch.Understand(ctx, batch.NamedSource{Source: l, Name: name})
	if err == nil {
		p.Columns = columnsOf(p.Layout, e, named)
		p.Rows, err = firstRows(ctx, l, len(p.Columns))
	}
	if err != nil {
		return failedPreview(p.Name, err)
	}
	p.More = max(0, max(p.Layout.Width, len(p.Layout.Names))-len(p.Columns))
	return p
}

// traitUses are the uses of columns beside the address, as people call them.
var traitUses = map[contacts.Use]string{contacts.Created: "joined", contacts.Engaged: "active",
	contacts.Origin: "source"}

// columnsOf says what each column is taken for.
func columnsOf(l *contacts.Layout, e *exports.Export, named []string) []previewColumn {
	n := min(max(l.Width, len(l.Names), 1), previewColumns)
	all := make([]previewColumn, n)
	for i := range all {
		all[i].Name, all[i].Value = "column "+strconv.Itoa(i+1), strconv.Itoa(i+1)
		if i >= len(l.Names) || l.Names[i] == "" {
			continue
		}
		if all[i].Name = l.Names[i]; l.ColumnOf(l.Names[i]) == i {
			all[i].Value = l.Names[i]
		}
	}
	use := func(i int, what string) {
		if i >= 0 && i < n && !all[i].Is(what) {
			all[i].Uses = append(all[i].Uses, what)
		}
	}
	for _, c := range l.Columns {
		use(c.Index, "address")
	}
	for _, t := range l.Traits {
		if what, ok := traitUses[t.Use]; ok {
			use(t.Index, what)
		}
	}
	for c := range e.Speaking() {
		use(c.Index, "status")
	}
	for _, name := range named {
		use(l.ColumnOf(name), "status")
	}
	return all
}

// firstRows are the first rows with the cells of the first columns.
func firstRows(ctx context.Context, l *contacts.List, columns int) (rows [][]string, err error) {
	at, extra := splitColumns(l, columns)
	pass, err := l.Pass(ctx, extra...)
	if err != nil {
		return nil, err
	}
	block, err := pass.Next(nil)
	if err == io.EOF {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var rec contacts.Record
	for len(rows) < previewRows && block.Next(&rec) {
		if rec.Kind == contacts.Row {
			rows = append(rows, cellsOf(&rec, columns, at, extra, cut))
		}
	}
	return rows, nil
}

// splitColumns parts the first columns into those of addresses, by column with their place among them, and others.
func splitColumns(l *contacts.List, columns int) (addresses map[int]int, extra []int) {
	addresses = map[int]int{}
	for i, c := range l.Layout().Columns {
		addresses[c.Index] = i
	}
	for i := range columns {
		if _, ok := addresses[i]; !ok {
			extra = append(extra, i)
		}
	}
	return addresses, extra
}

func cellsOf(rec *contacts.Record, columns int, addresses map[int]int, extra []int, text func([]byte) string) []string {
	cells := make([]string, columns)
	for column, i := range addresses {
		if column < columns && i < len(rec.Cells) {
			cells[column] = text(rec.Cells[i])
		}
	}
	for i, column := range extra {
		if i < len(rec.Extra) {
			cells[column] = text(rec.Extra[i])
		}
	}
	return cells
}

// cut is the beginning of a cell.
func cut(cell []byte) string {
	if len(cell) <= previewCell {
		return string(cell)
	}
	return string(cell[:previewCell]) + "…"
}
