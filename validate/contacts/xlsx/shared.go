package xlsx

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// shared are the strings that cells name by number. They lie in two temporary files, one of texts and one of
// their ends, and are read through a window, since cells name them mostly in the order in which they stand.
type shared struct {
	texts, ends window
	count       int64
}

// readShared unpacks the strings. A workbook may have none.
func (w *Workbook) readShared() (*shared, error) {
	r, err := w.open(w.sharedAt)
	if err == errNoPart {
		return &shared{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := &shared{}
	if s.texts.file, err = unnamed(w.options.TempDir, &s.texts.temp); err == nil {
		s.ends.file, err = unnamed(w.options.TempDir, &s.ends.temp)
	}
	if err == nil {
		err = s.fill(newScanner(r))
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// unnamed makes a temporary file that only we can read and that vanishes with us.
func unnamed(dir string, temp *string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "prebounce-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("making a temporary copy: %w", err)
	}
	if os.Remove(f.Name()) != nil { // not every system removes an open file
		*temp = f.Name()
	}
	return f, nil
}

func (s *shared) fill(x *scanner) error {
	texts, ends := bufio.NewWriterSize(s.texts.file, 1<<16), bufio.NewWriterSize(s.ends.file, 1<<16)
	var in richText
	for {
		t, err := x.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch {
		case t == startTag && x.name() == "si":
			in.reset()
		case t == endTag && x.name() == "si":
			s.texts.size += int64(len(in.text))
			s.count++
			texts.Write(in.text)
			if _, err := ends.Write(binary.LittleEndian.AppendUint64(nil, uint64(s.texts.size))); err != nil {
				return fmt.Errorf("making a temporary copy: %w", err)
			}
		default:
			if err := in.see(t, x); err != nil {
				return err
			}
		}
	}
	s.ends.size = 8 * s.count
	if err := errors.Join(texts.Flush(), ends.Flush()); err != nil {
		return fmt.Errorf("making a temporary copy: %w", err)
	}
	return nil
}

var errNoString = errors.New("a cell refers to a missing string")

// text appends string number n.
func (s *shared) text(dst []byte, n int64) ([]byte, error) {
	if n < 0 || n >= s.count {
		return dst, errNoString
	}
	from := int64(0)
	if n > 0 {
		b, err := s.ends.read(8*(n-1), 8)
		if err != nil {
			return dst, err
		}
		from = int64(binary.LittleEndian.Uint64(b))
	}
	b, err := s.ends.read(8*n, 8)
	if err != nil {
		return dst, err
	}
	b, err = s.texts.read(from, int(int64(binary.LittleEndian.Uint64(b))-from))
	return append(dst, b...), err
}

func (s *shared) close() error { return errors.Join(s.texts.close(), s.ends.close()) }

// window reads a file through a stretch of it that it keeps.
type window struct {
	file *os.File
	temp string // its name, if it is still to be removed
	size int64
	at   int64
	buf  []byte
}

const windowSize = 1 << 16

// read returns n bytes at an offset, good until the following call.
func (w *window) read(at int64, n int) ([]byte, error) {
	if at < w.at || at+int64(n) > w.at+int64(len(w.buf)) {
		size := int(min(int64(max(windowSize, n)), w.size-at))
		if cap(w.buf) < size {
			w.buf = make([]byte, size)
		}
		w.buf, w.at = w.buf[:size], at
		if _, err := w.file.ReadAt(w.buf, at); err != nil {
			w.buf = w.buf[:0]
			return nil, fmt.Errorf("reading a temporary copy: %w", err)
		}
	}
	return w.buf[at-w.at:][:n], nil
}

func (w *window) close() error {
	if w.file == nil {
		return nil
	}
	err := w.file.Close()
	if w.temp != "" {
		err = errors.Join(err, os.Remove(w.temp))
	}
	return err
}

// richText gathers the text of an element: plain, or in runs; phonetic hints are not part of it.
type richText struct {
	text     []byte
	inside   bool // a <t>
	phonetic bool
}

func (r *richText) reset() { *r = richText{text: r.text[:0]} }

func (r *richText) see(t token, x *scanner) error {
	switch {
	case t == text && r.inside:
		if r.text = append(r.text, x.text...); len(r.text) > longestToken {
			return errLong
		}
	case t == text:
	case x.name() == "rPh":
		r.phonetic = t == startTag
	case x.name() == "t":
		r.inside = t == startTag && !r.phonetic
	}
	return nil
}
