package serve

import (
	"bytes"
	"context"
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

// pageIndex knows where the pages of a filtered results.csv begin, as far as somebody looked. It grows by 8
// octets a page: 1.6 MB for ten million rows without a filter.
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
