package suppression

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// put writes the line, into another file if this one would grow beyond what the service takes.
func (f *kindFiles) put(now time.Time) error {
	if len(f.line) == 0 {
		return nil
	}
	line := f.form.line(f.line, now)
	if f.file == nil || f.full(len(line)) {
		if err := f.begin(); err != nil {
			return err
		}
	}
	f.octets += int64(len(line))
	f.last().Addresses += len(f.line)
	f.line = f.line[:0]
	_, err := f.w.Write(line)
	return err
}

func (f *kindFiles) last() *File { return &f.done[len(f.done)-1] }

func (f *kindFiles) full(octets int) bool {
	addresses := f.last().Addresses + len(f.line)
	return (f.Rows > 0 && addresses > f.Rows) || (f.Octets > 0 && f.octets+int64(octets) > f.Octets)
}

func (f *kindFiles) begin() error {
	if err := f.end(); err != nil {
		return err
	}
	name := f.name(len(f.done) + 1)
	file, err := os.OpenFile(filepath.Join(f.dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.mode)
	if err != nil {
		return err
	}
	f.file, f.w, f.done = file, bufio.NewWriter(file), append(f.done, File{Kind: f.kind, Name: name})
	header := f.form.header()
	f.octets = int64(len(header))
	_, err = f.w.Write(header)
	return err
}

// end closes the open file, if any.
func (f *kindFiles) end() error {
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.w.Flush(), f.file.Close())
	f.file = nil
	return err
}
