package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// This file makes cobra's own commands refuse what they do not know: by themselves they print their help and report
// success.

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
		c.Use, c.Short, c.Long = "help [COMMAND|TOPIC]", "Explain a command or a topic",
			"Help explains a command, or one of the topics "+topicNames()+"."
		c.ValidArgsFunction = nil
		c.Run = nil
		c.RunE = func(c *cobra.Command, topic []string) error {
			if showTopic(c, topic) {
				return nil
			}
			found, rest, err := root.Find(topic)
			if err != nil || len(rest) > 0 || (found == root && len(topic) > 0) {
				unknown := fmt.Errorf("%s%q for %q", unknownCommand, topic[len(topic)-max(len(rest), 1)],
					found.CommandPath())
				return usageError(unknown, meantCommand(found, unknown))
			}
			show(c, topic)
			return nil
		}
	}
}
