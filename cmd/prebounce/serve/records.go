package serve

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
)

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
	for err == bufio.ErrBufferFull || (err == nil && bytes.Count(l.b, quote)%2 != 0) {
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
