package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

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
	filter  sandbox.Filter
	outcome string
	since   string
	checks  []string
	wait    time.Duration
	remove  bool
}

func inboxCommand() *cobra.Command {
	var o inbox
	c := &cobra.Command{
		Use:   "inbox [DIR [MESSAGE...]]",
		Short: "List, show, await, delete and judge mail sent to the sandbox",
		Long: `Inbox reads the folder that sandbox --inbox writes (DIR is "inbox" if it is left out): a line for each attempt to send, or everything
about those that are named. An attempt is accepted, refused, or abandoned by the client; a refused one shows the reply. Each accepted
mail is judged as doctor --message does, with the client and the sender that the sandbox saw, and the DNS of the sandbox's world.

The rules for bulk mail are left out, because a password reset need not follow them; --check bulk,unsubscribe adds them.

It exits with 4 if something about a mail fails, and otherwise with 3 if something could not be checked: a test can send to the sandbox
and then ask whether its mail would pass. With --wait it returns as soon as an attempt fits, and exits with 1 if none came.`,
		Example: "  prebounce sandbox inbox inbox\n  prebounce sandbox inbox inbox 000001\n" +
			"  prebounce sandbox inbox inbox --wait 10s --to ann@acme.test --subject '~Reset' --format json\n" +
			"  prebounce sandbox inbox inbox --outcome refused",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"inbox"}
			}
			return o.run(c, args[0], args[1:])
		},
	}
	o.register(c)
	return c
}

func (o *inbox) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.format, "format", "text", "print the messages as `text|json|sarif|junit`")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "also show the checks that passed, with their evidence")
	f.StringVar(&o.network.world, "world", "", "judge by the world of `FILE`, which the sandbox was started with")
	f.StringArrayVar(&o.network.resolvers, "resolver", nil, "query `HOST[:PORT]` instead of a sandbox (repeatable)")
	f.StringVar(&o.outcome, "outcome", "", "show only attempts that were `accepted|refused|abandoned`")
	f.StringVar(&o.filter.To, "to", "", "show only attempts to `ADDRESS`")
	f.StringVar(&o.filter.From, "from", "", "show only attempts from the envelope sender `ADDRESS`")
	f.StringVar(&o.filter.Subject, "subject", "", "show only mails whose subject contains `TEXT`, or matches it as ~REGEXP")
	f.StringVar(&o.since, "since", "", "show only attempts since `TIME`, such as 2026-11-30T12:00:00Z or 10m")
	f.StringSliceVar(&o.checks, "check", nil, "apply only these `CHECKS`: "+strings.Join(checkNames(), ", "))
	f.DurationVar(&o.wait, "wait", 0, "wait up to `TIME`, such as 10s, until a message matches")
	f.BoolVar(&o.remove, "delete", false, "delete the messages shown")
	completeFormats(c, diagnosisNames...)
	completeWords(c, "outcome", string(sandbox.Accepted), string(sandbox.Refused), string(sandbox.Abandoned))
	completeWords(c, "check", checkNames()...)
}

// messageChecks are the checks of a mail by the names that --check takes.
var messageChecks = map[string]string{
	"spf": "message_spf", "dkim": "message_dkim", "dmarc": "message_dmarc", "header": "header", "mime": "mime", "size": "size", "filter": "filter",
	"content": "content", "unsubscribe": "unsubscribe", "bulk": "bulk",
}

func checkNames() (names []string) {
	for name := range messageChecks {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// prepare reads the flags that need reading.
func (o *inbox) prepare() (fits func(*sandbox.Stored) bool, err error) {
	if err := checkDiagnosisFormat(o.format); err != nil {
		return nil, err
	}
	for _, name := range o.checks {
		if messageChecks[name] == "" {
			return nil, usageError(fmt.Errorf("invalid --check %q", name), "the checks are "+strings.Join(checkNames(), ", "))
		}
	}
	o.filter.Outcome = sandbox.Outcome(o.outcome)
	if known := []string{"", string(sandbox.Accepted), string(sandbox.Refused), string(sandbox.Abandoned)}; !slices.Contains(known, o.outcome) {
		return nil, usageError(fmt.Errorf("invalid --outcome %q", o.outcome), "--outcome accepted|refused|abandoned")
	}
	if o.filter.Since, err = timeOrAgo(o.since); err != nil {
		return nil, usageError(fmt.Errorf("invalid --since %q", o.since), "--since 2026-11-30T12:00:00Z or --since 10m")
	}
	if fits, err = o.filter.Matcher(); err != nil {
		return nil, usageError(fmt.Errorf("invalid --subject: %w", err), "--subject '~^Reset'")
	}
	return fits, nil
}

// timeOrAgo reads a time, or how long ago it was.
func timeOrAgo(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil {
		return time.Now().Add(-ago), nil
	}
	return time.Parse(time.RFC3339, text)
}

func (o *inbox) run(c *cobra.Command, dir string, names []string) error {
	fits, err := o.prepare()
	if err != nil {
		return err
	}
	mails, err := o.read(c.Context(), dir, names, fits)
	if errors.Is(err, fs.ErrNotExist) {
		return &exit{code: exitFailed, err: err, hints: []string{"prebounce sandbox --smtp 2525 --inbox DIR   writes such a folder"}}
	}
	if err != nil {
		return err
	}
	if o.wait > 0 && len(mails) == 0 {
		return &exit{code: exitFailed, err: fmt.Errorf("no matching attempt came within %s", o.wait), hints: []string{"prebounce sandbox inbox " + dir}}
	}
	o.network.sandbox = len(o.network.resolvers) == 0
	a, err := o.network.asker(c, true, nil)
	if err != nil {
		return err
	}
	defer a.close()
	d := o.diagnose(c.Context(), &identity.Examiner{DNS: a.lookup.DNS, AllowPrivate: true}, dir, mails)
	if c.Context().Err() != nil {
		return context.Canceled
	}
	if err := o.tell(c, d, len(names) > 0); err != nil {
		return err
	}
	if o.remove {
		if err := sandbox.Delete(dir, attemptNames(mails)...); err != nil {
			return err
		}
	}
	return d.exit()
}

func attemptNames(mails []sandbox.Stored) (names []string) {
	for _, m := range mails {
		names = append(names, m.Name)
	}
	return names
}

// read reads the attempts that fit, and waits for one if asked to.
func (o *inbox) read(ctx context.Context, dir string, names []string, fits func(*sandbox.Stored) bool) ([]sandbox.Stored, error) {
	ctx, cancel := context.WithTimeout(ctx, max(o.wait, 1))
	defer cancel()
	for {
		mails, err := sandbox.ReadInbox(dir, names...)
		missing := errors.Is(err, fs.ErrNotExist) && o.wait > 0
		if err != nil && !missing {
			return nil, err
		}
		mails = slices.DeleteFunc(mails, func(m sandbox.Stored) bool { return !fits(&m) })
		if len(mails) > 0 || o.wait == 0 {
			return mails, nil
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(pollInbox):
		}
	}
}

// pollInbox is how often the folder is read while waiting.
const pollInbox = 50 * time.Millisecond

// diagnose judges the accepted mails. A refused attempt has been judged already.
func (o *inbox) diagnose(ctx context.Context, e *identity.Examiner, dir string, mails []sandbox.Stored) (d diagnosis) {
	d.Reports = []examination{}
	var letters []identity.Letter
	for _, m := range mails {
		if m.Outcome == sandbox.Accepted {
			letters = append(letters, identity.Letter{Text: m.Text, IP: m.Client, HELO: m.HELO, Sender: "<" + m.From + ">"})
		}
	}
	reports := e.Messages(ctx, letters)
	for i := range mails {
		m := &mails[i]
		var findings identity.Report
		if m.Outcome == sandbox.Accepted {
			findings, reports = o.chosen(reports[0]), reports[1:]
		}
		d.add("message", m.Name, findings)
		last := &d.Reports[len(d.Reports)-1]
		last.Envelope = &m.Message
		if o.format == "json" {
			last.Content = contentOf(dir, m)
		}
		if last.Findings == nil {
			last.Findings = []identity.Finding{}
		}
	}
	return d
}

// chosen are the findings of the checks that were asked for; if none was, of all but those for bulk mail.
func (o *inbox) chosen(r identity.Report) identity.Report {
	wanted := func(check string) bool { return check != "bulk" && check != "unsubscribe" }
	if len(o.checks) > 0 {
		wanted = func(check string) bool {
			return slices.ContainsFunc(o.checks, func(name string) bool { return messageChecks[name] == check })
		}
	}
	return identity.Report{Findings: slices.DeleteFunc(r.Findings, func(f identity.Finding) bool { return !wanted(f.Check) })}
}

// tell lists the attempts, or shows those that were named.
func (o *inbox) tell(c *cobra.Command, d diagnosis, show bool) error {
	if show || o.verbose || o.format != "text" {
		return d.write(c.OutOrStdout(), o.format, o.verbose)
	}
	if len(d.Reports) == 0 {
		say(c.ErrOrStderr(), "no attempts to show")
	}
	for _, e := range d.Reports {
		if _, err := fmt.Fprintln(c.OutOrStdout(), e.line()); err != nil {
			return err
		}
	}
	return nil
}

// line is an attempt in one line: of an accepted one the result and the subject, of another one its outcome and the reply.
func (e *examination) line() string {
	m := e.Envelope
	result, about := e.Result.String(), (&sandbox.Stored{Message: *m}).Subject()
	if m.Outcome != sandbox.Accepted {
		result, about = string(m.Outcome), strings.ReplaceAll(m.Reply, "\n", " ")
	}
	var to []string
	for _, r := range m.Recipients {
		to = append(to, r.Address)
	}
	if len(to) == 0 {
		to = m.To
	}
	return fmt.Sprintf("%s  %s  %-9s  %s -> %s  %s", e.Name, m.Received.UTC().Format("2006-01-02 15:04:05"), result,
		report.Plain("<"+m.From+">"), report.Plain(strings.Join(to, ", ")), report.Plain(about))
}
