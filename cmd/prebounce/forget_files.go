package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// rowwise are the extensions of files that are taken apart row by row.
var rowwise = map[string]bool{".csv": true, ".jsonl": true, ".txt": true}

// longestRow bounds a row that forget takes into memory, in octets.
const longestRow = 64 << 20

// person is an address in lower case, to look for.
type person []byte

func newPerson(address string) person { return person(bytes.ToLower([]byte(address))) }

// in reports whether a text holds the address, and not a longer one that it is a part of.
func (p person) in(text []byte) bool {
	text = bytes.ToLower(text)
	for from := 0; ; {
		at := bytes.Index(text[from:], p)
		if at < 0 {
			return false
		}
		at += from
		if !ofLocal(last(text[:at])) && !goesOn(text[at+len(p):]) {
			return true
		}
		from = at + 1
	}
}

func last(b []byte) byte {
	if len(b) == 0 {
		return 0
	}
	return b[len(b)-1]
}

// ofLocal reports whether an octet before the address belongs to a local part that is longer.
func ofLocal(c byte) bool {
	return letter(c) || (c != 0 && bytes.IndexByte([]byte(".!#$%&*+/?^_`{|}~-"), c) >= 0)
}

// goesOn reports whether the domain goes on behind the address.
func goesOn(rest []byte) bool {
	switch {
	case len(rest) == 0:
		return false
	case rest[0] == '.':
		return len(rest) > 1 && letter(rest[1])
	}
	return letter(rest[0]) || rest[0] == '-'
}

func letter(c byte) bool {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80
}

func anyIn(persons []person, text []byte) bool {
	for _, p := range persons {
		if p.in(text) {
			return true
		}
	}
	return false
}

// rewriteWithout counts the rows that hold one of the persons, and if wanted writes the file anew without
// them: whole, or not at all.
func rewriteWithout(path string, persons []person, rewrite bool) (rows int, err error) {
	in, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	to := bufio.NewWriter(io.Discard)
	var out *os.File
	if rewrite {
		if out, err = os.CreateTemp(filepath.Dir(path), ".forget-*"); err != nil {
			return 0, err
		}
		defer os.Remove(out.Name())
		defer out.Close()
		to.Reset(out)
	}
	for row, err := range rowsOf(in, filepath.Ext(path) == ".csv") {
		if err != nil {
			return rows, fmt.Errorf("reading %s: %w", path, err)
		}
		if anyIn(persons, row) {
			rows++
			continue
		}
		to.Write(row) // its error comes out in Flush
	}
	if !rewrite || rows == 0 {
		return rows, nil
	}
	at, err := in.Stat()
	if err = errors.Join(err, to.Flush()); err == nil {
		err = errors.Join(out.Chmod(at.Mode().Perm()), out.Sync(), out.Close())
	}
	if err != nil {
		return rows, err
	}
	return rows, os.Rename(out.Name(), path)
}

// rowsOf goes through the rows of a text with their line ends; where cells may be quoted, a row ends outside of quotes.
func rowsOf(r io.Reader, quotes bool) func(func([]byte, error) bool) {
	return func(yield func([]byte, error) bool) {
		in := bufio.NewReaderSize(r, 1<<16)
		var row []byte
		open := false
		for {
			line, err := in.ReadSlice('\n')
			row = append(row, line...)
			if quotes && bytes.Count(line, []byte{'"'})%2 == 1 {
				open = !open
			}
			switch {
			case errors.Is(err, io.EOF):
				if len(row) > 0 {
					yield(row, nil)
				}
				return
			case err != nil && !errors.Is(err, bufio.ErrBufferFull):
				yield(nil, err)
				return
			case len(row) > longestRow:
				yield(nil, errors.New("a row is too long"))
				return
			case err == nil && !open:
				if !yield(row, nil) {
					return
				}
				row = row[:0]
			}
		}
	}
}

// fileHolds reports whether a file holds one of the persons, in plain text.
func fileHolds(path string, persons []person) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	const overlap = 1 << 10 // no address is longer
	buf := make([]byte, 0, 1<<20)
	for {
		n, err := io.ReadFull(f, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if anyIn(persons, buf) {
			return true, nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		buf = append(buf[:0], buf[len(buf)-overlap:]...)
	}
}
