package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
)

// shrinkSettings are the flags of clean that compare the list with the one of an earlier run.
type shrinkSettings struct {
	limit    share
	previous string
	rows     int64 // of the earlier run
}

func (s *shrinkSettings) register(f *pflag.FlagSet) {
	f.Var(&s.limit, "fail-shrink", "exit 4 if at least `P` of the rows of the --previous run are gone, such as 20%")
	f.StringVar(&s.previous, "previous", "", "compare with the earlier run in folder `DIR`, for --fail-shrink")
}

// prepare reads how many rows the earlier run had. A gate that can't be judged is not passed.
func (s *shrinkSettings) prepare() error {
	const both = "--fail-shrink 20% --previous contacts-prebounce"
	switch {
	case !s.limit.set && s.previous == "":
		return nil
	case s.previous == "":
		return usageError(errors.New("--fail-shrink needs --previous"), both)
	case !s.limit.set:
		return usageError(errors.New("--previous needs --fail-shrink"), both)
	}
	if err := runFolder(s.previous); err != nil {
		return err
	}
	before, err := report.Load(s.previous)
	if err != nil {
		return err
	}
	s.rows = before.Rows
	return nil
}

// gate fails if too many rows are gone.
func (s *shrinkSettings) gate(rows int64) error {
	gone := s.rows - rows
	if !s.limit.set || gone <= 0 || float64(gone) < s.limit.value*float64(s.rows) {
		return nil
	}
	return &exit{code: exitGate,
		err: fmt.Errorf("the list has %s, and had %s: %s are gone, --fail-shrink stops at %s",
			counted(rows, "row", "rows"),
			report.Number(s.rows),
			risk.Percent(float64(gone)/float64(s.rows)), s.limit.String()),
		hints: []string{"if that is right, run once without --fail-shrink"}}
}
