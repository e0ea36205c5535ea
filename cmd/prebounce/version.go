package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of its lists",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			lists, err := openLists()
			if err != nil {
				return err
			}
			w := c.OutOrStdout()
			fmt.Fprintln(w, "prebounce", version())
			for _, s := range lists.Sources() {
				fmt.Fprintf(w, "  %s %s of %s\n", s.Name, s.Version, s.Date)
			}
			return nil
		},
	}
}

// version is what the Go tool built in: a tag, or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
