package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// scriptLines are the commands of all scripts.
func scriptLines(t *testing.T) (lines []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		commands, _, _ := strings.Cut(string(b), "\n-- ")
		for line := range strings.Lines(commands) {
			if strings.Contains(line, "prebounce ") {
				lines = append(lines, strings.TrimSuffix(line, "\n"))
			}
		}
	}
	return lines
}

// everyCommand is the tree as the person meets it.
func everyCommand(c *cobra.Command) (all []*cobra.Command) {
	c.InitDefaultHelpFlag()
	all = append(all, c)
	for _, sub := range c.Commands() {
		if !sub.Hidden && sub.Name() != "help" {
			all = append(all, everyCommand(sub)...)
		}
	}
	return all
}

func wholeTree() []*cobra.Command {
	root := rootCommand()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	return everyCommand(root)
}

// unscripted are the flags that need no script: help_test.go runs the help pages, --bounced is tested where the records
// it reads are.
var unscripted = map[string]bool{"help": true, helpAllFlag: true, "bounced": true}

func TestEveryFlagOccursInAScriptAndInTheManual(t *testing.T) {
	lines := scriptLines(t)
	dir := t.TempDir()
	if code := run(t.Context(), []string{"man", dir}, nil, &bytes.Buffer{}, &bytes.Buffer{}); code != exitDone {
		t.Fatalf("man: exit %d", code)
	}
	for _, c := range wholeTree() {
		page, err := os.ReadFile(filepath.Join(dir, strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"))
		if err != nil {
			t.Errorf("%s: %v", c.CommandPath(), err)
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !unscripted[f.Name] && !f.Hidden && !occurs(lines, c.CommandPath(), f) {
				t.Errorf("%s --%s occurs in no script", c.CommandPath(), f.Name)
			}
			if !strings.Contains(strings.ReplaceAll(string(page), `\-`, "-"), "--"+f.Name) {
				t.Errorf("%s --%s is not in the manual", c.CommandPath(), f.Name)
			}
		})
	}
}

// occurs reports whether a script runs the command, or one below it, with the flag.
func occurs(lines []string, command string, f *pflag.Flag) bool {
	names := "--" + f.Name
	if f.Shorthand != "" {
		names += "|-" + f.Shorthand
	}
	flag := regexp.MustCompile(`(^| )` + regexp.QuoteMeta(command) + ` .*(` + names + `)($|[ =])`)
	for _, line := range lines {
		if flag.MatchString(line + " ") {
			return true
		}
	}
	return false
}

// TestEveryExitStatusOccursInAScript: the exception is 130, which takes a signal: see TestInterrupt.
func TestEveryExitStatusOccursInAScript(t *testing.T) {
	all := strings.Join(scriptLines(t), "\n")
	for _, code := range []int{exitDone, exitFailed, exitUsage, exitCurable, exitGate, exitUnreadable} {
		if !strings.Contains(all, fmt.Sprintf("exit %d prebounce", code)) {
			t.Errorf("exit status %d occurs in no script", code)
		}
	}
}

func TestEveryCommandSaysWhatItDoes(t *testing.T) {
	for _, c := range wholeTree() {
		if c.Short == "" {
			t.Errorf("%s says nothing of itself", c.CommandPath())
		}
		if c.HasParent() && strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: %q ends with a full stop", c.CommandPath(), c.Short)
		}
	}
}
