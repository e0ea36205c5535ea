package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
)

func sandboxCommand() *cobra.Command {
	var o sandbox.Options
	var worldFile string
	var t tlsSettings
	var e eventSettings
	c := &cobra.Command{
		Use:   "sandbox [-- COMMAND...]",
		Short: "Run DNS and SMTP servers on loopback that answer as real ones do",
		Long: "Sandbox simulates a small mail world on loopback until interrupted: domains with and without mail " +
			"hosts, name servers in\n" +
			"trouble, and mail hosts as they are met: patient and strict ones, catch-all, greylisting, full " +
			"mailboxes, the big operators.\n" +
			"Point --resolver of the other commands at it, or dig. Nothing real is asked or dialled.\n\n" +
			"With --smtp your own application can send to it: the server at that address takes mail for any domain " +
			"of the world and answers as\n" +
			"the domain's own host would. Besides, each host listens at an address of its own, which DNS then " +
			"tells. A message to\n" +
			"550-5.7.1@reply.acme.test gets just that reply, to 550-5.7.26.data@reply.acme.test gets it after " +
			"DATA. --inbox keeps what was accepted.\n\n" +
			"Some hosts check who sends, as check=spf,dkim,dmarc in a world has them do: careful.test as Gmail " +
			"does, exacting.test refuses whatever\n" +
			"fails. The command inbox says what the doctor thinks of what was kept.\n\n" +
			"It prints where it listens: the address of its DNS, then a line for each mail host. With a COMMAND " +
			"behind -- it runs that as soon as\n" +
			"it listens, ends with it, and exits as it did.",
		Example: "  prebounce sandbox --dns 127.0.0.1:5353\n  dig @127.0.0.1 -p 5353 gmail.com MX\n" +
			"  prebounce sandbox --smtp 2525 --submission 5587 --inbox inbox\n  swaks --server 127.0.0.1:2525 --to " +
			"ada@acme.test\n" +
			"  prebounce sandbox --smtp 2525 --inbox inbox -- pytest",
		Args: func(c *cobra.Command, args []string) error {
			if c.ArgsLenAtDash() == 0 {
				return nil
			}
			return cobra.NoArgs(c, args)
		},
		RunE: func(c *cobra.Command, command []string) error {
			speaksToHosts.Store(true)
			if err := e.apply(c, &o); err != nil {
				return err
			}
			return serveSandbox(c, worldFile, o, t, command)
		},
	}
	f := c.Flags()
	f.StringVar(&o.DNS, "dns", "", "serve DNS at `ADDR`, a loopback address with a port (default: a free port)")
	f.Var((*loopbackPort)(&o.SMTP), "smtp", "serve SMTP for other programs at `PORT` of the loopback addresses")
	f.Var((*loopbackPort)(&o.Submission), "submission", "serve authenticated submission at `PORT` of 127.0.0.1")
	f.Var((*loopbackPort)(&o.SMTPS), "smtps",
		"serve what --smtp serves at `PORT` of 127.0.0.1, with TLS from the start")
	f.BoolVar(&o.AnyLogin, "accept-any-auth", false, "accept every user name and password")
	t.register(c)
	e.register(c, &o)
	f.StringArrayVar(&o.Set, "set", nil,
		"change a setting or a reply of --smtp by `NAME=VALUE`, as in a world: hangup=data, tarpit=5s, "+
			"greeting=\"421 4.7.0 busy\" (repeatable)")
	f.StringVar(&o.Inbox, "inbox", "", "write each message to `DIR`: NUMBER.eml, its envelope as .json, its "+
		"session as .txt")
	f.StringVar(&worldFile, "world", "", "read the world from `FILE` instead of the built-in one")
	c.AddCommand(inboxCommand(), worldCommand(), demandsCommand(), trustCommand())
	return c
}

// loopbackPort is a flag that holds the ADDR of a PORT, or an ADDR as it is.
type loopbackPort string

// Set takes a port, or an address for who wants another one than 127.0.0.1.
func (l *loopbackPort) Set(s string) error {
	if _, err := strconv.ParseUint(s, 10, 16); err == nil {
		s = "127.0.0.1:" + s
	}
	*l = loopbackPort(s)
	return nil
}

func (l *loopbackPort) String() string { return string(*l) }

// Type is what --help calls the value.
func (l *loopbackPort) Type() string { return "PORT" }

func serveSandbox(c *cobra.Command, worldFile string, o sandbox.Options, t tlsSettings, command []string) error {
	w, err := readWorld(worldFile)
	if err == nil {
		err = t.apply(w, &o)
	}
	if err != nil {
		return err
	}
	s, err := sandbox.Start(c.Context(), w, o)
	if errors.Is(err, sandbox.ErrNotLoopback) {
		return usageError(err, "prebounce sandbox --dns 127.0.0.1:5353 --smtp 2525")
	}
	if err != nil {
		return err
	}
	defer s.Close()
	stdout := c.OutOrStdout()
	if len(command) > 0 { // it is the command's own
		c.SetOut(io.Discard)
	}
	fmt.Fprintln(c.OutOrStdout(), s.DNSAddr())
	tellPlaces(c, s.Listening())
	if o.Submission != "" {
		tellLogins(c, w, o.AnyLogin)
	}
	if t.dir != "" {
		say(c.ErrOrStderr(), "sandbox: prebounce sandbox trust %s   prints how clients come to trust %s",
			shellWord(t.dir), filepath.Join(t.dir, sandbox.CAFile))
	}
	say(c.ErrOrStderr(), "sandbox: DNS at %s, UDP and TCP; interrupt to end", s.DNSAddr())
	if len(command) > 0 {
		return runCommand(c, stdout, command)
	}
	<-c.Context().Done() // being interrupted is how it ends
	return nil
}

// runCommand runs a program to its end and exits as it did. An interrupt is passed on.
func runCommand(c *cobra.Command, stdout io.Writer, command []string) error {
	cmd := exec.CommandContext(c.Context(), command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.InOrStdin(), stdout, c.ErrOrStderr()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) && ended.ExitCode() > 0 {
		return &exit{code: ended.ExitCode()}
	}
	return err
}

// tellPlaces says where mail hosts listen, and which of them can't.
func tellPlaces(c *cobra.Command, places []sandbox.Place) {
	var shared []string
	for _, p := range places {
		if p.Listen == "" {
			shared = append(shared, p.Host)
			continue
		}
		fmt.Fprintf(c.OutOrStdout(), "%s\t%s\t%s\n", p.Listen, p.Host, p.Personality)
		if p.Host == "*" {
			say(c.ErrOrStderr(), "sandbox: %s for any domain at %s", servesAs(p), p.Listen)
		}
	}
	if len(shared) > 0 {
		say(c.ErrOrStderr(), "sandbox: these hosts have no IPv4 loopback address of their own; reach them through "+
			"the server for any domain: %s",
			strings.Join(shared, ", "))
	}
}

func servesAs(p sandbox.Place) string {
	switch {
	case p.TLSFirst:
		return "SMTP over TLS"
	case p.Personality == "submission":
		return "submission"
	}
	return "SMTP"
}

// tellLogins says who may log in at the submission port.
func tellLogins(c *cobra.Command, w *sandbox.World, any bool) {
	if any {
		say(c.ErrOrStderr(), "sandbox: every name and password logs in")
		return
	}
	for _, l := range w.Logins() {
		say(c.ErrOrStderr(), "sandbox: log in as %s with the password %s", l.Name, l.Password)
	}
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

// worldCommand prints the built-in world, for who wants another one.
func worldCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "world",
		Short:   "Print the built-in world, to edit it and use it with --world",
		Long:    "World prints the built-in world; its header explains the format.",
		Example: "  prebounce sandbox world > world.txt",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := io.WriteString(c.OutOrStdout(), samples.World)
			return err
		},
	}
}
