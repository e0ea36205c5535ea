package report

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"

	"github.com/prebounce/prebounce/validate/batch"
)

// longestResult bounds a row of results.csv, in octets: a file in which a quote was lost is no reason to take
// it all into memory.
const longestResult = 1 << 20

// Results reads the results.csv of a finished run row by row, addresses as they were before they were made
// safe for spreadsheets. It ends with the first error: an unreadable row, or the end of ctx.
func Results(ctx context.Context, from io.Reader) iter.Seq2[batch.Result, error] {
	return func(yield func(batch.Result, error) bool) {
		limited := &rowLimit{from: from, left: longestResult}
		rows, err := openResults(limited)
		for err == nil {
			limited.left = longestResult
			var row any
			if row, err = rows.Read(); err != nil {
				break
			}
			r := row.(batch.Result)
			r.Address = unquoted(r.Address)
			if !yield(r, nil) {
				return
			}
			err = ctx.Err()
		}
		if !errors.Is(err, io.EOF) {
			yield(batch.Result{}, err)
		}
	}
}

func openResults(from io.Reader) (*gocsv.Unmarshaller, error) {
	rows, err := gocsv.NewUnmarshaller(csv.NewReader(from), batch.Result{})
	if errors.Is(err, io.EOF) {
		return nil, errors.New("it is empty")
	}
	if err != nil {
		return nil, err
	}
	for _, column := range []string{"row", "address", "status", "reason"} {
		if !slices.Contains(rows.Headers, column) {
			return nil, fmt.Errorf("it has no column %q: it isn't the results of a run", column)
		}
	}
	return rows, nil
}

// unquoted takes away the apostrophe that keeps spreadsheets from reading a cell as a formula.
func unquoted(cell string) string {
	if bare, ok := strings.CutPrefix(cell, "'"); ok && bare != "" && strings.IndexByte("=+-@", bare[0]) >= 0 {
		return bare
	}
	return cell
}

// rowLimit gives up on a row that is too long. What is read ahead makes the limit inexact, by the size of that buffer.
type rowLimit struct {
	from io.Reader
	left int
}

func (l *rowLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("a row has more than %d octets", longestResult)
	}
	n, err := l.from.Read(p)
	l.left -= n
	return n, err
}
