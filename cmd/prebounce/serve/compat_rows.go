package serve

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/compat"
	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
)

// openList opens the only list of a job, of which a copy that is unpacked may have so many octets.
func openList(ctx context.Context, run *Run, most int64) (*contacts.List, error) {
	o := run.Choices.reading()
	o.TempDir, o.SpoolLimit, o.Traits = run.dir, most, contacts.Traits{}
	l, err := contacts.Open(ctx, run.list(0), o)
	var unreadable *contacts.OpenError
	if errors.As(err, &unreadable) {
		return nil, errors.New("the list can't be read: " + unreadable.What)
	}
	return l, err
}

// countRows counts the rows of the only list of a job.
func countRows(run *Run, most int64) (n int, err error) {
	ctx := context.Background() // as for the whole of an upload, which is bounded by its size
	l, err := openList(ctx, run, most)
	if err != nil {
		return 0, err
	}
	defer l.Close()
	for _, err := range cellRows(ctx, l) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// cellRows are the rows of a list, as cells.
func cellRows(ctx context.Context, l *contacts.List) iter.Seq2[[]string, error] {
	columns := max(l.Layout().Width, len(l.Layout().Names), 1)
	at, extra := splitColumns(l, columns)
	return func(yield func([]string, error) bool) {
		pass, err := l.Pass(ctx, extra...)
		var block contacts.Block
		for err == nil {
			if block, err = pass.Next(block); err != nil {
				break
			}
			var rec contacts.Record
			for block.Next(&rec) {
				if rec.Kind == contacts.Row && !yield(cellsOf(&rec, columns, at, extra, wholly), nil) {
					return
				}
			}
		}
		if err != io.EOF {
			yield(nil, err)
		}
	}
}

func wholly(cell []byte) string { return string(cell) }

// Rows is of [compat.Engine].
func (e *engine) Rows(ctx context.Context, id string,
	use func([]string, iter.Seq2[compat.Row, error]) error) error {
	run, err := e.s.runs.get(id)
	if err != nil {
		return told(err)
	}
	l, err := openList(ctx, run, e.s.o.MaxUpload)
	if err != nil {
		return told(err)
	}
	defer l.Close()
	path := filepath.Join(run.out(), "results.csv")
	firsts, err := referred(ctx, path)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return told(errGone)
	}
	defer f.Close()
	results, err := report.Braked(run.out(), report.Results(ctx, f))
	if err != nil {
		return err
	}
	return use(namesOfColumns(l), joined(cellRows(ctx, l), results, firsts))
}

// namesOfColumns are the names of a list's columns; one without a name is called by its number.
func namesOfColumns(l *contacts.List) []string {
	names := make([]string, max(l.Layout().Width, len(l.Layout().Names), 1))
	for i := range names {
		names[i] = "column_" + strconv.Itoa(i+1)
		if i < len(l.Layout().Names) && l.Layout().Names[i] != "" {
			names[i] = l.Layout().Names[i]
		}
	}
	return names
}

// referred are the rows that later ones repeat.
func referred(ctx context.Context, path string) (map[int]compat.Finding, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, told(errGone)
	}
	defer f.Close()
	firsts := map[int]compat.Finding{}
	for r, err := range report.Results(ctx, f) {
		if err != nil {
			return nil, err
		}
		if first := repeated(&r); first > 0 {
			firsts[first] = compat.Finding{}
		}
	}
	return firsts, nil
}

// repeated is the row with the same mailbox that a row repeats; 0 if it repeats none.
func repeated(r *batch.Result) int {
	if r.Reason != validate.Duplicate.String() && r.Reason != validate.DuplicateMailbox.String() {
		return 0
	}
	n, _ := strconv.Atoi(r.Detail[strings.LastIndexByte(r.Detail, ' ')+1:]) // "row 3" or "as in row 3"
	return n
}

// errRows says that rows and results don't belong together.
var errRows = errors.New("this list holds several tables: download the files of its run")

// joined brings together the rows of a list and what was found of each: of its first address, as that decides. A row
// that repeats an earlier one has its finding.
func joined(rows iter.Seq2[[]string, error], results iter.Seq2[batch.Result, error],
	firsts map[int]compat.Finding) iter.Seq2[compat.Row, error] {
	return func(yield func(compat.Row, error) bool) {
		next, stop := iter.Pull2(results)
		defer stop()
		r, err, more := next()
		n := 0
		for cells, failed := range rows {
			if err = errors.Join(err, failed); err != nil {
				break
			}
			n++
			if !more || r.Row != n {
				err = told(errRows)
				break
			}
			if !yield(rowOf(cells, &r, firsts), nil) {
				return
			}
			for more && err == nil && r.Row == n {
				r, err, more = next()
			}
		}
		if err == nil && more {
			err = told(errRows)
		}
		if err != nil {
			yield(compat.Row{}, err)
		}
	}
}

func rowOf(cells []string, r *batch.Result, firsts map[int]compat.Finding) compat.Row {
	row := compat.Row{Cells: cells, Finding: compat.FoundInRun(r)}
	if first, ok := firsts[repeated(r)]; ok {
		first.Input, first.Address = row.Input, row.Address
		row.Finding, row.Duplicate = first, true
	}
	if _, ok := firsts[r.Row]; ok {
		firsts[r.Row] = row.Finding
	}
	return row
}
