package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// How a run ends.
const (
	exitDone        = 0
	exitFailed      = 1   // the run failed
	exitUsage       = 2   // wrong flags or arguments
	exitCurable     = 3   // done, but a later run may know more
	exitGate        = 4   // a gate was not met; beats exitCurable
	exitUnreadable  = 5   // the list can't be read
	exitInterrupted = 130 // run it again to continue
)

// exits is the manual's table of how a run ends.
var exits = [...]struct {
	code  int
	means string
}{
	{exitDone, "done, as far as was asked"},
	{exitFailed, "the run failed"},
	{exitUsage, "wrong flags or arguments"},
	{exitCurable, "done, but a later run may know more: over 1% of the addresses are undecided for temporary " +
		"reasons (--strict: any); doctor: something could not be checked"},
	{exitGate, "a limit was exceeded: --fail-over, --fail-unknown, --fail-shrink, check --fail-on or the removal " +
		"limits; export held addresses back; doctor found a fault"},
	{exitUnreadable, "the list cannot be read, has no rows, or over a fifth of its filled address cells hold no " +
		"address"},
	{exitInterrupted, "interrupted: run it again to continue"},
}

// exit is an error that knows how the run ends and what the person can type next.
type exit struct {
	code  int
	err   error    // nil: the code says it all
	hints []string // each a line of its own
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

func usageError(err error, hint string) error {
	return &exit{code: exitUsage, err: err, hints: []string{hint}}
}

// finish tells the person about the err of a command, if there is anything to tell, and returns the exit status.
func finish(ctx context.Context, stderr io.Writer, c *cobra.Command, err error) int {
	if err == nil {
		return exitDone
	}
	var e *exit
	if !errors.As(err, &e) {
		e = &exit{code: exitFailed, err: err}
		if isUsage(err) {
			e.code, e.hints = exitUsage, []string{meantCommand(c, err)}
			if thing := unknownThing(c, err); thing != nil {
				e = thing
			}
		}
	}
	if errors.Is(context.Cause(ctx), errNobodyReads) { // as after any interruption, but there is nobody to tell
		return exitInterrupted
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		e = &exit{code: exitInterrupted, err: errors.New("interrupted"), hints: []string{"run it again to continue"}}
	}
	if e.err != nil {
		complain(stderr, e.err, e.hints...)
	}
	return e.code
}

// isUsage recognises the complaints that cobra makes itself; it has no type for them.
func isUsage(err error) bool {
	for _, p := range []string{unknownCommand, "unknown flag", "invalid argument"} {
		if strings.HasPrefix(err.Error(), p) {
			return true
		}
	}
	return false
}
