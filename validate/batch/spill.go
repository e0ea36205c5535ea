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
	size   uint32   // octets of each partition that stay in memory: a whole number of entries
	memory []byte   // size for each partition, once there is an entry; what is never used takes no memory of the machine
	used   [partitions]uint32
	chunks [partitions][]chunk
}

type chunk struct {
	at   int64
	size int
}

func newSpill(dir string, size uint32) *spill {
	return &spill{open: func() (*scratch, error) { return newScratch(dir) }, size: size}
}

// room is where partition p takes another n octets.
func (s *spill) room(p uint64, n uint32) ([]byte, error) {
	switch {
	case s.memory == nil:
		s.memory = vast[byte](int(partitions * s.size))
	case s.used[p] == s.size:
		if err := s.flush(p); err != nil {
			return nil, err
		}
	}
	at := uint32(p)*s.size + s.used[p]
	s.used[p] += n
	return s.memory[at : at+n], nil
}

func (s *spill) flush(p uint64) (err error) {
	if s.file == nil {
		if s.file, err = s.open(); err != nil {
			return err
		}
	}
	at, err := s.file.add(s.buffer(int(p)))
	s.chunks[p] = append(s.chunks[p], chunk{at, int(s.size)})
	s.used[p] = 0
	return err
}

// buffer is what of partition p is in memory.
func (s *spill) buffer(p int) []byte {
	if s.used[p] == 0 {
		return nil
	}
	return s.memory[p*int(s.size):][:s.used[p]]
}

// each hands over the entries of partition p in the order in which they came, a buffer full at a time. It may run side by side.
func (s *spill) each(p int, use func(entries []byte) error) error {
	var room []byte
	for _, c := range s.chunks[p] {
		if room == nil {
			room = make([]byte, s.size)
		}
		buf := room[:c.size]
		if _, err := s.file.ReadAt(buf, c.at); err != nil {
			return fmt.Errorf("reading working data: %w", err)
		}
		if err := use(buf); err != nil {
			return err
		}
	}
	return use(s.buffer(p))
}

func (s *spill) close() {
	s.memory, s.used = nil, [partitions]uint32{}
	if s.file != nil {
		s.file.close()
	}
}
