package suppression

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"

	"github.com/prebounce/prebounce/validate/batch"
)

// files writes the files of every kind, side by side.
type files struct {
	Export
	format Format
	kinds  [numKinds]kindFiles
	left   int
}

// kindFiles writes one file after another.
type kindFiles struct {
	Import
	kind Kind
	name func(n int) string
	dir  string
	mode fs.FileMode
	done []File

	file   *os.File // nil: none is open
	w      *bufio.Writer
	octets int64
	line   []batch.Result // what will stand on the next line
}

func newFiles(e Export, format Format, dir string) *files {
	f := &files{Export: e, format: format}
	for k := range numKinds {
		f.kinds[k] = kindFiles{
			Import: format.Imports[k], kind: k, dir: dir, mode: e.Mode,
			name: func(n int) string { return e.name(k, format, n) },
		}
	}
	return f
}

func (f *files) all(ctx context.Context, chosen iter.Seq2[Chosen, error]) error {
	for c, err := range chosen {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if f.Service.ASCII && !isASCII(c.Address) {
			f.left++
			continue
		}
		k := &f.kinds[f.format.place(c.Kind)]
		k.line = append(k.line, c.Result)
		if len(k.line) < k.form.group() {
			continue
		}
		if err := k.put(f.Now); err != nil {
			return err
		}
	}
	return nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// end writes what is left and closes the files.
func (f *files) end() (err error) {
	for i := range f.kinds {
		k := &f.kinds[i]
		err = errors.Join(err, k.put(f.Now), k.end())
	}
	return err
}

func (f *files) written() (all []File, left int) {
	for _, k := range f.kinds {
		all = append(all, k.done...)
	}
	return all, f.left
}
