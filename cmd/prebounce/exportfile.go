package main

import (
	"errors"
	"io"
	"iter"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/contacts"
)

// exportFile is one file that may hold bounces.
type exportFile struct {
	name  string
	texts []*contacts.Text
	found bool // in a folder: nobody named the file, so it has to show by itself that it holds bounces
}

// read reads a text of the file.
func (f *exportFile) read(r io.Reader, m *bounces.Mapping, n *bounces.Count) iter.Seq2[bounces.Event, error] {
	if f.found {
		return bounces.ReadFound(r, m, n)
	}
	return bounces.ReadCounted(r, m, n)
}

// eachExport opens a mailbox, a file, all files of a folder by name, or, for "-", standard input, up to the first
// error. In a folder, what is neither a mail nor a known export is passed over, as long as something else is there to
// read.
func eachExport(c *cobra.Command, path string, use func(*exportFile) error) error {
	if isMailbox(path) {
		return eachMailbox(c, path, use)
	}
	paths := []string{path}
	below, err := filesOf(path)
	inFolder := path != "-" && err == nil && (len(below) != 1 || below[0] != path)
	if inFolder { // what is wrong with a file comes out when it is opened
		paths = below
	}
	var strays []string
	var why error
	for _, p := range paths {
		err := useExport(c, p, &exportFile{name: listNameIn(path, p), found: inFolder}, use)
		unknown := (*bounces.UnknownError)(nil)
		switch {
		case inFolder && errors.As(err, &unknown):
			strays, why = append(strays, listNameIn(path, p)), err
		case err != nil:
			return err
		}
	}
	if len(strays) > 0 && len(strays) == len(paths) {
		return why
	}
	if len(strays) > 0 {
		say(
			c.ErrOrStderr(),
			"%s: passed over %s, neither mails nor known exports (first: %s); name a file to have it read", path,
			counted(int64(len(strays)), "file", "files"), strays[0],
		)
	}
	return nil
}

// useExport opens a file for as long as it is used.
func useExport(c *cobra.Command, path string, f *exportFile, use func(*exportFile) error) (err error) {
	f.texts, err = contacts.OpenTexts(
		c.Context(), path, contacts.Options{Stdin: interruptible(c.Context(), c.InOrStdin())},
	)
	if err != nil {
		return err
	}
	err = use(f)
	for _, t := range f.texts {
		err = errors.Join(err, t.Close())
	}
	return err
}
