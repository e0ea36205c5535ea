package batch

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"
)

// scratch is a temporary file that nobody else can open: it has no name as soon as it is open (on Windows, until it is closed).
type scratch struct{ growing }

func newScratch(dir string) (*scratch, error) {
	f, err := os.CreateTemp(dir, "prebounce-*")
	if err != nil {
		return nil, fmt.Errorf("making room for working data: %w", err)
	}
	if runtime.GOOS != "windows" {
		os.Remove(f.Name())
	}
	return &scratch{growing{File: f}}, nil
}

// add appends p and tells where it begins.
func (s *scratch) add(p []byte) (at int64, err error) {
	at = s.size
	_, err = s.Write(p)
	return at, err
}

func (s *scratch) Write(p []byte) (n int, err error) {
	if n, err = s.growing.Write(p); err != nil {
		err = fmt.Errorf("writing working data: %w", err)
	}
	return n, err
}

// close lets the file go, which takes the system a while if it is large: nobody waits for that.
func (s *scratch) close() {
	f := s.File
	if s.File = nil; f == nil {
		return
	}
	if runtime.GOOS == "windows" {
		f.Close()
		os.Remove(f.Name())
		return
	}
	go f.Close()
}

const (
	partitionBits = 8
	partitions    = 1 << partitionBits
)

// spill keeps entries apart in partitions, in the order in which they came: some of each in memory, the rest in a scratch file. T holds no
// pointers.
type spill[T any] struct {
	dir    string
	file   *scratch                // nil until memory is full
	size   uint32                  // entries of each partition that stay in memory: a multiple of gathered
	memory [partitions][]T         // of those that have more than the latest: size entries
	used   [partitions]uint32      // by entries in memory, and among the latest
	latest [partitions][gathered]T // on their way there: all of these lie near the processor
	chunks [partitions][]int64     // where in the file the others lie, size of them at each place
}

// gathered is how many entries are put away at once: one at a time takes longer. (Measured: a fiftieth of the first read of ten million
// rows.)
const gathered = 16

func (s *spill[T]) add(p uint64, entry T) error {
	s.latest[p][s.used[p]%gathered] = entry
	if s.used[p]++; s.used[p]%gathered > 0 {
		return nil
	}
	return s.settle(p)
}

// settle puts the latest entries of partition p to the others.
func (s *spill[T]) settle(p uint64) error {
	if s.memory[p] == nil {
		s.memory[p] = make([]T, s.size)
	}
	copy(s.memory[p][s.used[p]-gathered:], s.latest[p][:])
	if s.used[p] < s.size {
		return nil
	}
	return s.putOut(p)
}

// putOut moves partition p from memory to the file.
func (s *spill[T]) putOut(p uint64) (err error) {
	if s.file == nil {
		if s.file, err = newScratch(s.dir); err != nil {
			return err
		}
	}
	at, err := s.file.add(octets(s.memory[p]))
	s.chunks[p] = append(s.chunks[p], at)
	s.used[p] = 0
	return err
}

// each hands over the entries of partition p in the order in which they came, some at a time. It may run side by side, each with room of
// its own: size entries.
func (s *spill[T]) each(p int, room []T, use func([]T) error) error {
	room = room[:s.size]
	for _, at := range s.chunks[p] {
		if _, err := s.file.ReadAt(octets(room), at); err != nil {
			return fmt.Errorf("reading working data: %w", err)
		}
		if err := use(room); err != nil {
			return err
		}
	}
	late := s.used[p] % gathered
	if err := use(s.memory[p][:s.used[p]-late]); err != nil {
		return err
	}
	return use(s.latest[p][:late])
}

func (s *spill[T]) close() {
	s.memory, s.used = [partitions][]T{}, [partitions]uint32{}
	if s.file != nil {
		s.file.close()
	}
}

// octets are those of entries as they stand in memory. T holds no pointers.
func octets[T any](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(*new(T))))
}
