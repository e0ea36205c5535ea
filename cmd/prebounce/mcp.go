package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/cmd/prebounce/mcp"
)

func mcpCommand() *cobra.Command {
	var o mcp.Options
	c := &cobra.Command{
		Use:   "mcp",
		Short: "Offer check, explain, doctor, plan and report to an agent (MCP)",
		Long: `Mcp speaks the Model Context Protocol over standard input and output, so that an agent such as a desktop
assistant can call check, explain, doctor, plan and report as tools. The agent starts it; nobody types it.

Nothing leaves this computer but the DNS questions that the same commands ask. Mail servers are not asked without
--probe, and mailboxes of --imap are not read. Lists and reports are read only below the folders of --folder; links
and ".." do not lead out of them.`,
		Example: "  prebounce mcp\n  prebounce mcp --folder /srv/lists --folder /srv/runs",
		Args:    exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			o.Version, o.Command = version(), call
			in, out := io.NopCloser(interruptible(c.Context(), c.InOrStdin())), writeCloser{c.OutOrStdout()}
			err := mcp.Serve(c.Context(), o, in, out)
			if c.Context().Err() != nil { // whoever started it ends it
				return nil
			}
			return err
		},
	}
	f := c.Flags()
	f.StringArrayVar(&o.Folders, "folder", nil, "let the agent read lists and reports below `DIR` (repeatable)")
	f.BoolVar(&o.Probe, "probe", false, "let the agent ask mail servers about addresses, when it asks for that")
	f.BoolVar(&o.Sandbox, "sandbox", false, "use the built-in sandbox instead of the internet")
	return c
}

// call runs a command for an agent.
func call(ctx context.Context, k mcp.Call) int {
	w := &watcher{to: json.NewEncoder(io.Discard), names: map[string]string{"-": k.Name}}
	ctx = context.WithValue(context.WithValue(ctx, watcherKey{}, w), agentKey{}, true)
	return run(ctx, k.Args, k.Stdin, k.Stdout, k.Stderr)
}

// agentKey marks the context of commands that an agent runs: they connect to nobody that it did not ask for.
type agentKey struct{}

// forAgent reports whether an agent runs a command.
func forAgent(c *cobra.Command) bool {
	return c.Context() != nil && c.Context().Value(agentKey{}) != nil
}

// writeCloser is a writer that others may close; the program's own output stays open.
type writeCloser struct{ io.Writer }

func (writeCloser) Close() error { return nil }
