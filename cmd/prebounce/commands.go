package main

import "github.com/spf13/cobra"

// commands lists every command, in the order that --help shows them.
func commands() []*cobra.Command {
	return []*cobra.Command{
		cleanCommand(),
		checkCommand(),
		reportCommand(),
		listsCommand(),
		manCommand(),
		versionCommand(),
		cacheCommand(),
		sandboxCommand(),
	}
}
