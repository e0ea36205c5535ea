package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/reply"
)

// bounce reads one record of earlier sends, or a folder of them: who bounced hard is in the set. A block, a full
// mailbox or a deferral is not a hard bounce.
func (e *earlier) bounce(c *cobra.Command, path string, m *bounces.Mapping) error {
	e.bounced.Begin(path)
	all := folderCount{many: isMaildir(path) || fileCount(path) > mostNotes}
	err := eachExport(c, path, func(f *exportFile) error {
		n := new(bounces.Count)
		if err := addTexts(c, e, f, m, n); err != nil {
			return err
		}
		e.mapped = e.mapped || n.Format == bounces.Mapped
		if len(e.lines[path]) == 0 {
			e.lines[path] = n.Lines
		}
		if !all.add(f.name, n) {
			e.notes = append(e.notes, f.name+": "+heardOf(n))
		}
		return nil
	})
	if note := all.note(path); note != "" && err == nil {
		e.notes = append(e.notes, note)
	}
	return err
}

// mostNotes is up to how many files of a folder each has a note of its own.
const mostNotes = 10

// folderCount is what many files of one folder hold together.
type folderCount struct {
	many   bool
	files  int64
	unread int64  // files of which something was not understood
	first  string // of these
	total  bounces.Count
}

// add reports whether the folder's note is to tell of a file.
func (f *folderCount) add(name string, n *bounces.Count) bool {
	if f.many {
		f.files++
		if f.total.Add(n); n.Passed > 0 {
			if f.unread++; f.unread == 1 {
				f.first = name
			}
		}
	}
	return f.many
}

func (f *folderCount) note(path string) string {
	if f.files == 0 {
		return ""
	}
	f.total.Passed = 0
	note := fmt.Sprintf("%s, %s: %s", path, counted(f.files, "file", "files"), heardOf(&f.total))
	if f.unread > 0 {
		note += fmt.Sprintf("; %s not understood (first: %s)", counted(f.unread, "file", "files"), f.first)
	}
	return note
}

// fileCount is how many files a folder has; 0 for anything else.
func fileCount(path string) int {
	entries, _ := os.ReadDir(path) // a file has none
	return len(entries)
}

// heardOf says what was read of an export.
func heardOf(n *bounces.Count) string {
	note := fmt.Sprintf("read %s, %s soft", counted(n.Hard, "hard bounce", "hard bounces"), report.Number(n.Soft))
	if n.Other > 0 {
		note += fmt.Sprintf(", %s", counted(n.Other, "other record", "other records"))
	}
	return note + passedOver(n.Passed, n.Unit, n.First)
}

// addTexts adds the dead addresses of a file: of a workbook, of the sheets that are known; of an archive, of
// its members.
func addTexts(c *cobra.Command, to *earlier, f *exportFile, m *bounces.Mapping, n *bounces.Count) error {
	var unknown error
	known := 0
	for _, t := range f.texts {
		one := new(bounces.Count)
		err := addBounces(c, to, f, t, m, one)
		switch {
		case ownTable(err):
			unknown = err
		case err != nil:
			return fmt.Errorf("%s: %w", t.Name, err)
		default:
			known++
			n.Add(one)
		}
	}
	if known == 0 {
		return unknown
	}
	return nil
}

// addBounces adds the dead addresses of one text.
func addBounces(c *cobra.Command, to *earlier, f *exportFile, t *contacts.Text, m *bounces.Mapping,
	n *bounces.Count) error {
	for e, err := range f.read(cancellable{c, t.Reader()}, m, n) {
		switch {
		case ownTable(err):
			return addReplies(c, to.bounced, f, t, n, err)
		case err != nil:
			return err
		case e.Fate.Hard():
			to.bouncedOn[dayOf(e.At)] = true
			addText(to.bounced, e.Address)
		}
	}
	return nil
}

// ownTable tells of a table that no service exports. It may have replies all the same.
func ownTable(err error) bool {
	var unknown *bounces.UnknownError
	return errors.As(err, &unknown) && unknown.What == "columns"
}

// addReplies reads a table of one's own with replies in it. It fails with none if no row of it was understood.
func addReplies(c *cobra.Command, set *batch.AddressSet, f *exportFile, t *contacts.Text, n *bounces.Count,
	none error) error {
	understood, rows := false, false
	passed := func(line int) {
		rows = true
		n.Pass(line)
	}
	for b, err := range reply.ReadBounces(cancellable{c, t.Reader()}, passed) {
		switch {
		case err != nil:
			return err
		case b.Finding.Rule == noRule, f.found && b.Listed():
			passed(b.Line)
			continue
		case b.Finding.Class.Removes():
			n.Hard++
			addText(set, b.Address)
		case b.Finding.Class == reply.Accepted:
			n.Other++
		default:
			n.Soft++
		}
		understood = true
	}
	if rows && !understood {
		return none
	}
	return nil
}

// noRule is the rule of a reply that says nothing.
const noRule = "none"

// addText adds what is an address.
func addText(set *batch.AddressSet, text string) {
	if a, err := validate.Parse(text); err == nil {
		set.Add(&a)
	}
}

// listNameIn is what a file is called in what was read: its name, below the folder that was named.
func listNameIn(named, path string) string {
	switch {
	case path == "-":
		return listName(path)
	case named == path:
		return path
	}
	return filepath.Join(named, filepath.Base(path))
}
