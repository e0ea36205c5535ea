package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/probe/sandbox"
)

// inbox is what the command was asked for.
type inbox struct {
	network dnsSettings
	format  string
	verbose bool
	filter  sandbox.Filter
	outcome string
	since   string
	until   string
	checks  []string
	wait    time.Duration
	remove  bool
	failOn  []string
	show    bool // at length, not in a line each
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
and then ask whether its mail would pass. --fail-on refused makes it exit with 4 if anything was refused. With --wait it returns as soon as an attempt fits, and exits with 1 if none came.`,
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
	f.StringVar(&o.filter.Subject, "subject", "",
		"show only mails whose subject contains `TEXT`, or matches it as ~REGEXP")
	f.StringVar(&o.since, "since", "",
		"show only attempts since `TIME`, such as 2026-11-30T12:00:00Z, or 10m for 10 minutes ago")
	f.StringVar(&o.until, "until", "", "show only attempts until `TIME`, given as for --since")
	f.StringSliceVar(&o.checks, "check", nil, "apply only these `CHECKS`: "+strings.Join(checkNames(), ", "))
	f.DurationVar(&o.wait, "wait", 0, "wait up to `TIME`, such as 10s, until a message matches")
	f.StringSliceVar(&o.failOn, "fail-on", nil, "exit with 4 if an attempt that is shown was `refused|abandoned`")
	f.BoolVar(&o.remove, "delete", false, "delete the messages shown")
	completeFormats(c, diagnosisNames...)
	completeWords(c, "outcome", outcomes...)
	completeWords(c, "fail-on", outcomes...)
	completeWords(c, "check", checkNames()...)
}

// outcomes are what an attempt can come to.
var outcomes = []string{string(sandbox.Accepted), string(sandbox.Refused), string(sandbox.Abandoned)}

// messageChecks are the checks of a mail by the names that --check takes.
var messageChecks = map[string]string{
	"spf": "message_spf", "dkim": "message_dkim", "dmarc": "message_dmarc",
	"header": "header", "mime": "mime", "size": "size", "filter": "filter",
	"content": "content", "unsubscribe": "unsubscribe", "bulk": "bulk",
}

func checkNames() []string { return slices.Sorted(maps.Keys(messageChecks)) }

// prepare reads the flags that need reading.
func (o *inbox) prepare() (fits func(*sandbox.Stored) bool, err error) {
	if err := checkDiagnosisFormat(o.format); err != nil {
		return nil, err
	}
	for _, name := range o.checks {
		if messageChecks[name] == "" {
			return nil, usageError(
				fmt.Errorf("invalid --check %q", name), "the checks are "+strings.Join(checkNames(), ", "),
			)
		}
	}
	o.filter.Outcome = sandbox.Outcome(o.outcome)
	if !slices.Contains(outcomes, o.outcome) && o.outcome != "" {
		return nil, usageError(fmt.Errorf("invalid --outcome %q", o.outcome), "--outcome "+strings.Join(outcomes, "|"))
	}
	for _, outcome := range o.failOn {
		if !slices.Contains(outcomes, outcome) {
			return nil, usageError(fmt.Errorf("invalid --fail-on %q", outcome), "--fail-on refused,abandoned")
		}
	}
	if err := o.readTimes(); err != nil {
		return nil, err
	}
	if fits, err = o.filter.Matcher(); err != nil {
		return nil, usageError(fmt.Errorf("invalid --subject: %w", err), "--subject '~^Reset'")
	}
	return fits, nil
}

// readTimes reads --since and --until.
func (o *inbox) readTimes() (err error) {
	for _, flag := range []struct {
		name, text string
		into       *time.Time
	}{{"since", o.since, &o.filter.Since}, {"until", o.until, &o.filter.Until}} {
		if *flag.into, err = timeOrAgo(flag.text); err != nil {
			return usageError(fmt.Errorf("invalid --%s %q", flag.name, flag.text),
				fmt.Sprintf("--%[1]s 2026-11-30T12:00:00Z or --%[1]s 10m", flag.name))
		}
	}
	if o.until != "" && o.filter.Until.Before(o.filter.Since) {
		return usageError(fmt.Errorf("--until %s is before --since %s", o.until, o.since), "--since 1h --until 10m")
	}
	return nil
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
	o.show = len(names) > 0 || o.verbose || o.format != "text"
	mails, err := o.read(c.Context(), dir, names, fits)
	if errors.Is(err, fs.ErrNotExist) {
		return &exit{
			code: exitFailed, err: err,
			hints: []string{"prebounce sandbox --smtp 2525 --inbox DIR   writes such a folder"},
		}
	}
	if err != nil {
		return err
	}
	if o.wait > 0 && len(mails) == 0 {
		return o.missed(dir)
	}
	o.network.sandbox = len(o.network.resolvers) == 0
	a, err := o.network.asker(c, true, nil)
	if err != nil {
		return err
	}
	defer a.close()
	lists, err := openLists()
	if err != nil {
		return err
	}
	e := &identity.Examiner{DNS: a.lookup.DNS, AllowPrivate: true, Checks: o.chosen(), Brief: !o.show, Foreign: notOurs(lists, "", nil)}
	d := o.diagnose(c.Context(), e, dir, mails)
	if c.Context().Err() != nil {
		return context.Canceled
	}
	if err := o.tell(c, d); err != nil {
		return err
	}
	if o.remove {
		if err := sandbox.Delete(dir, attemptNames(mails)...); err != nil {
			return err
		}
	}
	if n := o.unwanted(mails); n > 0 {
		return &exit{
			code: exitGate,
			err: fmt.Errorf("%s %s", counted(int64(n), "attempt was", "attempts were"), strings.Join(o.failOn,
				" or ")),
		}
	}
	return d.exit()
}

// unwanted counts the attempts that came to what --fail-on names, for one of their recipients at least.
func (o *inbox) unwanted(mails []sandbox.Stored) (n int) {
	for _, m := range mails {
		if slices.ContainsFunc(o.failOn, func(outcome string) bool { return m.Came(sandbox.Outcome(outcome)) }) {
			n++
		}
	}
	return n
}

// missed is the error of having waited in vain. It names the last attempt of all, which often shows why none fits.
func (o *inbox) missed(dir string) error {
	err := fmt.Errorf("no attempt that fits came within %s", o.wait)
	if all, readErr := sandbox.ReadInbox(dir); readErr == nil && len(all) > 0 {
		last := &all[len(all)-1]
		shown := &examination{Name: last.Name, Envelope: &last.Message}
		err = fmt.Errorf("%w; the last of %s is %s", err, counted(int64(len(all)), "attempt", "attempts"), shown.line())
	}
	return &exit{code: exitFailed, err: err, hints: []string{"prebounce sandbox inbox " + shellWord(dir)}}
}

func attemptNames(mails []sandbox.Stored) (names []string) {
	for _, m := range mails {
		names = append(names, m.Name)
	}
	return names
}

// read reads the attempts that fit, and waits for one if asked to.
func (o *inbox) read(
	ctx context.Context, dir string, names []string, fits func(*sandbox.Stored) bool,
) ([]sandbox.Stored, error) {
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
