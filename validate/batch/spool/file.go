package spool

import "os"

// File is written from its start to its end, in pieces that the system has memory at hand for.
type File struct {
	file *os.File
	size int64
}

// NewFile writes to f, which is empty.
func NewFile(f *os.File) *File { return &File{file: f} }

// Piece is how many octets of a file are written at once, and never across a multiple of it. Pages of this size the system
// has at hand for its cache; for larger ones it searches all of its memory (Linux: PAGE_ALLOC_COSTLY_ORDER). Measured on a
// virtual machine that gives unused memory back to its host: in pieces of 64 KiB, or whole blocks as they come, a run
// spends half again as much of the system's time or more.
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

// Size is how many octets were written.
func (f *File) Size() int64 { return f.size }

// Name is that of the file when it was opened.
func (f *File) Name() string { return f.file.Name() }

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }
