package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/batch"
)

// codeOf is the exit status that an error stands for.
func codeOf(err error) int {
	var e *exit
	if errors.As(err, &e) {
		return e.code
	}
	return exitDone
}

func TestExitStatusesAreThePromisedNumbers(t *testing.T) {
	got := []int{exitDone, exitFailed, exitUsage, exitCurable, exitGate, exitUnreadable, exitInterrupted}
	if want := []int{0, 1, 2, 3, 4, 5, 130}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestOneInAHundredUndecidedIsNotWorthAnExitStatus, unless --strict is given.
func TestOneInAHundredUndecidedIsNotWorthAnExitStatus(t *testing.T) {
	for _, tt := range []struct {
		undecided, addresses int64
		strict               bool
		want                 int
	}{{0, 100, true, 0}, {1, 100, false, 0}, {2, 100, false, 3}, {11, 1000, false, 3}, {10, 1000, false, 0}, {1, 1000,
		true, 3}} {
		if got := codeOf(curable(tt.undecided, tt.addresses, tt.strict, "")); got != tt.want {
			t.Errorf("%d of %d, strict %v: exit %d, want %d", tt.undecided, tt.addresses, tt.strict, got, tt.want)
		}
	}
}

// TestAGateBeatsAnUndecidedAddress: a list that lost a fifth of its rows ends with 4, whatever else is open.
func TestAGateBeatsAnUndecidedAddress(t *testing.T) {
	for rows, want := range map[int64]int{80: 4, 81: 3, 100: 3} {
		o := &cleaning{shrink: shrinkSettings{rows: 100}}
		if err := o.shrink.limit.Set("20%"); err != nil {
			t.Fatal(err)
		}
		r := &report.Result{Summary: &batch.Summary{Counts: batch.Counts{Rows: rows}, Addresses: rows, Curable: 50},
			Risk: new(risk.Forecast)}
		if got := codeOf(o.gate(r)); got != want {
			t.Errorf("%d rows of 100 are left: exit %d, want %d", rows, got, want)
		}
	}
}

func TestDefaultsOfProbing(t *testing.T) {
	if got := (&sampleSettings{probe: true}).cap(false); got != 5000 {
		t.Errorf("--probe sends %d RCPTs at most, want 5000", got)
	}
	for command, want := range map[string]string{"clean": "30m0s", "check": "1m0s"} {
		c, _, err := rootCommand().Find([]string{command})
		if err != nil || c.Flag("max-wait").DefValue != want {
			t.Errorf("%s --max-wait is %s by default, want %s", command, c.Flag("max-wait").DefValue, want)
		}
	}
}

func TestListsAreCalledOldAfterHalfAYear(t *testing.T) {
	for days, want := range map[int]bool{180: false, 181: true} {
		var b bytes.Buffer
		if tellAge(&b, time.Duration(days)*24*time.Hour); (b.Len() > 0) != want {
			t.Errorf("after %d days: %q", days, fmt.Sprint(&b))
		}
	}
}
