package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes the manual from the tree of commands, so that both always say the same.
func manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the man pages",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o777); err != nil {
				return err
			}
			root := c.Root()
			root.DisableAutoGenTag = true
			day := time.Unix(0, 0) // the same pages from the same source
			return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "prebounce", Manual: "prebounce", Date: &day}, args[0])
		},
	}
}
