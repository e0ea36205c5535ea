package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/contacts"
)

// eventsOf reads an export, all files of a folder by name, or, for "-", standard input. It tells what each holds.
func eventsOf(c *cobra.Command, path string, m *bounces.Mapping, tell func(name string,
	n *bounces.Count)) iter.Seq2[bounces.Event, error] {
	return func(yield func(bounces.Event, error) bool) {
		errStopped := errors.New("stopped")
		err := eachExport(c, path, func(f *exportFile) error {
			n, unknown := new(bounces.Count), error(nil)
			for _, t := range f.texts {
				one := new(bounces.Count)
				err := events(c, f, t, m, one, func(e bounces.Event) bool { return yield(e, nil) }, errStopped)
				if ownTable(err) { // one sheet of a workbook may be a cover
					unknown = fmt.Errorf("reading %s: %w", f.name, err)
					continue
				}
				if err != nil {
					return cmp.Or(stopped(err, errStopped), fmt.Errorf("reading %s: %w", f.name, err))
				}
				n.Add(one)
			}
			if n.Format == "" && unknown != nil {
				return unknown
			}
			tell(f.name, n)
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(bounces.Event{}, err)
		}
	}
}

func stopped(err, how error) error {
	if errors.Is(err, how) {
		return err
	}
	return nil
}

// events hands on those of one text until nobody wants more.
func events(c *cobra.Command, f *exportFile, t *contacts.Text, m *bounces.Mapping, n *bounces.Count,
	use func(bounces.Event) bool, errStopped error) error {
	for e, err := range f.read(cancellable{c, t.Reader()}, m, n) {
		if err != nil {
			return err
		}
		if !use(e) {
			return errStopped
		}
	}
	return nil
}

// cancellable is a file whose reading ends when the command is to end.
type cancellable struct {
	c *cobra.Command
	r io.Reader
}

func (i cancellable) Read(p []byte) (int, error) {
	if err := i.c.Context().Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}

// openList opens a list for reading, and looks for the columns that tell something beside the address.
func openList(c *cobra.Command, path string, o contacts.Options) (*contacts.List, error) {
	list, err := contacts.Open(c.Context(), path, withTraits(c, o))
	return list, unreadable(err)
}

// openMembers is openList of an archive, too, which may hold several.
func openMembers(c *cobra.Command, path string, o contacts.Options) ([]*contacts.List, error) {
	lists, err := contacts.OpenAll(c.Context(), path, withTraits(c, o))
	return lists, unreadable(err)
}

func withTraits(c *cobra.Command, o contacts.Options) contacts.Options {
	o.Traits.Find = true
	o.Stdin = interruptible(c.Context(), c.InOrStdin())
	return o
}

// unreadable gives the error of a list that can't be read its exit status and its hint.
func unreadable(err error) error {
	if e := (*contacts.OpenError)(nil); errors.As(err, &e) {
		hints := nonEmpty(e.Hint)
		if e.Holds != "" {
			hints = append(hints, "what they hold: "+e.Holds)
		}
		return &exit{code: exitUnreadable, err: err, hints: hints}
	}
	return err
}

// historyFor is where the history of a list is: beside it, or beside the folder of outputs that it lies in,
// or in the working directory. Where none is, it is the first of these if there shall be one, else "".
func historyFor(list string, create bool) string {
	var places []string
	if list != "-" {
		dir := filepath.Dir(list)
		for at, level := filepath.Dir(absolute(list)), 0; level < 2; at, level = filepath.Dir(at), level+1 {
			// it may be replaced as a whole, with the folders of several lists in it
			if isFile(filepath.Join(at, "report.json")) {
				dir = filepath.Dir(at)
			}
		}
		places = append(places, filepath.Join(dir, history.Name))
	}
	places = append(places, history.Name)
	for _, p := range places {
		if isFile(p) {
			return p
		}
	}
	if create {
		return places[0]
	}
	return ""
}

func isFile(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular()
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// historyOf reads the history that the forecasts of a list learn from: the file that was named, else the one that is
// there. Without any it is nil.
func historyOf(file, list string) (*history.File, error) {
	if file == "" {
		file = historyFor(list, false)
	}
	if file == "" || file == "none" {
		return nil, nil
	}
	past, err := history.Load(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError(err, "create a history with prebounce calibrate, or use --history none")
	}
	return past, err
}

// lessons are what the forecasts of a list learn from its history. Without any, both are nil.
func lessons(file, list string, now time.Time) (*risk.Params, *history.Card, error) {
	past, err := historyOf(file, list)
	if past == nil || err != nil {
		return nil, nil, err
	}
	p, n, err := past.Params(now)
	if err != nil || n == 0 {
		return nil, nil, err
	}
	card, err := past.Card()
	return &p, card, err
}
