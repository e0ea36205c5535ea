package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
)

// cleaning are the flags of clean.
type cleaning struct {
	settings
	dns       dnsSettings
	store     storeSettings
	forecast  forecastSettings
	probe     probeSettings
	sample    sampleSettings
	probeAll  bool
	plan      bool
	out       string
	force     bool
	columns   []string
	delimiter string
	encoding  string
	outputs   outputSettings
	json      bool
	quiet     bool
	strict    bool
	yesRemove bool
	earlier   *earlier
	shrink    shrinkSettings

	yesUnreadable bool
	allowEmpty    bool
	status        statusSettings
}

func cleanCommand() *cobra.Command {
	var o cleaning
	c := &cobra.Command{
		Use:   "clean LIST...",
		Short: "Clean a list, or several: who may be sent to, who not, and why",
		Long: `Clean reads a contact list and writes the folder LIST-prebounce beside it:

  clean.csv     rows that may be sent to, every byte as it was
  review.csv    rows to look at, with the reason appended
  removed.csv   rows that won't arrive or aren't wanted, with the reason
  rejected.csv  what can't be read as a row, if anything
  corrected.csv rows with a proven typo and its correction, if --fix-typos asks for them: to look at, never a part of clean
  core.csv      the part of clean.csv that may be sent to now, if the forecast advises to hold back the rest
  held.csv      that rest
  results.csv   one line for each address, with its chance to bounce
  report.html   the report, to open in a browser
  report.json   the same for machines

A list is CSV or other text, an Excel workbook (XLSX), vCards, JSON Lines or a JSON document with an array of contacts, as
it is or compressed (gzip, zstd, zip). Clean, review, removed, core and held come in the format of the list: clean.xlsx for
a workbook; those of vCards are CSV, those of a JSON document JSON Lines. The outputs of a workbook keep text, numbers
and dates; they don't keep formulas, colours, widths, filters, pictures, comments and other sheets.

Several lists, or an archive of several, are cleaned as one: there is one report, one forecast and one results.csv, whose last
column says which list a row is in, and an address that another list has too is a duplicate. The other files lie in a folder for
each list, in its own format. --column, --sheet and the like hold for each of the lists; --field for those of JSON Lines. The folder
of all is called after the first list.

A list of "-" is read from the standard input and needs --out.`,
		Example: "  prebounce clean contacts.csv\n  prebounce clean export.csv --column \"Work email\" --suppress unsubscribed.csv -o cleaned\n" +
			"  prebounce clean newsletter.csv fair.xlsx leads.jsonl -o cleaned",
		Args: checkPaths,
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	f := c.Flags()
	f.StringVarP(&o.out, "out", "o", "", "`DIR` for the outputs (default LIST-prebounce beside the list)")
	f.BoolVar(&o.force, "force", false, "replace the folder of outputs if it exists")
	f.StringArrayVar(&o.columns, "column", nil, "`NAME|N` of the column with the addresses (repeatable; the first decides)")
	f.StringVar(&o.delimiter, "delimiter", "", "`CHARACTER` between columns (default: found)")
	f.StringVar(&o.encoding, "encoding", "", "`NAME` of the list's encoding, such as windows-1252 (default: found)")
	o.outputs.register(c)
	f.BoolVar(&o.json, "json", false, "print the summary, or the plan, as JSON")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress, no summary; complaints only")
	f.BoolVar(&o.strict, "strict", false, "exit 3 if a later run may know more about any address, not only beyond 1%")
	f.BoolVar(&o.yesRemove, "yes-remove", false,
		"remove addresses that DNS or mail servers report as undeliverable, or that a file of --suppress or --bounced names, even if they are a large part of the list")
	f.BoolVar(&o.yesUnreadable, "yes-unreadable", false, "write lists even if many cells of the address column hold no address")
	f.BoolVar(&o.allowEmpty, "allow-empty", false, "accept a list that has a header and no rows")
	o.status.register(f)
	o.dns.register(f)
	o.store.register(f)
	o.forecast.register(f)
	o.shrink.register(f)
	f.BoolVar(&o.probeAll, "probe-all", false, "ask the mail hosts about every address that nothing else decides")
	o.sample.register(f)
	f.BoolVar(&o.plan, "plan", false, "tell what asking would cost and how long it would take, and send nothing")
	o.probe.register(f)
	o.register(f)
	completeReasons(c)
	completeWords(c, "esp", serviceProfiles()...)
	return c
}

func (o *cleaning) run(c *cobra.Command, paths []string) error {
	dir, err := o.dir(paths)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if sameFile(o.store.file, path) {
			return usageError(fmt.Errorf("--store %s: that is the list", o.store.file), c.CommandPath()+" --help")
		}
	}
	r := &batch.Run{Dir: dir, Force: o.force, YesRemove: o.yesRemove, MaxRisk: o.forecast.maxRisk.value, Annotate: o.outputs.annotate, Repair: o.outputs.repair, FixTypos: o.outputs.fixTypos, Workers: processors()}
	r.YesUnreadable, r.AllowEmpty = o.yesUnreadable, o.allowEmpty
	r.Mode, r.Tell = modeOf(c.InOrStdin(), paths...), func(note string) { say(c.ErrOrStderr(), "%s", note) }
	if err := cmp.Or(o.shrink.prepare(), o.prepare(c, r)); err != nil {
		return err
	}
	forecaster, now, err := o.forecast.forecaster(r.Policy, paths[0])
	if err != nil {
		return err
	}
	r.Forecaster, r.Now = forecaster, now
	if r.Mailings, err = o.forecast.mailings.read(c, o.earlier, now); err != nil {
		return err
	}
	r.Seed, r.Audit = o.sample.seed, forecaster.Audit(o.sample.audit.value)
	if o.sample.wanted(o.probeAll) {
		r.Sampler = forecaster.Sampler(o.sample.goal(), r.Seed)
	}
	r.Finish = func(dir string, s *batch.Summary) error {
		if a, ok := r.Asker.(*asking); ok {
			s.Notes = append(s.Notes, a.forcedNotes()...)
		}
		s.Notes = append(s.Notes, o.earlier.notes...)
		return writeReports(dir, forecaster.Result(s))
	}
	if !o.plan && allThere(paths) {
		if err := o.vacant(c.ErrOrStderr(), dir, paths); err != nil {
			return explainFailure(err)
		}
	}
	lists, err := o.openAll(c, paths)
	if err != nil {
		return err
	}
	defer lists.close()
	r.Name, r.Several = runName(c, paths, lists), lists
	sum, err := o.do(c, r)
	if errors.Is(err, errPlanned) {
		return nil
	}
	if err != nil {
		return o.failed(err)
	}
	return o.ended(c, forecaster.Result(sum), dir)
}

// progress shows a person how far the run is, or tells the program that watches over it.
func (o *cleaning) progress(c *cobra.Command) (step func(batch.Phase, int64, int64), asked func(probe.Progress), end func()) {
	if w := watcherOf(c); w != nil {
		return w.step, w.asked, func() {}
	}
	return newProgress(c.ErrOrStderr(), o.quiet || o.json)
}

// listName is what the list is called in the summary.
func listName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return filepath.Base(path)
}

// do runs with DNS and the store at hand.
func (o *cleaning) do(c *cobra.Command, r *batch.Run) (*batch.Summary, error) {
	o.dns.pace = o.probe.pace
	asker, err := o.dns.asker(c, o.private, nil)
	if err != nil {
		return nil, err
	}
	defer asker.close()
	if o.plan { // nothing is written
		if r.Dir, err = os.MkdirTemp("", "prebounce-*"); err != nil {
			return nil, err
		}
		defer os.RemoveAll(r.Dir)
		r.Force = true
	}
	step, show, end := o.progress(c)
	defer end()
	r.Progress = step
	if asker.lookup != nil {
		r.Resolver = &examined{asker, c.ErrOrStderr()}
	}
	o.store.sayUnused(c, asker)
	if asker.lookup != nil && asker.sandbox == nil { // what the sandbox says is no fact
		store, err := o.store.open(c)
		if err != nil {
			return nil, err
		}
		defer closeStore(c, store)
		if store != nil {
			r.Store = store
			if o.asking() || store.HasAnswers(c.Context()) {
				r.Answers = store
			}
		}
	}
	if err := o.asks(c, r, asker, show); err != nil {
		return nil, err
	}
	return r.Do(c.Context())
}

// prepare fills in what the flags say about lists and policy.
func (o *cleaning) prepare(c *cobra.Command, r *batch.Run) (err error) {
	if r.Policy, err = o.policy(o.dns.sandbox); err != nil {
		return err
	}
	if r.Status, err = o.status.columns(r.Policy); err != nil {
		return err
	}
	if r.Lists, err = o.lists(); err != nil {
		return err
	}
	if o.earlier, err = o.readEarlier(c); err != nil {
		return err
	}
	r.Suppressed, r.Bounced = o.earlier.suppressed, o.earlier.bounced
	return nil
}

// reading is what the flags say about the reading of lists.
func (o *cleaning) reading() (opts contacts.Options, err error) {
	opts = contacts.Options{Columns: o.columns, Fields: o.outputs.fields, Encoding: o.encoding, Traits: o.forecast.traits}
	if err := o.outputs.options(&opts); err != nil {
		return opts, err
	}
	switch d := o.delimiter; {
	case d == "":
	case d == "tab" || d == `\t`:
		opts.Delimiter = '\t'
	case len(d) == 1:
		opts.Delimiter = d[0]
	default:
		return opts, usageError(fmt.Errorf("--delimiter takes one character, not %q", d), "--delimiter ';'   or   --delimiter tab")
	}
	return opts, nil
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
