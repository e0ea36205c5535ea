package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/fleet"
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
	needs     bool // the plan is one for a fleet
	workers   int  // of that
	fleet     *fleet.Coordinator
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

// cleanLong is the description of clean.
const cleanLong = `Clean reads a contact list and writes the folder LIST-prebounce beside it:

  clean.csv      rows to mail, byte for byte as they were
  review.csv     rows to check, with the reason appended
  removed.csv    rows that would not arrive or must not be mailed, with the reason
  rejected.csv   rows that could not be read, if there are any
  corrected.csv  rows with a proven typo and its correction (--fix-typos); never part of clean
  core.csv       the part of clean.csv to mail now, if the forecast advises holding back the rest
  held.csv       the rest
  results.csv    one line per address, with its predicted bounce risk
  report.html    the report, to open in a browser
  report.json    the report for programs

A list is CSV or other delimited text, an Excel workbook (XLSX), vCards, JSON Lines or a JSON document
with an array of contacts, plain or compressed (gzip, zstd, zip). Outputs use the format of the list:
clean.xlsx for a workbook, CSV for vCards, JSON Lines for a JSON document.

Several lists, or an archive of several, are cleaned as one: there is one report, one forecast and one
results.csv, whose last column names the list of each row. An address that occurs in an earlier list is
a duplicate. The other outputs of each list are in a folder of its own. Flags such as --column and
--sheet apply to every list. The output folder is named after the first list.

The list "-" is standard input and needs --out.`

func cleanCommand() *cobra.Command {
	var o cleaning
	c := &cobra.Command{
		Use:   "clean LIST...",
		Short: "Clean a contact list: find who can be mailed, who cannot, and why",
		Long:  cleanLong,
		Example: "  prebounce clean contacts.csv\n  prebounce clean export.csv --column \"Work email\" --suppress " +
			"unsubscribed.csv -o cleaned\n" +
			"  prebounce clean newsletter.csv fair.xlsx leads.jsonl -o cleaned",
		Args: checkPaths,
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	o.flags(c)
	completeReasons(c)
	completeWords(c, "esp", serviceProfiles()...)
	return c
}

// flags defines the flags of clean.
func (o *cleaning) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVarP(&o.out, "out", "o", "", "write the outputs to folder `DIR` (default: LIST-prebounce beside the list)")
	f.BoolVar(&o.force, "force", false, "replace the output folder if it exists")
	f.StringArrayVar(&o.columns, "column", nil,
		"read the addresses from this column, by `NAME|N` (repeatable; the first decides)")
	f.StringVar(&o.delimiter, "delimiter", "", "split columns at `CHARACTER` (default: detected)")
	f.StringVar(&o.encoding, "encoding", "",
		"read the list in encoding `NAME`, such as windows-1252 (default: detected)")
	o.outputs.register(c)
	f.BoolVar(&o.json, "json", false, "print the summary, or the plan, as JSON")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print neither progress nor summary, only warnings and errors")
	f.BoolVar(&o.strict, "strict", false,
		"exit 3 if any address is undecided for a temporary reason (default: more than 1%)")
	f.BoolVar(&o.yesRemove, "yes-remove", false,
		"remove addresses that DNS or mail servers report as undeliverable, or that a file of --suppress or "+
			"--bounced names, even if they are a large part of the list")
	f.BoolVar(&o.yesUnreadable, "yes-unreadable", false,
		"clean the list even if over a fifth of its address cells hold no address")
	f.BoolVar(&o.allowEmpty, "allow-empty", false, "accept a list that has a header but no rows")
	o.status.register(f)
	o.dns.register(f)
	o.store.register(f)
	o.forecast.register(f)
	o.shrink.register(f)
	f.BoolVar(&o.probeAll, "probe-all", false, "ask mail hosts about every address that nothing else decides")
	o.sample.register(f)
	f.BoolVar(&o.plan, "plan", false, "print how many addresses probing would ask about and how long it would "+
		"take; ask no mail host")
	o.probe.register(f)
	o.register(f)
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
	r := &batch.Run{Dir: dir, Force: o.force, YesRemove: o.yesRemove, MaxRisk: o.forecast.maxRisk.value,
		Annotate: o.outputs.annotate, Repair: o.outputs.repair, FixTypos: o.outputs.fixTypos, Workers: processors()}
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
func (o *cleaning) progress(c *cobra.Command) (step func(batch.Phase, int64, int64), asked func(probe.Progress),
	end func()) {
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
	counts := watcherOf(c).counts()
	asker, err := o.dns.asker(c, o.private, counts.answer())
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
		r.Resolver = &examined{asker, c.ErrOrStderr(), counts}
	}
	o.store.sayUnused(c, asker)
	if asker.lookup != nil && asker.sandbox == nil { // what the sandbox answers is not kept
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
	sum, err := r.Do(c.Context())
	return sum, errors.Join(err, o.endFleet(c.Context(), err))
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
	opts = contacts.Options{Columns: o.columns, Fields: o.outputs.fields, Encoding: o.encoding,
		Traits: o.forecast.traits}
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
		return opts, usageError(fmt.Errorf("invalid --delimiter %q: want one character", d),
			"--delimiter ';'   or   --delimiter tab")
	}
	return opts, nil
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
