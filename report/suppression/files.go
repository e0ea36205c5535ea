package suppression

import (
	"bufio"
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/prebounce/prebounce/validate/batch"
)

// files writes one file after another.
type files struct {
	Export
	dir     string
	written Written

	file   *os.File // nil: none is open
	w      *bufio.Writer
	octets int64
	line   []batch.Result // what will stand on the next line
}

func (f *files) all(ctx context.Context, chosen iter.Seq2[batch.Result, error]) error {
	last := ""
	for r, err := range chosen {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if strings.EqualFold(r.Address, last) {
			continue
		}
		last = r.Address
		if f.Service.ASCII && !isASCII(r.Address) {
			f.written.Left++
			continue
		}
		f.line = append(f.line, r)
		if len(f.line) == f.Service.form.group() {
			if err := f.put(); err != nil {
				return err
			}
		}
	}
	return f.put()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// put writes the line, into another file if this one would grow beyond what the service takes.
func (f *files) put() error {
	if len(f.line) == 0 {
		return nil
	}
	line := f.Service.form.line(f.line, f.Now)
	if f.file == nil || f.full(len(line)) {
		if err := f.begin(); err != nil {
			return err
		}
	}
	f.octets += int64(len(line))
	f.written.Files[len(f.written.Files)-1].Addresses += len(f.line)
	f.line = f.line[:0]
	_, err := f.w.Write(line)
	return err
}

func (f *files) full(octets int) bool {
	s := f.Service
	addresses := f.written.Files[len(f.written.Files)-1].Addresses + len(f.line)
	return s.Rows > 0 && addresses > s.Rows || s.Octets > 0 && f.octets+int64(octets) > s.Octets
}

func (f *files) begin() error {
	if err := f.end(); err != nil {
		return err
	}
	name := f.name(len(f.written.Files) + 1)
	file, err := os.OpenFile(filepath.Join(f.dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	f.file, f.w, f.written.Files = file, bufio.NewWriter(file), append(f.written.Files, File{Name: name})
	header := f.Service.form.header()
	f.octets = int64(len(header))
	_, err = f.w.Write(header)
	return err
}

// end closes the open file, if any.
func (f *files) end() error {
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.w.Flush(), f.file.Close())
	f.file = nil
	return err
}
