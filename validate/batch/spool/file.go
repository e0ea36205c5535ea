package spool

import "os"

// File is written sequentially, in pieces of the size of Piece.
type File struct {
	file *os.File
	size int64
}

// NewFile returns a File that writes to f, which must be empty.
func NewFile(f *os.File) *File { return &File{file: f} }

// Piece is the number of bytes written to a file at once; no write crosses a multiple of it. The system keeps pages of
// this size ready for its cache, but has to search its memory for larger ones (Linux: PAGE_ALLOC_COSTLY_ORDER). On a
// virtual machine that returns unused memory to its host, pieces of 64 KiB or whole blocks made a run spend at least
// half again as much system time.
const Piece = 32 << 10

// Write appends p.
func (f *File) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		some := min(len(p)-n, Piece-int(f.size%Piece))
		some, err = f.file.Write(p[n:][:some])
		n, f.size = n+some, f.size+int64(some)
	}
	return n, err
}

// Size returns the number of bytes written.
func (f *File) Size() int64 { return f.size }

// Name returns the name that the file was opened with.
func (f *File) Name() string { return f.file.Name() }

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }
