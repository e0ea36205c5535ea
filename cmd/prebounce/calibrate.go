package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/contacts"
)

// calibration are the flags of calibrate.
type calibration struct {
	sent    string
	bounces []string
	imap    []string // mailboxes with bounces
	run     string
	history string
	date    string
	name    string
	mapping string
	mapped  bool // an export has the columns of mapping
	replace bool
	dryRun  bool
	zero    bool
	forget  string
	quiet   bool
	columns []string
	traits  contacts.Traits
}

func calibrateCommand() *cobra.Command {
	var o calibration
	c := &cobra.Command{
		Use:   "calibrate --sent SENT.csv --bounces EXPORT...",
		Short: "Learn from real bounces to improve the next forecast",
		Long: "Calibrate reads the sent list and the sending service's bounce export. It adds to " + history.Name +
			"\n" +
			"how many contacts of each segment were sent to and how many bounced: counts, no addresses. The next " +
			"forecast\n" +
			"learns from it. prebounce classifies each reply by its own rules instead of trusting the service's " +
			"label;\n" +
			"mail that was blocked because of the sender, or never attempted, is not counted.\n\nIt recognises " +
			"these exports:\n\n" + exportTitles() + "\n" +
			"and Postfix, Exim and Sendmail logs, bounce mails, and plain lists of addresses that bounced. --map " +
			"describes others.",
		Example: "  prebounce calibrate --sent run/clean.csv --run run --bounces bounces.csv\n" +
			"  prebounce calibrate --sent sent.csv --bounces export.csv --map address=Recipient,reply=Error",
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return o.do(c, args) },
	}
	f := c.Flags()
	f.StringVar(&o.sent, "sent", "", "read the list that was sent from `LIST`")
	f.StringArrayVar(&o.bounces, "bounces", nil,
		"read bounces from `EXPORT`, a file or folder (repeatable; arguments are read as exports, too)")
	registerIMAP(f, &o.imap)
	f.StringVar(&o.run, "run", "", "take operators and forecasts from folder `DIR`, which clean wrote before the send")
	f.StringVar(&o.history, "history", "", "add the campaign to `FILE` (default "+history.Name+
		" beside the list or in the working directory)")
	f.StringVar(&o.date, "date", "", "set the `DATE` of the send, such as 2026-03-02 (default: the first bounce, "+
		"else the date of --run)")
	f.StringVar(&o.name, "name", "", "set the campaign's `NAME` in the history (default: the list's name)")
	f.StringVar(&o.mapping, "map", "", "map the columns of an unknown export: `WHAT=COLUMN,...`; WHAT is address, "+
		"reply, code, status, label or date")
	f.BoolVar(&o.replace, "replace", false, "replace the campaign if the history already has it")
	f.BoolVar(&o.dryRun, "dry-run", false, "print what would be learned; write nothing")
	f.BoolVar(&o.zero, "zero-bounces", false, "confirm that nothing bounced although the exports hold no bounces")
	f.StringVar(&o.forget, "forget", "",
		"remove campaign `NAME` (only that of --date, if given) from the history and exit")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "write the history without printing a summary")
	f.StringArrayVar(&o.columns, "column", nil, "read the list's addresses from this column, by `NAME|N`")
	registerTraits(f, &o.traits)
	return c
}

func exportTitles() string {
	var b strings.Builder
	for _, f := range bounces.Formats() {
		b.WriteString("  " + f.Title + "\n")
	}
	return b.String()
}

func (o *calibration) do(c *cobra.Command, args []string) error {
	o.bounces = append(append(o.bounces, args...), o.imap...)
	if o.forget != "" {
		return o.forgetCampaigns(c)
	}
	mapping, err := o.check()
	if err != nil {
		return err
	}
	if o.run != "" {
		if err := runFolder(o.run); err != nil {
			return err
		}
	}
	day, fallback, err := o.day()
	if err != nil {
		return err
	}
	path := cmp.Or(o.history, historyFor(o.sent, true))
	past, err := history.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		past, err = &history.File{}, nil
	}
	if err != nil {
		return err
	}
	list, err := openList(c, o.sent, contacts.Options{Columns: o.columns, Traits: o.traits})
	if err != nil {
		return missingFile(err, o.sent, func(path string) string {
			return (&calibration{sent: path,
				bounces: o.bounces}).usage()
		})
	}
	defer list.Close()
	heard, err := o.hear(c, list, day, mapping)
	if err != nil {
		return err
	}
	if err := o.fit(heard, fallback); err != nil {
		return err
	}
	learned, err := o.learn(c, list, heard)
	if err != nil {
		return err
	}
	return o.keep(c, past, path, heard, &learned)
}

// check refuses early what can't be.
func (o *calibration) check() (*bounces.Mapping, error) {
	const usage = "prebounce calibrate --sent SENT.csv --bounces EXPORT..."
	incomplete := func(what string) error {
		e := &exit{code: exitUsage, err: errors.New(what), hints: []string{usage}}
		if o.sent != "" || len(o.bounces) > 0 {
			e.hints = append(e.hints, o.usage())
		}
		return e
	}
	switch {
	case o.sent == "":
		return nil, incomplete("bounces alone are no rate: it takes the list that was sent, too")
	case len(o.bounces) == 0 && !o.zero:
		return nil, incomplete("nothing says what bounced")
	case o.history == "none":
		return nil, usageError(errors.New("calibrate needs a history file: --history none gives it none"),
			"--history "+history.Name)
	case o.mapping == "":
		return nil, nil
	}
	m, err := bounces.ParseMapping(o.mapping)
	if err != nil {
		return nil, usageError(err, "--map address=Email,reply=Reason")
	}
	return m, nil
}

// usage is the command with what was named, and with examples in the place of what was not.
func (o *calibration) usage() string {
	sent, export := "SENT.csv", "EXPORT..."
	if o.sent != "" {
		sent = shellWord(o.sent)
	} else if len(o.bounces) > 0 {
		if made := filepath.Join(outputsOf(o.bounces[:1]), "clean.csv"); isFile(made) {
			sent = shellWord(made)
		}
	}
	if len(o.bounces) > 0 {
		export = shellWord(o.bounces[0])
	}
	return "prebounce calibrate --sent " + sent + " --bounces " + export
}

// day is that of the send, if it was named, and the day to take if the records have none.
func (o *calibration) day() (day, fallback time.Time, err error) {
	const hint = "--date 2026-03-02"
	switch {
	case o.date != "":
		day, err = time.Parse(time.DateOnly, o.date)
		if err != nil || day.After(time.Now()) {
			return day, day, usageError(fmt.Errorf("invalid --date %q: want the day of the send", o.date), hint)
		}
	case o.run != "":
		fallback, err = forecastDay(o.run)
	}
	return day, fallback, err
}

// forecastDay is the day for which a run made its forecast; zero if it made none.
func forecastDay(run string) (time.Time, error) {
	r, err := report.Load(run)
	if err != nil || r.Risk == nil {
		return time.Time{}, err
	}
	return r.Risk.AsOf, nil
}

// fit finds the records of the send, and refuses what teaches nothing.
func (o *calibration) fit(heard *report.Campaign, fallback time.Time) error {
	heard.Zero = o.zero
	err := heard.Fit(fallback)
	var date *report.DateError
	var none *report.EvidenceError
	switch {
	case errors.As(err, &date):
		hint := "--date 2026-03-02   or   --run DIR"
		if len(date.Offers) > 0 {
			hint = "--date " + strings.Join(date.Offers, "   or   --date ")
		}
		return usageError(err, hint)
	case errors.As(err, &none):
		hints := []string{"if nothing bounced and the export is of this send, confirm it with --zero-bounces"}
		if none.Date {
			hints = []string{"name the day of the send with --date"}
		}
		return &exit{code: exitFailed, err: err, hints: hints}
	}
	return err
}

// forgetCampaigns takes campaigns out of the history.
func (o *calibration) forgetCampaigns(c *cobra.Command) error {
	path := cmp.Or(o.history, historyFor(cmp.Or(o.sent, "-"), false), history.Name)
	past, err := history.Load(path)
	if err != nil {
		return err
	}
	before := len(past.Campaigns)
	past.Campaigns = slices.DeleteFunc(past.Campaigns, func(h history.Campaign) bool {
		return h.Name == o.forget && (o.date == "" || h.Sent.Format(time.DateOnly) == o.date)
	})
	n := before - len(past.Campaigns)
	if n == 0 {
		var names []string
		for _, h := range past.Campaigns {
			names = append(names, fmt.Sprintf("%s (%s)", h.Name, h.Sent.Format(time.DateOnly)))
		}
		return usageError(fmt.Errorf("%s has no campaign %q", path, o.forget), "it has: "+strings.Join(names, ", "))
	}
	if !o.dryRun {
		if err := past.Save(path); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %s forgotten, %d left\n", report.Plain(path),
		counted(int64(n), "campaign", "campaigns"), len(past.Campaigns))
	return err
}

// hear reads the list and what became of it.
func (o *calibration) hear(c *cobra.Command, list *contacts.List, day time.Time,
	m *bounces.Mapping) (*report.Campaign, error) {
	heard, err := report.NewCampaign(c.Context(), o.campaignName(), day, list)
	if err != nil {
		return nil, err
	}
	if o.run != "" {
		if err := heard.Earlier(c.Context(), o.run); err != nil {
			return nil, err
		}
	}
	for _, path := range o.bounces {
		for e, err := range eventsOf(c, path, m, o.teller(c, heard)) {
			var unknown *bounces.UnknownError
			if errors.As(err, &unknown) {
				return nil, &exit{code: exitFailed, err: err,
					hints: []string{"name the columns with --map address=COLUMN,reply=COLUMN"}}
			}
			if open := (*contacts.OpenError)(nil); errors.As(err, &open) {
				err = &exit{code: exitFailed, err: fmt.Errorf("reading the bounces: %w", err),
					hints: nonEmpty(open.Hint)}
				return nil, missingFile(err, path,
					func(path string) string { return (&calibration{sent: o.sent, bounces: []string{path}}).usage() })
			}
			if err != nil {
				return nil, err
			}
			heard.Hear(e)
		}
	}
	if m != nil && !o.mapped {
		return nil, usageError(fmt.Errorf("--map %s: no export has these columns", o.mapping),
			"use the names in the header of the export")
	}
	return heard, o.verify(c, list, heard)
}

// verify sets what other verifiers called the contacts against what came.
func (o *calibration) verify(c *cobra.Command, list *contacts.List, heard *report.Campaign) error {
	e, err := batch.Understand(c.Context(), batch.NamedSource{Name: filepath.Base(o.sent), Source: list})
	if err != nil {
		return err
	}
	return heard.Verify(c.Context(), list, e)
}

// teller notes what was read of each export. What was not understood is also told where nobody wants to hear the rest.
func (o *calibration) teller(c *cobra.Command, heard *report.Campaign) func(name string, n *bounces.Count) {
	return func(name string, n *bounces.Count) {
		o.mapped = o.mapped || n.Format == bounces.Mapped
		note := name + ": " + heardOf(n)
		heard.Notes = append(heard.Notes, note)
		if o.quiet && n.Passed > 0 {
			say(c.ErrOrStderr(), "%s", note)
		}
	}
}

// campaignName is that of the campaign: of a list that clean wrote, the folder says more than "clean.csv".
func (o *calibration) campaignName() string {
	switch {
	case o.name != "":
		return o.name
	case o.sent == "-":
		return listName(o.sent)
	}
	name := strings.TrimSuffix(filepath.Base(o.sent), filepath.Ext(o.sent))
	if name == "clean" || name == "core" {
		name = strings.TrimSuffix(filepath.Base(filepath.Dir(absolute(o.sent))), "-prebounce")
	}
	return strings.ReplaceAll(name, "@", " at ")
}

func (o *calibration) learn(c *cobra.Command, list *contacts.List, heard *report.Campaign) (history.Campaign, error) {
	lists, err := openLists()
	if err != nil {
		return history.Campaign{}, err
	}
	run := &batch.Run{Lists: lists, Workers: processors()}
	learned, err := heard.Learn(c.Context(), list, run, report.NewForecaster(heard.Sent, risk.Options{}, run.Policy))
	var no *report.DenominatorError
	if errors.As(err, &no) {
		return learned, &exit{code: exitFailed, err: fmt.Errorf("%s: %w", o.sent, err),
			hints: []string{"give the list of this campaign as it was sent with --sent, and its bounces with " +
				"--bounces"}}
	}
	return learned, err
}

// keep adds what was learned to the history and tells it.
func (o *calibration) keep(c *cobra.Command, past *history.File, path string, heard *report.Campaign,
	learned *history.Campaign) error {
	if err := past.Add(*learned, o.replace); errors.Is(err, history.ErrTwice) {
		return &exit{code: exitFailed, err: err,
			hints: []string{"--replace to learn from it again, or --name and --date if it is another campaign"}}
	} else if err != nil {
		return err
	}
	card, err := past.Card()
	if err != nil {
		return err
	}
	if !o.dryRun {
		if err := past.Save(path); err != nil {
			return err
		}
	}
	if o.quiet {
		return nil
	}
	if err := report.Calibration(c.OutOrStdout(), heard, learned, card); err != nil {
		return err
	}
	last := fmt.Sprintf("%s holds %d of your campaigns; the next forecast learns from them", report.Plain(path),
		len(past.Campaigns))
	if o.dryRun {
		last = report.Plain(path) + " stays as it is (--dry-run)"
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "\n%s\n", last)
	return err
}
