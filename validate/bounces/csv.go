package bounces

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// bounded lets a parser have no more than left bytes before it is given more.
type bounded struct {
	r    io.Reader
	left int
}

var errTooLong = fmt.Errorf("a record is longer than %d bytes", maxRecord)

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// readCSV reads the rows behind the header.
func readCSV(b *bufio.Reader, f *format, header []string, comma rune, n *Count) reader {
	n.Format = f.name
	return func(yield func(Event) bool) error {
		in := &bounded{r: b}
		rows := csv.NewReader(in)
		rows.Comma, rows.LazyQuotes, rows.FieldsPerRecord, rows.ReuseRecord = comma, true, -1, true
		place := map[string]int{}
		for i := len(header) - 1; i >= 0; i-- {
			place[header[i]] = i // the first of a name counts
		}
		for first := true; ; first = false {
			in.left = maxRecord
			cells, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := closed(rows, cells); err != nil {
				return err
			}
			if first {
				continue
			}
			e, ok := f.event(func(name string) string {
				if i, known := place[name]; known && i < len(cells) {
					return strings.TrimSpace(cells[i])
				}
				return ""
			})
			e.at, _ = rows.FieldPos(0)
			switch {
			case ok && !yield(e):
				return nil
			case !ok && !isBlank(cells):
				n.left(&e, e.at)
			}
		}
	}
}

func isBlank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// mostLines are as many as one row may hold: more are the rest of the file behind a quote that was never closed.
const mostLines = 100

func closed(rows *csv.Reader, cells []string) error {
	for i, cell := range cells {
		if strings.Count(cell, "\n") > mostLines {
			line, _ := rows.FieldPos(i)
			return fmt.Errorf("line %d: a quote is never closed", line)
		}
	}
	return nil
}
