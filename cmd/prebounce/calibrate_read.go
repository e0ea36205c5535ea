package main

import (
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

// eventsOf reads an export, all files of a folder by name, or, for "-", standard input.
func eventsOf(c *cobra.Command, path string, m *bounces.Mapping) iter.Seq2[bounces.Event, error] {
	return func(yield func(bounces.Event, error) bool) {
		if path == "-" {
			bounces.Read(interruptible(c.Context(), c.InOrStdin()), m)(yield)
			return
		}
		paths, err := filesOf(path)
		if err != nil {
			yield(bounces.Event{}, err)
			return
		}
		for _, p := range paths {
			if !eventsOfFile(c, p, m, yield) {
				return
			}
		}
	}
}

func eventsOfFile(c *cobra.Command, path string, m *bounces.Mapping, yield func(bounces.Event, error) bool) bool {
	f, err := os.Open(path)
	if err != nil {
		return yield(bounces.Event{}, err)
	}
	defer f.Close()
	for e, err := range bounces.Read(cancellable{c, f}, m) {
		if err != nil {
			err = fmt.Errorf("reading %s: %w", path, err)
		}
		if !yield(e, err) || err != nil {
			return false
		}
	}
	return true
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
	o.Traits.Find = true
	o.Stdin = interruptible(c.Context(), c.InOrStdin())
	list, err := contacts.Open(c.Context(), path, o)
	var unreadable *contacts.OpenError
	if errors.As(err, &unreadable) {
		return nil, &exit{code: exitUnreadable, err: err, hints: nonEmpty(unreadable.Hint)}
	}
	return list, err
}

// historyFor is where the history of a list is: beside it, or beside the folder of outputs that it lies in, or in the working directory.
// Where none is, it is the first of these if there shall be one, else "".
func historyFor(list string, create bool) string {
	var places []string
	if list != "-" {
		dir := filepath.Dir(list)
		if isFile(filepath.Join(dir, "report.json")) { // it may be replaced as a whole
			dir = filepath.Dir(filepath.Dir(absolute(list)))
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

// lessons are what the forecasts of a list learn from: the file that was named, else the one that is there. Without any, both are nil.
func lessons(file, list string, now time.Time) (*risk.Params, *history.Card, error) {
	if file == "" {
		file = historyFor(list, false)
	}
	if file == "" || file == "none" {
		return nil, nil, nil
	}
	past, err := history.Load(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, usageError(err, "prebounce calibrate makes a history, or --history none")
	}
	if err != nil {
		return nil, nil, err
	}
	p, n, err := past.Params(now)
	if err != nil || n == 0 {
		return nil, nil, err
	}
	card, err := past.Card()
	return &p, card, err
}
