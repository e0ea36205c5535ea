package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// This file makes cobra's own commands refuse what they don't know: by themselves they show a help and end as if all were well.

func strictCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Args = cobra.NoArgs
			c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
		}
	}
}

func strictHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() != "help" {
			continue
		}
		show := c.Run
		c.Run = nil
		c.RunE = func(c *cobra.Command, topic []string) error {
			found, rest, err := root.Find(topic)
			if err != nil || len(rest) > 0 || (found == root && len(topic) > 0) {
				unknown := fmt.Errorf("%s%q for %q", unknownCommand, topic[len(topic)-max(len(rest), 1)], found.CommandPath())
				return usageError(unknown, meantCommand(found, unknown))
			}
			show(c, topic)
			return nil
		}
	}
}
