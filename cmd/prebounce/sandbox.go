package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
)

func sandboxCommand() *cobra.Command {
	var dnsAddr, worldFile string
	c := &cobra.Command{
		Use:   "sandbox",
		Short: "Servers on loopback that answer as real ones do",
		Long: "sandbox plays a small world on this machine, until it is interrupted: domains with and without mail hosts, and name servers\n" +
			"in trouble. Point --resolver of the other commands at it, or dig. Nothing real is asked or dialled.",
		Example: "  prebounce sandbox --dns 127.0.0.1:5353\n  dig @127.0.0.1 -p 5353 gmail.com MX",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return serveSandbox(c, worldFile, sandbox.Options{DNS: dnsAddr})
		},
	}
	c.Flags().StringVar(&dnsAddr, "dns", "", "serve DNS at `ADDR`, a loopback address with a port (default a free port)")
	c.Flags().StringVar(&worldFile, "world", "", "read the world from `FILE` instead of the built-in one")
	return c
}

func serveSandbox(c *cobra.Command, worldFile string, o sandbox.Options) error {
	w, err := readWorld(worldFile)
	if err != nil {
		return err
	}
	s, err := sandbox.Start(c.Context(), w, o)
	if errors.Is(err, sandbox.ErrNotLoopback) {
		return usageError(err, "prebounce sandbox --dns 127.0.0.1:5353")
	}
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintln(c.OutOrStdout(), s.DNSAddr())
	say(c.ErrOrStderr(), "sandbox: DNS at %s, UDP and TCP; interrupt to end", s.DNSAddr())
	<-c.Context().Done() // being interrupted is how it ends
	return nil
}

// maxWorld is how much of a world file is read.
const maxWorld = 16 << 20

func readWorld(file string) (*sandbox.World, error) {
	if file == "" {
		return sandbox.Parse(samples.World)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxWorld))
	if err != nil {
		return nil, err
	}
	w, err := sandbox.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return w, nil
}
