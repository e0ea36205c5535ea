package spool

const (
	// Partitions is the number of partitions of a Spill.
	Partitions    = 1 << partitionBits
	partitionBits = 8
)

// PartitionOf returns the partition of a hash.
func PartitionOf(hash uint64) uint64 { return hash >> (64 - partitionBits) }

// PartitionOfRow returns the partition of a row in a list with the given number of rows.
func PartitionOfRow(row, rows uint32) uint64 { return uint64(row / perPartition(rows)) }

// perPartition is how many rows of a list one partition covers.
func perPartition(rows uint32) uint32 { return rows/Partitions + 1 }

// Spill keeps entries in partitions, in the order in which they were added: some of each partition in memory, the rest
// in a temporary file. T must hold no pointers. One goroutine adds; several may read different partitions.
type Spill[T any] struct {
	dir    *Dir
	file   *Scratch                // nil until memory is full
	size   uint32                  // entries of each partition that stay in memory: a multiple of gathered
	memory [Partitions][]T         // of those that have more than the latest: size entries
	used   [Partitions]uint32      // by entries in memory, and among the latest
	latest [Partitions][gathered]T // on their way there: all of these lie near the processor
	chunks [Partitions][]int64     // where in the file the others lie, size of them at each place
}

// gathered is how many entries are put away at once: one at a time takes longer. (Measured: a fiftieth of the
// first read of ten million rows.)
const gathered = 16

// NewSpill returns a spill that keeps up to inMemory entries of each partition in memory; inMemory is a multiple of
// sixteen.
func NewSpill[T any](dir *Dir, inMemory uint32) *Spill[T] { return &Spill[T]{dir: dir, size: inMemory} }

// byRow is how many entries of each partition stay in memory where few rows have one: in all a MiB or so.
const byRow = 512

// NewRowSpill returns a spill that is partitioned by row, for a Window.
func NewRowSpill[T any](dir *Dir) *Spill[T] { return NewSpill[T](dir, byRow) }

// Room returns a buffer for Each.
func (s *Spill[T]) Room() []T { return make([]T, s.size) }

// Add adds an entry to a partition.
func (s *Spill[T]) Add(p uint64, entry T) error {
	s.latest[p][s.used[p]%gathered] = entry
	if s.used[p]++; s.used[p]%gathered > 0 {
		return nil
	}
	return s.settle(p)
}

// settle puts the latest entries of partition p to the others.
func (s *Spill[T]) settle(p uint64) error {
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
func (s *Spill[T]) putOut(p uint64) (err error) {
	if s.file == nil {
		if s.file, err = s.dir.Scratch(); err != nil {
			return err
		}
	}
	at, err := s.file.Append(Octets(s.memory[p]))
	s.chunks[p] = append(s.chunks[p], at)
	s.used[p] = 0
	return err
}

// Each passes the entries of partition p to use, some at a time, in the order in which they were added. Several calls
// may run concurrently, each with a buffer of its own from Spill.Room.
func (s *Spill[T]) Each(p int, room []T, use func([]T) error) error {
	room = room[:s.size]
	for _, at := range s.chunks[p] {
		if _, err := s.file.ReadAt(Octets(room), at); err != nil {
			return err
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

// Close frees the entries.
func (s *Spill[T]) Close() {
	s.memory, s.used = [Partitions][]T{}, [Partitions]uint32{}
	s.file.Close()
}
