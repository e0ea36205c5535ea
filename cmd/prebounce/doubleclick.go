package main

import (
	"github.com/inconshreveable/mousetrap"
	"github.com/spf13/cobra"
)

func init() { cobra.MousetrapHelpText = "" } // whoever double-clicks the program gets the page, not a lecture

// clicked are the arguments of a program that was double-clicked on Windows, or that lists were dropped on:
// the page opens.
func clicked(args []string) []string {
	if !mousetrap.StartedByExplorer() {
		return args
	}
	return opening(args)
}

// opening has the lists that were dropped on the program, if any, opened in the page.
func opening(args []string) []string {
	for _, arg := range args {
		if !isFile(arg) {
			return args // somebody's shortcut with arguments of its own
		}
	}
	return append([]string{"serve", "--"}, args...)
}
