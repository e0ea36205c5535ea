// Command prebounce cleans a contact list before a bulk send: it shows which contacts are likely to bounce and why.
//
// This package holds the command line: one file per command, help.go for the help pages, ui.go for messages and exit.go
// for exit statuses. It connects the other packages and makes no decisions of its own.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	signalled, stop := signal.NotifyContext(context.Background(), endings()...)
	go func() { // the first signal ends the run in good order, a second one at once
		<-signalled.Done()
		stop()
	}()
	ctx, stdout, stderr := untilNobodyReads(signalled, os.Stdout, os.Stderr)
	os.Exit(run(ctx, clicked(os.Args[1:]), os.Stdin, stdout, stderr))
}

// endings are the signals that end a run in good order. SIGHUP comes when a terminal goes away, and is nobody's
// business under nohup.
func endings() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// run is the whole program; tests call it in process.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	c, err := root.ExecuteContextC(ctx)
	return finish(ctx, stderr, c, err)
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "prebounce",
		Short: "Clean a contact list before a bulk send",
		Long: "prebounce reads a contact list and shows which contacts are likely to bounce and why.\nIt " +
			"writes the list back clean, with every column and byte as it was.",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,

		PersistentPreRunE: configure,
		RunE: func(c *cobra.Command, _ []string) error {
			fmt.Fprintf(c.OutOrStdout(), firstWords, topicNames())
			return nil
		},
	}
	root.SetVersionTemplate("prebounce {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(commands()...)
	strictCompletion(root)
	strictHelp(root)
	useHelp(root)
	return root
}
