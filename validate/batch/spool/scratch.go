package spool

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"unsafe"
)

// Dir is where temporary files are made; the zero value is the system's own place. Wait for it once all are closed.
type Dir struct {
	Path    string
	closing sync.WaitGroup
}

// Wait returns when the system has let go of all files that were closed.
func (d *Dir) Wait() { d.closing.Wait() }

// Scratch is a temporary file that nobody else can open: it has no name as soon as it is open (on Windows, until it is closed).
type Scratch struct {
	dir  *Dir
	file *os.File
	end  File
}

// Scratch opens a temporary file.
func (d *Dir) Scratch() (*Scratch, error) {
	f, err := os.CreateTemp(d.Path, "prebounce-*")
	if err != nil {
		return nil, fmt.Errorf("making room for working data: %w", err)
	}
	if runtime.GOOS != "windows" {
		os.Remove(f.Name())
	}
	return &Scratch{dir: d, file: f, end: File{file: f}}, nil
}

// Append appends p and returns where it begins.
func (s *Scratch) Append(p []byte) (at int64, err error) {
	at = s.end.size
	_, err = s.Write(p)
	return at, err
}

// Write appends p.
func (s *Scratch) Write(p []byte) (n int, err error) {
	if n, err = s.end.Write(p); err != nil {
		err = fmt.Errorf("writing working data: %w", err)
	}
	return n, err
}

// Size is how many octets were appended.
func (s *Scratch) Size() int64 { return s.end.size }

// ReadAt fills p with what stands at a place.
func (s *Scratch) ReadAt(p []byte, at int64) (n int, err error) {
	if n, err = s.file.ReadAt(p, at); err != nil && err != io.EOF {
		err = fmt.Errorf("reading working data: %w", err)
	}
	return n, err
}

// WriteAt changes what stands at a place.
func (s *Scratch) WriteAt(p []byte, at int64) (n int, err error) {
	if n, err = s.file.WriteAt(p, at); err != nil {
		err = fmt.Errorf("writing working data: %w", err)
	}
	return n, err
}

// Close lets the file go. That takes the system a while if the file is large, so it is done beside other work: see [Dir.Wait]. Close may
// be called more than once, and on nil.
func (s *Scratch) Close() {
	if s == nil || s.file == nil {
		return
	}
	f := s.file
	s.file = nil
	s.dir.closing.Go(func() {
		f.Close()
		if runtime.GOOS == "windows" {
			os.Remove(f.Name())
		}
	})
}

// Octets are those of entries as they stand in memory. T holds no pointers.
func Octets[T any](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(*new(T))))
}
