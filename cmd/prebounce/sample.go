package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/report/risk"
)

// sampleSettings are the flags of clean that say how many to ask about.
type sampleSettings struct {
	probe     bool
	budget    int64
	precision share
	clean     bool
	minYield  share
	seed      uint64
	audit     share
}

// usualBudget ends the asking of lists so near the line that it would take very many to decide.
const usualBudget = 5000

func (s *sampleSettings) register(f *pflag.FlagSet) {
	f.BoolVar(&s.probe, "probe", false, "ask mail hosts about a sample, until the list is clearly above or below "+
		"the service's limit")
	f.Int64Var(&s.budget, "probe-budget", 0,
		"send at most `N` RCPT commands, controls included (default 5000 for --probe alone)")
	f.Var(&s.precision, "precision", "sample until the bounce rate is known to within `P` percentage points (95%), "+
		"such as 1%")
	f.BoolVar(&s.clean, "clean-by-probe", false,
		"then probe the riskiest addresses until the cleaned list is below the limit")
	f.Var(&s.minYield, "min-yield", "stop --clean-by-probe when fewer than `P` of its RCPTs are expected to be "+
		"refused (default 2%)")
	f.Uint64Var(&s.seed, "seed", 1, "choose the sample and the audit at random with seed `N`")
	f.Var(&s.audit, "audit", "keep a random `P` of refused addresses (at most 50) in clean.csv to measure false "+
		"refusals")
}

// wanted reports whether a sample is to be asked about.
func (s *sampleSettings) wanted(all bool) bool {
	return s.probe || s.clean || s.precision.set || (s.budget > 0 && !all)
}

func (s *sampleSettings) check(all bool) error {
	switch {
	case s.budget < 0:
		return usageError(fmt.Errorf("invalid --probe-budget %d: want a number of RCPT commands above 0", s.budget),
			"--probe-budget 500")
	case all && s.wanted(all):
		return usageError(errors.New("--probe-all asks about every address, so there is no sample to choose"),
			"leave out --probe-all, or leave out --probe, --precision and --clean-by-probe")
	case s.minYield.set && !s.clean:
		return usageError(errors.New("--min-yield needs --clean-by-probe"), "--clean-by-probe --min-yield 2%")
	}
	return nil
}

// cap is how many RCPT commands may be sent; 0: any number.
func (s *sampleSettings) cap(all bool) int64 {
	if s.budget > 0 || all || s.clean || s.precision.set {
		return s.budget
	}
	return usualBudget
}

func (s *sampleSettings) goal() risk.Goal {
	return risk.Goal{Precision: s.precision.value, Budget: s.cap(false), Clean: s.clean, MinYield: s.minYield.value}
}
