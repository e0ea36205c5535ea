package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/fleet"
	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/facts"
	"github.com/prebounce/prebounce/validate/known"
)

// checking are the flags of check, and what they amount to.
type checking struct {
	settings
	dns    dnsSettings
	store  storeSettings
	probe  probeSettings
	probes bool
	format string
	failOn []string
	trace  bool
	strict bool
	counts *counter // of what DNS is asked; nil: nobody counts

	policy     validate.Policy
	lists      *known.Lists
	suppressed *batch.AddressSet
	bounced    *batch.AddressSet
	fail       map[validate.Verdict]bool
	asker      *asker
	facts      *facts.Store
	asking     *asking
	fleet      *fleet.Coordinator // in whose place a fleet asks
	asks       batch.Asker        // the one or the other
	doubt      string             // why DNS can't be believed, or empty

	inputs    int
	mailboxes map[string]int // mailbox form -> the input that had it first
	mails     map[string]validate.Mail
	failed    bool
	answers   int64
	curable   int64
}

func checkCommand() *cobra.Command { return new(checking).command() }

func (o *checking) command() *cobra.Command {
	c := &cobra.Command{
		Use:   "check ADDRESS... | -",
		Short: "Check single addresses",
		Long: "Check prints a verdict and its reason for each address. With \"-\" it reads one address per line " +
			"from\nstandard input and answers each at once.",
		Example: "  prebounce check ann@gmial.com\n  prebounce check - --format jsonl < addresses.txt",
		Args:    someAddresses,
		RunE:    func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	f := c.Flags()
	f.StringVar(&o.format, "format", "text", "print the answers as `text|json|jsonl|csv`")
	f.StringSliceVar(&o.failOn, "fail-on", nil,
		"exit 4 if an address has one of these verdicts: `VERDICT,...`, such as undeliverable,risky")
	f.BoolVarP(&o.trace, "verbose", "v", false, "log DNS and SMTP exchanges to stderr")
	f.BoolVar(&o.strict, "strict", false,
		"exit 3 if any address is undecided for a temporary reason (default: more than 1%)")
	f.BoolVar(&o.probes, "probe", false, "ask the mail host whether it accepts the address")
	o.dns.register(f)
	o.store.register(f)
	o.probe.maxWait = time.Minute // a person waits for it
	o.probe.register(f)
	o.register(f)
	completeReasons(c)
	completeVerdicts(c, "fail-on")
	completeFormats(c, "text", "json", "jsonl", "csv")
	c.ValidArgsFunction = cobra.NoFileCompletions
	return c
}

func someAddresses(_ *cobra.Command, args []string) error {
	for _, arg := range args {
		if err := noAddress(arg); err != nil {
			return err
		}
	}
	if len(args) > 0 {
		return nil
	}
	return usageError(errors.New("check needs at least one address"),
		"prebounce check ann@example.com   or   prebounce check - < addresses.txt")
}

// noAddress refuses the name of a file, a web address and the like, with the command that was probably meant.
func noAddress(arg string) error {
	if arg == "-" || (strings.Contains(arg, "@") && !webAddress.MatchString(arg) && !isFile(arg)) {
		return nil
	}
	return misplaced(arg, "check takes e-mail addresses")
}

func (o *checking) run(c *cobra.Command, args []string) (err error) {
	answer, end, err := o.printer(c.OutOrStdout())
	if err != nil {
		return err
	}
	if err := o.prepare(c); err != nil {
		return err
	}
	if err := o.ready(c); err != nil {
		return err
	}
	defer o.asker.close()
	defer closeStore(c, o.facts)
	defer func() { err = errors.Join(err, o.endFleet(c.Context())) }()
	if len(args) == 1 && args[0] == "-" {
		err = o.lines(c, answer)
	} else {
		err = o.all(c, args, answer)
	}
	if err = errors.Join(err, end()); err != nil {
		return err
	}
	if o.failed {
		return &exit{code: exitGate}
	}
	return curable(o.curable, o.answers, o.strict, o.doubt)
}

// ready makes ready to ask DNS, and finds out whether it can be believed.
func (o *checking) ready(c *cobra.Command) (err error) {
	trace := o.counts.answer()
	if o.trace {
		trace = tracer(c.ErrOrStderr())
	}
	if o.probes && o.dns.off {
		return usageError(errors.New("probing needs DNS"), "leave out --no-dns")
	}
	o.dns.pace = o.probe.pace
	if o.asker, err = o.dns.asker(c, o.private, trace); err != nil {
		return err
	}
	if err = o.asker.examine(c.Context(), c.ErrOrStderr()); err != nil || o.asker.lookup == nil {
		return err
	}
	o.doubt = o.asker.lookup.Doubt(c.Context()).Why
	if err := c.Context().Err(); err != nil || !o.probes {
		return err
	}
	return o.readyToAsk(c)
}

func (o *checking) prepare(c *cobra.Command) (err error) {
	if o.policy, err = o.settings.policy(o.dns.sandbox); err != nil {
		return err
	}
	if o.lists, err = o.settings.lists(); err != nil {
		return err
	}
	before, err := o.readEarlier(c)
	if err != nil {
		return err
	}
	o.suppressed, o.bounced = before.suppressed, before.bounced
	o.mailboxes, o.mails, o.fail = map[string]int{}, map[string]validate.Mail{}, map[validate.Verdict]bool{}
	for _, name := range o.failOn {
		v, err := validate.ParseVerdict(strings.TrimSpace(name))
		if err != nil {
			return usageError(err, "--fail-on undeliverable,risky")
		}
		o.fail[v] = true
	}
	return nil
}

func (o *checking) all(c *cobra.Command, inputs []string, answer func(report.Address) error) error {
	for _, in := range inputs {
		if err := o.one(c, in, answer); err != nil {
			return err
		}
	}
	return nil
}

// longestLine bounds what is read for one address; longer ones are cut, and are no addresses anyway.
const longestLine = 64 << 10

// lines answers each line of the standard input as it comes.
func (o *checking) lines(c *cobra.Command, answer func(report.Address) error) error {
	if isTerminal(c.InOrStdin()) {
		say(c.ErrOrStderr(), "enter one address per line; end with Ctrl-D")
	}
	in := bufio.NewReaderSize(interruptible(c.Context(), c.InOrStdin()), longestLine)
	for {
		line, err := in.ReadSlice('\n')
		text := strings.TrimRight(string(line), "\r\n")
		for errors.Is(err, bufio.ErrBufferFull) { // skip the rest of a line that is too long
			_, err = in.ReadSlice('\n')
		}
		if text != "" {
			if err := o.one(c, text, answer); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading addresses: %w", err)
		}
	}
}

// one looks at one input, which may hold several addresses or none.
func (o *checking) one(c *cobra.Command, input string, answer func(report.Address) error) error {
	if err := c.Context().Err(); err != nil {
		return err
	}
	o.inputs++
	found := addressesIn(input)
	for _, f := range found {
		e := o.look(f)
		e.Mail = o.mail(c.Context(), &e)
		if err := o.probed(c.Context(), &e); err != nil {
			return err
		}
		a := o.tell(input, f, &e, len(found) > 1)
		a.DuplicateOf = o.first(&e)
		o.count(a)
		if err := answer(a); err != nil {
			return err
		}
	}
	return nil
}

// addressesIn are the addresses of an input; if there are none, the input itself, so that something can be
// said about it.
func addressesIn(input string) []contacts.Found {
	if found := contacts.Addresses(nil, []byte(input)); len(found) > 0 {
		return found
	}
	return []contacts.Found{{Text: []byte(input)}}
}

// look finds out what can be known of an address without asking anybody.
func (o *checking) look(f contacts.Found) validate.Evidence {
	e := validate.Look(string(f.Text), o.lists)
	if e.Fault == nil {
		e.Suppressed, e.PastBounce = o.suppressed.Has(&e.Address), o.bounced.Has(&e.Address)
	}
	return e
}

// tell makes the answer for an address of an input.
func (o *checking) tell(input string, f contacts.Found, e *validate.Evidence, several bool) report.Address {
	a := report.NewAddress(input, e, o.policy)
	a.Repaired(f.Repair.String())
	if e.Fault != nil && several { // which of them is it?
		a.Detail = fmt.Sprintf("%q: %s", f.Text, a.Detail)
	}
	return a
}

func (o *checking) count(a report.Address) {
	o.failed = o.failed || o.fail[a.Status]
	o.answers++
	if a.Reason.Curable() {
		o.curable++
	}
}

// mostMailboxes bounds how many mailboxes check remembers; a first one after so many is forgotten.
const mostMailboxes = 1_000_000

// first is the earlier input with the same mailbox, or 0.
func (o *checking) first(e *validate.Evidence) int {
	if e.Fault != nil {
		return 0
	}
	form := string(known.SameMailbox(nil, e.Address.Local, e.Address.Domain))
	n := o.mailboxes[form]
	if n == 0 && len(o.mailboxes) < mostMailboxes {
		o.mailboxes[form] = o.inputs
	}
	return n
}

// cards writes a card for each address, an empty line between two.
func cards(w io.Writer) func(report.Address) error {
	between := ""
	return func(a report.Address) error {
		if _, err := io.WriteString(w, between); err != nil {
			return err
		}
		between = "\n"
		return report.Card(w, a)
	}
}

// printer is how answers are written, and what ends the writing.
func (o *checking) printer(w io.Writer) (answer func(report.Address) error, end func() error, err error) {
	end = func() error { return nil }
	switch o.format {
	case "text":
		return cards(w), end, nil
	case "jsonl":
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return func(a report.Address) error { return e.Encode(a) }, end, nil
	case "json":
		all := []report.Address{}
		keep := func(a report.Address) error { all = append(all, a); return nil }
		return keep, func() error { return report.Addresses(w, all) }, nil
	case "csv":
		return report.CSV(w), end, nil
	}
	return nil, nil, usageError(fmt.Errorf("unknown format %q", o.format), "--format text, json, jsonl or csv")
}
