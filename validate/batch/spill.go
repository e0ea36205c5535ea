package batch

import (
	"fmt"
	"os"
	"runtime"
)

// scratch is a temporary file that nobody else can open: it has no name as soon as it is open (on Windows, until it is closed).
type scratch struct {
	*os.File
	size int64
}

func newScratch(dir string) (*scratch, error) {
	f, err := os.CreateTemp(dir, "prebounce-*")
	if err != nil {
		return nil, fmt.Errorf("making room for working data: %w", err)
	}
	if runtime.GOOS != "windows" {
		os.Remove(f.Name())
	}
	return &scratch{File: f}, nil
}

// add appends p and tells where it begins.
func (s *scratch) add(p []byte) (at int64, err error) {
	at = s.size
	n, err := s.WriteAt(p, at)
	s.size += int64(n)
	if err != nil {
		return at, fmt.Errorf("writing working data: %w", err)
	}
	return at, nil
}

func (s *scratch) close() {
	s.Close()
	if runtime.GOOS == "windows" {
		os.Remove(s.Name())
	}
}

const (
	partitionBits = 8
	partitions    = 1 << partitionBits
)

// spill keeps fixed-size entries apart in partitions, in the order in which they came: a little in memory, the rest in a scratch file.
type spill struct {
	open   func() (*scratch, error)
	file   *scratch // nil until memory is full
	buffer [partitions][]byte
	chunks [partitions][]chunk
}

type chunk struct {
	at   int64
	size int
}

// bufferSize is how much of a partition stays in memory: 4 MiB in all.
const bufferSize = 16 << 10

func newSpill(dir string) *spill {
	return &spill{open: func() (*scratch, error) { return newScratch(dir) }}
}

// room makes sure that partition p takes another n octets, which the caller appends to buffer[p].
func (s *spill) room(p uint64, n int) (err error) {
	b := s.buffer[p]
	if len(b)+n <= cap(b) {
		return nil
	}
	if cap(b) < bufferSize {
		s.buffer[p] = append(make([]byte, 0, max(1<<10, 2*cap(b))), b...)
		return nil
	}
	if s.file == nil {
		if s.file, err = s.open(); err != nil {
			return err
		}
	}
	at, err := s.file.add(b)
	s.chunks[p] = append(s.chunks[p], chunk{at, len(b)})
	s.buffer[p] = b[:0]
	return err
}

// each hands over the entries of partition p in the order in which they came, a buffer full at a time. It may run side by side.
func (s *spill) each(p int, use func(entries []byte) error) error {
	var room []byte
	for _, c := range s.chunks[p] {
		if room == nil {
			room = make([]byte, bufferSize)
		}
		buf := room[:c.size]
		if _, err := s.file.ReadAt(buf, c.at); err != nil {
			return fmt.Errorf("reading working data: %w", err)
		}
		if err := use(buf); err != nil {
			return err
		}
	}
	return use(s.buffer[p])
}

func (s *spill) close() {
	if s.file != nil {
		s.file.close()
	}
}
