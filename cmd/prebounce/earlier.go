package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/contacts"
)

// This file is about what the person knows already: addresses to suppress, and what bounced before.

// earlier is what the files of --suppress and --bounced hold.
type earlier struct {
	suppressed, bounced *batch.AddressSet
	notes               []string            // what was read of each file
	lines               map[string][]string // the first lines of each
	bouncedOn           map[int64]bool      // days since 1970 on which something bounced hard
	mapped              bool                // some file has the columns that --map names
}

// readEarlier reads the files of --suppress and --bounced, and says what each holds.
func (s *settings) readEarlier(c *cobra.Command) (*earlier, error) {
	m, err := s.parseMapping()
	if err != nil {
		return nil, err
	}
	e := &earlier{suppressed: &batch.AddressSet{}, bounced: &batch.AddressSet{}, lines: map[string][]string{},
		bouncedOn: map[int64]bool{}}
	for _, path := range s.suppress {
		if err := e.suppress(c, path, m); err != nil {
			return nil, earlierError(err, suppressionList, path)
		}
	}
	for _, path := range slices.Concat(s.bounced, s.imap) {
		if err := e.bounce(c, path, m); err != nil {
			return nil, earlierError(err, "earlier bounces", path)
		}
	}
	if m != nil && !e.mapped {
		return nil, usageError(fmt.Errorf("--map %s: no file of --bounced or --suppress has these columns", s.mapping),
			"use the names in the header of the file")
	}
	for _, note := range e.notes {
		say(c.ErrOrStderr(), "%s", note)
	}
	return e, nil
}

func (s *settings) parseMapping() (*bounces.Mapping, error) {
	switch {
	case s.mapping == "":
		return nil, nil
	case len(s.suppress)+len(s.bounced) == 0:
		return nil, usageError(errors.New("--map needs --bounced or --suppress"),
			"--bounced FILE --map address=Email,reply=Reason")
	}
	m, err := bounces.ParseMapping(s.mapping)
	if err != nil {
		return nil, usageError(err, "--map address=Email,reply=Reason")
	}
	return m, nil
}

// suppress reads one suppression list.
func (e *earlier) suppress(c *cobra.Command, path string, m *bounces.Mapping) error {
	read, err := batch.ReadAddresses(c.Context(), path, e.suppressed, m.Addresses()...)
	if err != nil {
		return err
	}
	e.mapped = e.mapped || read.Named
	e.lines[path] = read.Lines
	note := fmt.Sprintf("%s: read %s to suppress", path, counted(read.Addresses, "address", "addresses"))
	if len(read.Columns) > 0 {
		note += " from " + quotedList(read.Columns)
	}
	if len(read.Left) > 0 {
		note += ", not from " + quotedList(read.Left)
	}
	e.notes = append(e.notes, note+passedOver(read.Passed, "line", read.FirstLine))
	return nil
}

// passedOver tells of lines that were not understood.
func passedOver(n int64, unit string, first int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %s not understood (first: %s %d)", counted(n, unit, unit+"s"), unit, first)
}

func counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return report.Number(n) + " " + many
}

func quotedList(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf("%q", n))
	}
	return strings.Join(out, ", ")
}

// earlierError says which file can't be read, and what to do about it.
func earlierError(err error, what, path string) error {
	if e := (*exit)(nil); errors.As(err, &e) {
		return err
	}
	var hints []string
	wrapped := fmt.Errorf("reading %s: %w", what, err)
	unknown, two, open := (*bounces.UnknownError)(nil), (*batch.TwoColumnsError)(nil), (*contacts.OpenError)(nil)
	switch {
	case errors.As(err, &two):
		hints = []string{fmt.Sprintf("--map address=%s says which column to read; repeat address= to read several",
			argumentOf(two.Columns))}
	case errors.As(err, &unknown):
		wrapped = fmt.Errorf("reading %s: %s: %w", what, path, err)
		hints = []string{"prebounce reads a CSV whose header has email and reply",
			"name the columns with --map address=COLUMN,reply=COLUMN; --map address=COLUMN counts every address as " +
				"a hard bounce"}
	case errors.As(err, &open):
		hints = nonEmpty(open.Hint)
	}
	flag := "--suppress "
	if what != suppressionList {
		flag = "--bounced "
	}
	failed := &exit{code: exitFailed, err: wrapped, hints: hints}
	return missingFile(failed, path, func(path string) string {
		return "prebounce clean contacts.csv " + flag + shellWord(path)
	})
}

const suppressionList = "the suppression list"

// argumentOf is what --map takes for the first of some columns: its number, if its name does not tell it from another.
func argumentOf(columns []contacts.Column) string {
	c := columns[0]
	same := func(other contacts.Column) bool { return other.Name == c.Name }
	if c.Name == "" || slices.ContainsFunc(columns[1:], same) {
		return fmt.Sprint(c.Index + 1)
	}
	return fmt.Sprintf("%q", c.Name)
}

// fileBrakeExit tells of a file that would remove too much, with the first of its lines.
func (e *earlier) fileBrakeExit(err *batch.FileBrakeError) error {
	what := "the suppression list "
	if err.PastBounce {
		what = "the bounces of "
	}
	hints := []string{}
	for _, line := range e.lines[err.File] {
		hints = append(hints, "it holds: "+line)
	}
	hints = append(hints, "if it is the right file, run again with --yes-remove")
	return &exit{code: exitGate, err: fmt.Errorf("%s%s would remove %s of %s rows; no lists were written", what,
		err.File,
		report.Number(err.Rows), report.Number(err.Of)), hints: hints}
}
