package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// statusSettings are the flags of clean about what the list says of a contact.
type statusSettings struct {
	names []string
	keep  bool
}

func (o *statusSettings) register(f *pflag.FlagSet) {
	f.StringArrayVar(&o.names, "status-column", nil,
		"read who opted out or bounced from this column, by `NAME|N` (repeatable; default: detected), from the "+
			"file's name (\""+
			batch.FileName+"\"), or from none")
	f.BoolVar(&o.keep, "yes-keep-opted-out", false,
		"confirm that contacts who opted out or complained stay in clean.csv")
}

// columns is what the flags say. Mailing people who opted out takes a flag of its own.
func (o *statusSettings) columns(p validate.Policy) (s batch.StatusColumns, err error) {
	s = batch.StatusColumns{Names: o.names, KeepOptedOut: o.keep}
	if slices.Contains(o.names, "none") {
		if len(o.names) > 1 {
			return s, usageError(errors.New("--status-column none excludes other columns"),
				"--status-column none   or   --status-column NAME")
		}
		s.Names, s.Off = nil, true
	}
	for _, r := range []validate.Reason{validate.OptedOut, validate.Complained} {
		if p.List(r) == validate.Clean && !o.keep {
			return s, usageError(fmt.Errorf("--keep %s would mail people who must not be mailed", r),
				"add --yes-keep-opted-out if you may mail them, or leave --keep "+r.String()+" out")
		}
	}
	return s, nil
}

// statusFailure explains a run that ended for what the list says of its contacts.
func statusFailure(err error) error {
	var kept *batch.KeptError
	if errors.As(err, &kept) {
		return usageError(fmt.Errorf("--status-column none: %w", err),
			"add --yes-keep-opted-out if you may mail them, or leave --status-column none out")
	}
	return &exit{code: exitUnreadable, err: err,
		hints: []string{"--status-column NAME, or its number, for a column of values such as unsubscribed, bounced " +
			"or subscribed"}}
}

// statusGate ends a run in which more contacts opted out than anyone should believe.
func statusGate(s *batch.Summary) error {
	c := s.Consent
	if c == nil || !c.Pulled {
		return nil
	}
	hint := "look at review.csv, then confirm with"
	for _, name := range c.Confirm[:min(len(c.Confirm), 5)] {
		hint += fmt.Sprintf(" --status-column %q", name)
	}
	return &exit{code: exitGate,
		err: fmt.Errorf("%d of %d rows opted out, complained or bounced according to the list: implausibly many, "+
			"so they are in review", c.Rows, s.Rows),
		hints: []string{hint, "--status-column none if the column means something else"}}
}
