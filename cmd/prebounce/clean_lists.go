package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
)

// mostLists bounds how many lists a run reads: each is a file that is open.
const mostLists = 1000

// checkPaths refuses what no run could read: no list at all, too many, one that is named twice.
func checkPaths(_ *cobra.Command, paths []string) error {
	const example = "prebounce clean contacts.csv   or   prebounce clean - -o DIR"
	switch n := len(paths); {
	case n == 0:
		return usageError(errors.New("clean needs at least one list"), example)
	case n > mostLists:
		return tooManyLists(n)
	}
	if again := namedTwice(paths); again != "" {
		return usageError(fmt.Errorf("%s is named twice", listName(again)), "name each list once")
	}
	for _, path := range paths {
		if err := noList(path); err != nil {
			return err
		}
	}
	return nil
}

// noList refuses an argument that is not a file, and suggests the command that was probably meant.
func noList(path string) error {
	if path == "-" || isFile(path) {
		return nil
	}
	t := thingOf(path)
	if t.what == "" || (len(t.then) == 1 && strings.HasPrefix(t.command(), "prebounce clean ")) {
		return nil // what is wrong with it comes out when it is opened
	}
	return misplaced(path, "clean takes a list")
}

// namedTwice is a path that leads where an earlier one does; empty if there is none.
func namedTwice(paths []string) string {
	files := make([]os.FileInfo, len(paths))
	for i, path := range paths {
		files[i], _ = os.Stat(path) // what is wrong with it comes out when it is opened
		for j, other := range paths[:i] {
			if path == other || (files[i] != nil && files[j] != nil && os.SameFile(files[i], files[j])) {
				return path
			}
		}
	}
	return ""
}

func tooManyLists(n int) error {
	return usageError(fmt.Errorf("too many lists (%d): one run takes at most %d", n, mostLists),
		"clean them in several runs")
}

// opened are the lists of a run.
type opened []batch.NamedSource

func (l opened) close() {
	for _, s := range l {
		s.Close()
	}
}

// openAll opens the lists at some paths: of an archive, each member that is one.
func (o *cleaning) openAll(c *cobra.Command, paths []string) (lists opened, err error) {
	opts, err := o.reading()
	if err != nil {
		return nil, err
	}
	opts.Several = len(paths) > 1
	var names []listNames
	for _, path := range paths {
		if path == "-" && isTerminal(c.InOrStdin()) {
			say(c.ErrOrStderr(), "reading the list from the terminal; end with Ctrl-D")
		}
		some, err := openMembers(c, path, opts)
		if err != nil {
			err = notOpened(err, path)
		}
		for _, l := range some {
			lists, names = append(lists, batch.NamedSource{Source: l}), append(names, namesOf(c, path, l))
		}
		if err == nil && len(lists) > mostLists {
			err = tooManyLists(len(lists))
		}
		if err != nil {
			lists.close()
			return nil, err
		}
	}
	if err := lists.have(&opts.Traits); err != nil {
		lists.close()
		return nil, err
	}
	nameLists(lists, names)
	return lists, nil
}

// have refuses a column beside the addresses that was named, and that none of several lists has.
func (l opened) have(named *contacts.Traits) error {
	for use, want := range [...]string{contacts.Created: named.Created, contacts.Engaged: named.Engaged,
		contacts.Origin: named.Source} {
		here := func(t contacts.Trait) bool { return t.Use == contacts.Use(use) }
		if want == "" || want == "none" || slices.ContainsFunc(l,
			func(s batch.NamedSource) bool { return slices.ContainsFunc(s.Layout().Traits, here) }) {
			continue
		}
		return &exit{code: exitUnreadable, err: fmt.Errorf("none of the lists has a column %q", want),
			hints: []string{"name a column that at least one list has"}}
	}
	return nil
}

// listNames are a short name for a list, and one that tells it apart from another of the same.
type listNames struct{ short, full string }

func namesOf(c *cobra.Command, path string, l *contacts.List) listNames {
	member, name, full := l.Layout().Member, listName(path), filepath.ToSlash(path)
	if called := watcherOf(c).called(path); called != "" {
		name, full = called, called
	}
	if member == "" {
		return listNames{name, full}
	}
	return listNames{member, name + "/" + member}
}

// nameLists gives each list its short name, or its full one if two short names are the same.
func nameLists(lists opened, names []listNames) {
	same := map[string]int{}
	for _, n := range names {
		same[strings.ToLower(n.short)]++
	}
	for i, n := range names {
		lists[i].Name = n.short
		if same[strings.ToLower(n.short)] > 1 {
			lists[i].Name = n.full
		}
	}
}

// runName is what the list is called in the summary, or all of them together.
func runName(c *cobra.Command, paths []string, lists opened) string {
	first := cmp.Or(watcherOf(c).called(paths[0]), listName(paths[0]))
	switch {
	case len(paths) == 1 && len(lists) == 1:
		return first
	case len(paths) == 1:
		return fmt.Sprintf("%s, %d lists", first, len(lists))
	case len(lists) == 2:
		return lists[0].Name + " and " + lists[1].Name
	}
	return fmt.Sprintf("%s and %d lists more", lists[0].Name, len(lists)-1)
}
