package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
)

// telling are the flags of report.
type telling struct {
	esp       string
	sent      int64
	hard      int64
	history   string
	format    string
	out       string
	addresses bool
	schema    bool
}

func reportCommand() *cobra.Command {
	var o telling
	c := &cobra.Command{
		Use:   "report DIR",
		Short: "Print a finished run in another format or for another sending service",
		Long: "Report prints report.json, which clean wrote to DIR. For another sending service it recomputes the " +
			"forecast\n" +
			"from the counts in that file. It uses no network and does not change the lists.",
		Example: "  prebounce report contacts-prebounce --esp ses\n  prebounce report contacts-prebounce --format " +
			"html -o report.html",
		Args: func(c *cobra.Command, args []string) error {
			if o.schema {
				return exactly(0)(c, args)
			}
			return exactly(1)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if o.schema {
				return report.Schema(c.OutOrStdout())
			}
			return o.run(c, args[0])
		},
	}
	f := c.Flags()
	f.StringVar(&o.esp, "esp", "", "apply the limits of sending service `NAME|FILE` (default: the one of the run)")
	f.Int64Var(&o.sent, "sent-so-far", 0,
		"count `N` messages already sent in the period that the service judges together with this send")
	f.Int64Var(&o.hard, "hard-so-far", 0, "count `N` hard bounces among the messages of --sent-so-far")
	f.StringVar(&o.history, "history", "", "read past campaigns from `FILE`, or none (default: those the run used)")
	f.StringVar(&o.format, "format", "text", "print the report as `text`, html, json or md")
	f.StringVarP(&o.out, "out", "o", "", "write to `FILE` instead of standard output")
	completeFormats(c, "text", "html", "json", "md")
	completeWords(c, "esp", serviceProfiles()...)
	f.BoolVar(&o.schema, "schema", false, "print the JSON Schema of report.json")
	f.BoolVar(&o.addresses, "include-addresses", false, "show example addresses for each reason, in html and md")
	return c
}

func (o *telling) run(c *cobra.Command, dir string) error {
	if err := (risk.History{Sent: o.sent, Hard: o.hard}).Check(); err != nil {
		return usageError(err, "--sent-so-far 48210 --hard-so-far 402")
	}
	tell, ok := map[string]func(io.Writer, *report.Result) error{
		"text": func(w io.Writer, r *report.Result) error { return report.Text(w, r, dir) },
		"html": report.HTML, "json": report.JSON, "md": report.Markdown,
	}[o.format]
	if !ok {
		return usageError(fmt.Errorf("unknown format %q", o.format), "prebounce report DIR --format text|html|json|md")
	}
	if err := runFolder(dir); err != nil {
		return err
	}
	r, err := report.Load(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return &exit{code: exitFailed, err: err,
			hints: []string{"DIR is a folder that clean wrote, such as contacts-prebounce"}}
	}
	if err != nil {
		return err
	}
	if err := o.rejudge(c, r); err != nil {
		return err
	}
	if o.addresses {
		if err := r.ReadExamples(c.Context(), dir); err != nil {
			return err
		}
	}
	return o.output(c, dir, func(w io.Writer) error { return tell(w, r) })
}

// rejudge makes the forecast again if the flags speak of another service, of earlier sends or of what these taught.
func (o *telling) rejudge(c *cobra.Command, r *report.Result) error {
	history := c.Flags().Changed("sent-so-far") || c.Flags().Changed("hard-so-far")
	if o.esp == "" && !history && o.history == "" {
		return nil
	}
	relearn, err := o.relearn(r)
	if err != nil {
		return err
	}
	profile, err := profileOf(o.esp)
	if err != nil {
		return err
	}
	err = r.Rejudge(func(opts *risk.Options) {
		relearn(opts)
		if o.esp != "" {
			opts.Profile = profile
		}
		if history {
			opts.History = risk.History{Sent: o.sent, Hard: o.hard}
		}
	})
	if errors.Is(err, report.ErrNoForecast) {
		return &exit{code: exitFailed, err: err, hints: []string{"run clean again for one"}}
	}
	return err
}

// relearn puts what a history teaches in the place of what the run learned.
func (o *telling) relearn(r *report.Result) (func(*risk.Options), error) {
	if o.history == "" || r.Risk == nil {
		return func(*risk.Options) {}, nil
	}
	p, card, err := lessons(o.history, "", r.Risk.AsOf)
	r.Card = card
	return func(opts *risk.Options) { opts.Params = p }, err
}

// profileOf is the sending service of that name, or the one that a file describes. An empty name is none.
func profileOf(name string) (risk.Profile, error) {
	if p, ok := risk.ProfileNamed(name); ok || name == "" {
		return p, nil
	}
	var p risk.Profile
	err := withFile(name, func(f *os.File) (err error) {
		p, err = risk.ParseProfile(f)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return p, usageError(fmt.Errorf("%q is neither a known sending service nor a file", name),
			"the services are "+profileNames())
	}
	return p, err
}

func profileNames() string { return strings.Join(serviceProfiles(), ", ") }

// serviceProfiles are the names of the sending services, sorted.
func serviceProfiles() (names []string) {
	for _, p := range risk.Profiles() {
		names = append(names, p.Name)
	}
	return slices.Sorted(slices.Values(names))
}

// output writes to the file that was named, else to stdout. The run's own files are never overwritten.
func (o *telling) output(c *cobra.Command, dir string, write func(io.Writer) error) error {
	if o.out == "" {
		return write(c.OutOrStdout())
	}
	if ownFile(dir, o.out) {
		return usageError(fmt.Errorf("%s is one of the run's own files", o.out), "-o FILE with another name")
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	return os.WriteFile(o.out, b.Bytes(), modeOf(nil, filepath.Join(dir, "report.json")))
}

// ownFile reports whether a file is a list or the report.json of the run in dir.
func ownFile(dir, name string) bool {
	at, err := os.Stat(name)
	if err != nil {
		return false
	}
	own := false
	_ = filepath.WalkDir(dir, func(_ string, f fs.DirEntry, err error) error { // what can't be read is not the run's
		if err != nil || (!listExtensions[filepath.Ext(f.Name())] && f.Name() != "report.json") {
			return nil
		}
		st, err := f.Info()
		own = own || (err == nil && os.SameFile(at, st))
		return nil
	})
	return own
}

// listExtensions are those of the lists that a run leaves.
var listExtensions = map[string]bool{".csv": true, ".xlsx": true, ".jsonl": true}
