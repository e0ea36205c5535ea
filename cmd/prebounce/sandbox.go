package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
)

// playing are the flags of sandbox.
type playing struct {
	options sandbox.Options
	world   string // a file
	tls     tlsSettings
	events  eventSettings
}

func sandboxCommand() *cobra.Command {
	var o playing
	c := &cobra.Command{
		Use:     "sandbox [-- COMMAND...]",
		Short:   "Run DNS and SMTP servers on loopback that answer as real ones do",
		Long:    sandboxText,
		Example: sandboxExample,
		Args: func(c *cobra.Command, args []string) error {
			if c.ArgsLenAtDash() == 0 {
				return nil
			}
			return cobra.NoArgs(c, args)
		},
		RunE: o.run,
	}
	o.register(c)
	c.AddCommand(inboxCommand(), worldCommand(), demandsCommand(), trustCommand())
	return c
}

const sandboxText = `Sandbox simulates a small mail world on loopback until interrupted: domains with and without
mail hosts, name servers in trouble, and mail hosts as they are met: patient and strict ones, catch-all, greylisting,
full mailboxes, the big operators. Point --resolver of the other commands at it, or dig. Nothing real is asked or
dialled.

With --smtp your own application can send to it: the server at that address takes mail for any domain of the world and
answers as the domain's own host would. Besides, each host listens at an address of its own, which DNS then tells. A
message to 550-5.7.1@reply.acme.test gets just that reply, to 550-5.7.26.data@reply.acme.test gets it after DATA.
--inbox keeps each attempt to send, accepted or refused.

Some hosts check who sends, as check=spf,dkim,dmarc in a world has them do: careful.test as Gmail does, exacting.test
refuses whatever fails. The command inbox says what the doctor thinks of what was kept.

It prints where it listens: the address of its DNS, then a line for each mail host. With a COMMAND behind -- it runs
that as soon as it listens, ends with it, and exits as it did.`

const sandboxExample = `  prebounce sandbox --dns 127.0.0.1:5353
  dig @127.0.0.1 -p 5353 gmail.com MX
  prebounce sandbox --smtp 2525 --submission 5587 --inbox inbox
  swaks --server 127.0.0.1:2525 --to ada@acme.test
  prebounce sandbox --smtp 2525 --inbox inbox -- pytest`

func (o *playing) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.options.DNS, "dns", "", "serve DNS at `ADDR`, a loopback address with a port (default: a free port)")
	f.Var((*loopbackPort)(&o.options.SMTP), "smtp", "serve SMTP for other programs at `PORT` of the loopback addresses")
	f.Var((*loopbackPort)(&o.options.Submission), "submission",
		"serve authenticated submission at `PORT` of 127.0.0.1")
	f.Var((*loopbackPort)(&o.options.SMTPS), "smtps",
		"serve what --smtp serves at `PORT` of 127.0.0.1, with TLS from the start")
	f.BoolVar(&o.options.AnyLogin, "accept-any-auth", false, "accept every user name and password")
	o.tls.register(c)
	o.events.register(c, &o.options)
	f.StringArrayVar(&o.options.Set, "set", nil,
		"change a setting or a reply of --smtp by `NAME=VALUE`, as in a world: hangup=data, tarpit=5s, "+
			"greeting=\"421 4.7.0 busy\" (repeatable)")
	f.StringVar(&o.options.Inbox, "inbox", "", "write each attempt to send to `DIR`: its message as NUMBER.eml, its "+
		"envelope as .json, its session as .txt")
	f.StringVar(&o.world, "world", "", "read the world from `FILE` instead of the built-in one")
}

// run serves until it is interrupted, which is how it ends, or until its command has ended.
func (o *playing) run(c *cobra.Command, command []string) error {
	speaksToHosts.Store(true)
	w, err := o.prepare(c)
	if err != nil {
		return err
	}
	if err := o.events.start(o.tls.dir); err != nil {
		return err
	}
	defer o.events.close()
	s, err := sandbox.Start(c.Context(), w, o.options)
	if errors.Is(err, sandbox.ErrNotLoopback) {
		return usageError(err, "prebounce sandbox --dns 127.0.0.1:5353 --smtp 2525")
	}
	if err != nil {
		return err
	}
	defer s.Close()
	if len(command) > 0 { // stdout is the command's own
		o.tell(c.ErrOrStderr(), io.Discard, s, w)
		return runCommand(c, command)
	}
	o.tell(c.ErrOrStderr(), c.OutOrStdout(), s, w)
	<-c.Context().Done()
	return nil
}

// prepare reads the world and fills in the options.
func (o *playing) prepare(c *cobra.Command) (*sandbox.World, error) {
	if err := o.events.apply(c, &o.options); err != nil {
		return nil, err
	}
	w, err := readWorld(o.world)
	if err != nil {
		return nil, err
	}
	return w, o.tls.apply(w, &o.options)
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

// runCommand runs a program to its end and exits as it did. An interrupt is passed on.
func runCommand(c *cobra.Command, command []string) error {
	cmd := exec.CommandContext(c.Context(), command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) && ended.ExitCode() > 0 {
		return &exit{code: ended.ExitCode()}
	}
	return err
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
