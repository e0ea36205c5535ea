package spool

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"unsafe"
)

// Dir is where temporary files are created; the zero value is the system's default. Call Wait once all files are
// closed.
type Dir struct {
	Path    string
	closing sync.WaitGroup
}

// Wait waits until the system has freed all closed files.
func (d *Dir) Wait() { d.closing.Wait() }

// Scratch is a temporary file that no other program can open: it loses its name as soon as it is open (on Windows,
// when it is closed).
type Scratch struct {
	dir  *Dir
	file *os.File
	end  File
}

// Scratch opens a temporary file.
func (d *Dir) Scratch() (*Scratch, error) {
	f, err := os.CreateTemp(d.Path, "prebounce-*")
	if err != nil {
		return nil, fmt.Errorf("creating a temporary file: %w", err)
	}
	if runtime.GOOS != "windows" {
		os.Remove(f.Name())
	}
	return &Scratch{dir: d, file: f, end: File{file: f}}, nil
}

// Append appends p and returns the offset where it begins.
func (s *Scratch) Append(p []byte) (at int64, err error) {
	at = s.end.size
	_, err = s.Write(p)
	return at, err
}

// Write appends p.
func (s *Scratch) Write(p []byte) (n int, err error) {
	if n, err = s.end.Write(p); err != nil {
		err = fmt.Errorf("writing a temporary file: %w", err)
	}
	return n, err
}

// Size returns the number of bytes appended.
func (s *Scratch) Size() int64 { return s.end.size }

// ReadAt fills p from an offset.
func (s *Scratch) ReadAt(p []byte, at int64) (n int, err error) {
	if n, err = s.file.ReadAt(p, at); err != nil && err != io.EOF {
		err = fmt.Errorf("reading a temporary file: %w", err)
	}
	return n, err
}

// WriteAt overwrites bytes at an offset.
func (s *Scratch) WriteAt(p []byte, at int64) (n int, err error) {
	if n, err = s.file.WriteAt(p, at); err != nil {
		err = fmt.Errorf("writing a temporary file: %w", err)
	}
	return n, err
}

// Close frees the file. Because that takes the system a while for a large file, it happens in the background: see
// Dir.Wait. Close may be called more than once, and on nil.
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

// Octets returns the memory of entries as bytes. T must hold no pointers.
func Octets[T any](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(*new(T))))
}
