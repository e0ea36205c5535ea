package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/validate"
)

// What the person may have meant to type: the hints of mistyped commands and flags.

const unknownCommand = "unknown command "

// unknownThing says what was given in the place of a command, and which command takes it; nil if nobody can tell.
func unknownThing(c *cobra.Command, err error) *exit {
	typed, ok := strings.CutPrefix(err.Error(), unknownCommand)
	if !ok || c.HasParent() {
		return nil
	}
	t := thingOf(quotedName(typed))
	if t.what == "" {
		return nil
	}
	return &exit{code: exitUsage, err: fmt.Errorf("%w: it is %s", err, t.what), hints: t.then}
}

// meantCommand is the hint where a command is not known: the one whose name is nearest, else the help.
func meantCommand(c *cobra.Command, err error) string {
	if typed, ok := strings.CutPrefix(err.Error(), unknownCommand); ok {
		var names []string
		for _, sub := range available(c) {
			names = append(names, sub.Name())
		}
		word := quotedName(typed)
		if name := meant(word, names); name != "" {
			return c.CommandPath() + " " + name
		}
		if _, err := validate.Parse(word); err == nil && c.Name() == "doctor" {
			return c.CommandPath() + " --from " + shellWord(word)
		}
	}
	return c.CommandPath() + " --help"
}

// quotedName is the name at the start of cobra's complaint.
func quotedName(s string) string {
	quoted, err := strconv.QuotedPrefix(s)
	if err != nil {
		return ""
	}
	name, _ := strconv.Unquote(quoted) // a prefix that is quoted
	return name
}

// flagError is the complaint about a flag, with the one that may have been meant.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if name := meant(unknown.GetSpecifiedName(), names); name != "" {
			return usageError(err, "--"+name+"   or   "+c.CommandPath()+" --help")
		}
	}
	return usageError(err, c.CommandPath()+" --help")
}

// meant is the name that is at most two letters off, if there is one.
func meant(typed string, names []string) string {
	if len(typed) < 3 || len(names) == 0 {
		return ""
	}
	if name := nearest(typed, names); changes(typed, name) <= 2 {
		return name
	}
	return ""
}

// exactly is for commands that take n arguments; the hint is how the command is written.
func exactly(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		_, usage, _ := strings.Cut(c.Use, " ")
		return usageError(fmt.Errorf("%s: too %s arguments", c.Name(),
			map[bool]string{true: "few", false: "many"}[len(args) < n]), c.CommandPath()+" "+usage)
	}
}
