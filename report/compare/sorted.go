package compare

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate/batch"
)

// sortedInMemory is how many octets of results are sorted at a time.
const sortedInMemory = 8 << 20

// Sorted brings results into the order of their [Mailbox], those of one mailbox in the order of the list. It
// holds a few tens of MiB, however many there are; the others wait in a temporary file that has no name. An
// error of rows is handed on and ends it.
func Sorted(rows iter.Seq2[batch.Result, error]) iter.Seq2[batch.Result, error] {
	return sorted(rows, sortedInMemory)
}

// Mailbox returns the key under which spellings of an address that differ only in case are one. Hardly any
// mail server tells them apart.
func Mailbox(address string) string { return strings.ToLower(address) }

func sorted(rows iter.Seq2[batch.Result, error], room int) iter.Seq2[batch.Result, error] {
	return func(yield func(batch.Result, error) bool) {
		s := &sorter{room: room}
		defer s.close()
		for r, err := range rows {
			if err == nil {
				err = s.add(&r)
			}
			if err != nil {
				yield(batch.Result{}, err)
				return
			}
		}
		if err := s.merge(yield); err != nil {
			yield(batch.Result{}, err)
		}
	}
}

// sorter sorts a memory full at a time and merges what came of it.
type sorter struct {
	room  int
	text  []byte // results one after another, as appendResult writes them
	spots []spot
	file  *os.File
	size  int64
	runs  []io.Reader // parts of file, each sorted
}

// spot is where a result lies in the text.
type spot struct{ at, end int }

func (s *sorter) add(r *batch.Result) error {
	at := len(s.text)
	s.text = appendResult(s.text, r)
	s.spots = append(s.spots, spot{at, len(s.text)})
	if len(s.text) < s.room {
		return nil
	}
	return s.spill()
}

// sort orders what is in memory. Equal mailboxes stay in the order in which they came.
func (s *sorter) sort() {
	slices.SortFunc(s.spots, func(a, b spot) int {
		return cmp.Or(bytes.Compare(mailboxAt(s.text[a.at:]), mailboxAt(s.text[b.at:])), a.at-b.at)
	})
}

// spill moves what is in memory to the file.
func (s *sorter) spill() (err error) {
	s.sort()
	if s.file == nil {
		if s.file, err = unnamed(); err != nil {
			return fmt.Errorf("making room for sorting: %w", err)
		}
	}
	w := bufio.NewWriterSize(io.NewOffsetWriter(s.file, s.size), 256<<10)
	for _, spot := range s.spots {
		w.Write(s.text[spot.at:spot.end]) // its error comes out in Flush
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("sorting: %w", err)
	}
	s.runs = append(s.runs, io.NewSectionReader(s.file, s.size, int64(len(s.text))))
	s.size += int64(len(s.text))
	s.text, s.spots = s.text[:0], s.spots[:0]
	return nil
}

func (s *sorter) close() {
	if s.file == nil {
		return
	}
	s.file.Close()
	if runtime.GOOS == "windows" {
		os.Remove(s.file.Name())
	}
}

// unnamed makes a temporary file that nobody else can open: it has no name as soon as it is open (on Windows,
// until it is closed).
func unnamed() (*os.File, error) {
	f, err := os.CreateTemp("", "prebounce-*")
	if err == nil && runtime.GOOS != "windows" {
		os.Remove(f.Name())
	}
	return f, err
}
