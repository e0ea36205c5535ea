package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/emersion/go-message/mail"
	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/report"
)

// inbox is what the command was asked for.
type inbox struct {
	network dnsSettings
	format  string
	verbose bool
}

func inboxCommand() *cobra.Command {
	var o inbox
	c := &cobra.Command{
		Use:   "inbox [DIR [MESSAGE...]]",
		Short: "List or show the mails that the sandbox took, and what the doctor says of them",
		Long: `Inbox reads the folder that sandbox --inbox writes: a line for each mail, or all about those that are named (DIR is "inbox" if it is left out). Each is looked at as
doctor --message does, with the client and the sender that the sandbox saw, and the DNS of the sandbox's world.

It exits with 4 if something about a mail fails, else with 3 if something could not be checked: a pipeline can send to the sandbox and
then ask whether its mail would pass.`,
		Example: "  prebounce sandbox inbox inbox\n  prebounce sandbox inbox inbox 000001\n  prebounce sandbox inbox inbox --format json",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"inbox"}
			}
			return o.run(c, args[0], args[1:])
		},
	}
	f := c.Flags()
	f.StringVar(&o.format, "format", "text", "`text|json|sarif|junit`")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "show what is well too, with its evidence")
	f.StringVar(&o.network.world, "world", "", "the sandbox ran with the world of `FILE`")
	f.StringArrayVar(&o.network.resolvers, "resolver", nil, "`HOST[:PORT]` to ask instead of a sandbox (repeatable)")
	completeFormats(c, diagnosisNames...)
	return c
}

func (o *inbox) run(c *cobra.Command, dir string, names []string) error {
	if err := checkDiagnosisFormat(o.format); err != nil {
		return err
	}
	mails, err := sandbox.ReadInbox(dir, names...)
	if errors.Is(err, fs.ErrNotExist) {
		return &exit{code: exitFailed, err: err, hints: []string{"prebounce sandbox --smtp 2525 --inbox DIR   writes such a folder"}}
	}
	if err != nil {
		return err
	}
	o.network.sandbox = len(o.network.resolvers) == 0
	a, err := o.network.asker(c, true, nil)
	if err != nil {
		return err
	}
	defer a.close()
	d := diagnose(c.Context(), &identity.Examiner{DNS: a.lookup.DNS, AllowPrivate: true}, mails)
	if c.Context().Err() != nil {
		return context.Canceled
	}
	if err := o.tell(c, d, len(names) > 0); err != nil {
		return err
	}
	return d.exit()
}

func diagnose(ctx context.Context, e *identity.Examiner, mails []sandbox.Stored) (d diagnosis) {
	d.Reports = []examination{}
	for _, m := range mails {
		l := identity.Letter{Text: m.Text, IP: m.Client, HELO: m.HELO, Sender: "<" + m.From + ">"}
		d.add("message", m.Name, e.Message(ctx, l))
		d.Reports[len(d.Reports)-1].Envelope = &m.Message
	}
	return d
}

// tell lists the mails, or shows those that were named.
func (o *inbox) tell(c *cobra.Command, d diagnosis, show bool) error {
	if show || o.verbose || o.format != "text" {
		return d.write(c.OutOrStdout(), o.format, o.verbose)
	}
	if len(d.Reports) == 0 {
		say(c.ErrOrStderr(), "there are no mails in it")
	}
	for _, e := range d.Reports {
		_, err := fmt.Fprintf(c.OutOrStdout(), "%s  %s  %-9s  %s -> %s  %s\n", e.Name, e.Envelope.Received.UTC().Format("2006-01-02 15:04:05"), e.Result,
			report.Plain("<"+e.Envelope.From+">"), report.Plain(strings.Join(e.Envelope.To, ", ")), report.Plain(subjectOf(e.Envelope.Text)))
		if err != nil {
			return err
		}
	}
	return nil
}

// subjectOf is a mail's subject with its encoded words read (RFC 2047).
func subjectOf(text []byte) string {
	r, err := mail.CreateReader(strings.NewReader(string(text)))
	if r == nil || err != nil {
		return ""
	}
	subject, _ := r.Header.Subject()
	return subject
}
