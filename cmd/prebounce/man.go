package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// manCommand writes the manual from the tree of commands, so that both always say the same.
func manCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR",
		Short:   "Write the man pages",
		Long:    "Man writes a manual page for each command into the folder DIR.",
		Example: "  prebounce man /usr/local/share/man/man1",
		Args:    exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o777); err != nil {
				return err
			}
			return manTree(c.Root(), args[0])
		},
	}
}

// manTree writes the page of a command and of those below it.
func manTree(c *cobra.Command, dir string) error {
	c.InitDefaultHelpFlag()
	if err := os.WriteFile(filepath.Join(dir, pageName(c)+".1"), []byte(manPage(c)), 0o666); err != nil {
		return err
	}
	for _, sub := range available(c) {
		if err := manTree(sub, dir); err != nil {
			return err
		}
	}
	return nil
}

func available(c *cobra.Command) (subs []*cobra.Command) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			subs = append(subs, sub)
		}
	}
	return subs
}

// pageName is prebounce-lists-update.
func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }
