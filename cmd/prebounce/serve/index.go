package serve

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/batch"
)

// pageRows is how many rows a page shows.
const pageRows = 50

// pageIndex knows where the pages of a filtered results.csv begin, as far as somebody looked. It grows by 8 octets a page: 1.6 MB for ten
// million rows without a filter.
type pageIndex struct {
	mu     sync.Mutex
	path   string
	filter filter
	header []byte
	starts []int64 // of pages, in octets; the first is that of the first row
	rows   int64   // that fit, as far as was read
	at     int64   // how far was read
	whole  bool
	size   int64
}

func newPageIndex(path string, f filter) (*pageIndex, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	at, err := file.Stat()
	if err != nil {
		return nil, err
	}
	lines := newLines(file, 0)
	header, err := lines.next()
	if err != nil {
		return nil, errors.New("results.csv is empty")
	}
	return &pageIndex{path: path, filter: f, header: bytes.Clone(header), at: lines.at, size: at.Size()}, nil
}

// looking is how long one request looks for rows before it says how far it came.
const looking = 4 * time.Second

// page returns the rows of a page, from 0. more reports whether there is a further one, or whether it is not known yet.
func (x *pageIndex) page(ctx context.Context, n int) (rows []batch.Result, more bool, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	file, err := os.Open(x.path)
	if err != nil {
		return nil, false, err
	}
	defer file.Close()
	if err := x.reach(ctx, file, (n+1)*pageRows); err != nil {
		return nil, false, err
	}
	if n >= len(x.starts) {
		return nil, !x.whole, nil
	}
	rows, err = x.read(ctx, file, x.starts[n])
	return rows, n+1 < len(x.starts) || !x.whole, err
}

// reach reads on until so many rows and one more fit, the file ends, or it takes too long.
func (x *pageIndex) reach(ctx context.Context, file *os.File, rows int) error {
	until := time.Now().Add(looking)
	lines := newLines(file, x.at)
	for n := 0; !x.whole && x.rows <= int64(rows); n++ {
		if n%4096 == 0 && (time.Now().After(until) || ctx.Err() != nil) {
			break
		}
		from := lines.at
		line, err := lines.next()
		if err == io.EOF {
			x.whole = true
			break
		}
		if err != nil {
			return err
		}
		x.at = lines.at
		if !x.filter.fits(line) {
			continue
		}
		if x.rows%pageRows == 0 {
			x.starts = append(x.starts, from)
		}
		x.rows++
	}
	return ctx.Err()
}

// read reads the rows of a page.
func (x *pageIndex) read(ctx context.Context, file *os.File, from int64) (rows []batch.Result, err error) {
	lines := newLines(file, from)
	text := bytes.NewBuffer(bytes.Clone(x.header))
	for n := 0; n < pageRows && lines.at < x.at; {
		line, err := lines.next()
		if err != nil {
			break
		}
		if x.filter.fits(line) {
			text.Write(line)
			n++
		}
	}
	for row, err := range report.Results(ctx, text) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// Percent is how much of the file was looked at.
func (x *pageIndex) percent() int { return int(100 * x.at / max(x.size, 1)) }

// lines reads records of a CSV: lines, and those that go on in quotes.
type lines struct {
	r  *bufio.Reader
	at int64
	b  []byte
}

// longestRecord bounds a record: a file in which a quote was lost is not taken into memory.
const longestRecord = 1 << 20

func newLines(f *os.File, from int64) *lines {
	return &lines{r: bufio.NewReaderSize(io.NewSectionReader(f, from, 1<<62), 256<<10), at: from}
}

// next returns the following record with its line end. It is good until the call after.
func (l *lines) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	if err == nil && bytes.Count(line, quote)%2 == 0 {
		l.at += int64(len(line))
		return line, nil
	}
	l.b = append(l.b[:0], line...)
	for err == bufio.ErrBufferFull || err == nil && bytes.Count(l.b, quote)%2 != 0 {
		if len(l.b) > longestRecord {
			return nil, errors.New("a row of results.csv is too long")
		}
		line, err = l.r.ReadSlice('\n')
		l.b = append(l.b, line...)
	}
	if len(l.b) == 0 {
		return nil, io.EOF
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	l.at += int64(len(l.b))
	return l.b, nil
}

var quote = []byte{'"'}

// filter is which rows to show. An empty field lets every row pass.
type filter struct {
	List, Reason, Status, Operator, Domain, File, Text string
	Typos                                              bool // with a suggestion
}

// Columns of results.csv, as DESIGN has them.
const (
	colAddress = 1 + iota
	colStatus
	colReason
	colList
	_
	colSuggestion
	colOperator
)

// colFile is the column of several lists.
const colFile = 15

// fits reports whether a record passes. What can rule it out without taking the record apart is tried first.
func (f *filter) fits(line []byte) bool {
	if *f == (filter{}) {
		return true
	}
	for _, text := range []string{f.List, f.Reason, f.Status, f.Operator, f.File} {
		if text != "" && !bytes.Contains(line, []byte(text)) {
			return false
		}
	}
	if (f.Domain != "" && !containsFold(line, f.Domain)) || (f.Text != "" && !containsFold(line, f.Text)) {
		return false
	}
	return f.exactly(cellsOfLine(line))
}

func (f *filter) exactly(cells []string) bool {
	is := func(column int, want string) bool { return want == "" || column < len(cells) && cells[column] == want }
	if !is(colList, f.List) || !is(colReason, f.Reason) || !is(colStatus, f.Status) || !is(colOperator, f.Operator) || !is(colFile, f.File) {
		return false
	}
	if f.Typos && (len(cells) <= colSuggestion || cells[colSuggestion] == "") {
		return false
	}
	return f.Domain == "" || len(cells) > colAddress && hasDomain(cells[colAddress], f.Domain)
}

// hasDomain reports whether an address is at a domain.
func hasDomain(address, domain string) bool {
	at := len(address) - len(domain) - 1
	return at >= 0 && address[at] == '@' && foldEqual(address[at+1:], domain)
}

// cellsOfLine are the cells of a record; nil if it is none.
func cellsOfLine(line []byte) []string {
	r := csv.NewReader(bytes.NewReader(line))
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	cells, err := r.Read()
	if err != nil {
		return nil
	}
	return cells
}

func foldEqual(a, b string) bool { return len(a) == len(b) && containsFold([]byte(a), b) }

// containsFold reports whether text contains a part, whatever the case of ASCII letters.
func containsFold(text []byte, part string) bool {
	if part == "" {
		return true
	}
	first := lower(part[0])
	for i := 0; i+len(part) <= len(text); i++ {
		if lower(text[i]) == first && sameFold(text[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

func sameFold(a []byte, b string) bool {
	for i := range a {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
