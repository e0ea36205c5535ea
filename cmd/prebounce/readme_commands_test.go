package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// What is a command of ours in the README: on a line of its own in a block, behind a prompt, in a pipe or in
// backquotes.
var (
	readmeCommand = regexp.MustCompile("(?:\\$ |[|;] |`)prebounce ([^`\n]*)")
	readmeLine    = regexp.MustCompile(`^prebounce (.*)`)
)

// readmeCommands are all of them.
func readmeCommands(readme string) (all []string) {
	block := false
	for line := range strings.Lines(readme) {
		line = strings.TrimRight(line, "\n")
		block = block != strings.HasPrefix(line, "```")
		if m := readmeLine.FindStringSubmatch(strings.TrimPrefix(line, "    ")); m != nil &&
			(block || strings.HasPrefix(line, "    ")) {
			all = append(all, m[1])
		}
		for _, m := range readmeCommand.FindAllStringSubmatch(line, -1) {
			all = append(all, m[1])
		}
	}
	return all
}

// commandEnd is what ends a command within its line: an operator of the shell, a comment, or the columns of a table.
var commandEnd = regexp.MustCompile(`  +| [|&;>#]| &&`)

// TestReadmeCommandsExist: every command that the README or a help topic prints exists, as do its flags, and
// takes as many arguments.
func TestReadmeCommandsExist(t *testing.T) {
	texts := read(t, "../../README.md")
	for _, topic := range topics() {
		texts += read(t, "help/"+topic+".md")
	}
	found := 0
	for _, line := range readmeCommands(texts) {
		if strings.HasSuffix(strings.TrimRight(line, " "), "\\") {
			t.Errorf("%q goes on in another line: this test can't follow it", line)
		}
		if at := commandEnd.FindStringIndex(line); at != nil {
			line = line[:at[0]]
		}
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "COMMAND" || words[0] == "--help" {
			continue
		}
		found++
		knownCommand(t, line, words)
	}
	if found < 20 {
		t.Errorf("only %d commands were found", found)
	}
}

func knownCommand(t *testing.T, line string, words []string) {
	t.Helper()
	root := rootCommand()
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	c, args, err := root.Find(words)
	if err != nil || c == root {
		t.Errorf("%q is no command: %v", line, err)
		return
	}
	if err := c.ParseFlags(args); err != nil {
		t.Errorf("%q: %v", line, err)
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		if strings.HasPrefix(f.Value.String(), "--") {
			t.Errorf("%q: --%s takes a value, and a flag follows it", line, f.Name)
		}
	})
	if args := c.Flags().Args(); len(args) > 0 && c.HasSubCommands() && c.RunE == nil && c.Run == nil {
		t.Errorf("%q: %s has no command %q", line, c.Name(), args[0])
	}
	if err := takes(c, c.Flags().Args()); err != nil {
		t.Errorf("%q: %v", line, err)
	}
}

// takes is whether a command takes so many arguments. Those that look at what arguments name are not asked.
func takes(c *cobra.Command, args []string) error {
	if c.Name() == "clean" || c.Name() == "check" || len(args) == 0 {
		return nil
	}
	return c.ValidateArgs(args)
}
