package main

import "github.com/spf13/cobra"

func init() { cobra.EnableCommandSorting = false }

// commands lists every command, in the order that --help shows them.
func commands() []*cobra.Command {
	return []*cobra.Command{
		cleanCommand(),
		checkCommand(),
		reportCommand(),
		calibrateCommand(),
		diffCommand(),
		exportCommand(),
		forgetCommand(),
		explainCommand(),
		doctorCommand(),
		listsCommand(),
		cacheCommand(),
		configCommand(),
		sandboxCommand(),
		serveCommand(),
		mcpCommand(),
		workerCommand(),
		fleetCommand(),
		versionCommand(),
		manCommand(),
	}
}
