package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/suppression"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// exporting are the flags of export.
type exporting struct {
	service  string
	verdicts []string
	reasons  []string
	out      string
	force    bool
}

func exportCommand() *cobra.Command {
	var o exporting
	c := &cobra.Command{
		Use:   "export --for SERVICE DIR",
		Short: "Write the dead addresses as suppression files that a sending service imports",
		Long: "Export reads results.csv, which clean left in DIR, and writes suppression-SERVICE-1.csv and so on: each undeliverable\n" +
			"mailbox once, in the columns, the encoding and the sizes that the service takes. Then it tells what to do with the files.\n\n" +
			"The services:\n" + serviceTable(),
		Example: "  prebounce export --for ses contacts-prebounce\n  prebounce export --for mailchimp --reason disposable,role contacts-prebounce -o upload",
		Args:    exactly(1),
		RunE:    func(c *cobra.Command, args []string) error { return o.run(c, args[0]) },
	}
	f := c.Flags()
	f.StringVar(&o.service, "for", "", "`SERVICE` that shall import the files: "+serviceNames())
	f.StringSliceVar(&o.verdicts, "status", []string{validate.Undeliverable.String()}, "`STATUS,...` of the addresses to suppress, or none")
	f.StringSliceVar(&o.reasons, "reason", nil, "`REASON,...` of further addresses to suppress, whatever their status")
	f.StringVarP(&o.out, "out", "o", "", "`FOLDER` for the files (default DIR)")
	f.BoolVar(&o.force, "force", false, "replace the files of an earlier export for the same service")
	completeVerdicts(c, "status")
	completeReasonsOf(c, "reason")
	_ = c.RegisterFlagCompletionFunc("for", cobra.FixedCompletions(strings.Split(serviceNames(), ", "), cobra.ShellCompDirectiveNoFileComp)) // fails where there is no such flag
	return c
}

func serviceNames() string {
	var names []string
	for _, s := range suppression.Services() {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

// serviceTable says what the rows of the services rest on.
func serviceTable() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, s := range suppression.Services() {
		fmt.Fprintf(w, "  %s\t%s\t%s: %s\n", s.Name, s.Title, s.Kind, s.Source)
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

func (o *exporting) run(c *cobra.Command, dir string) error {
	service, ok := suppression.Named(o.service)
	if !ok {
		return usageError(fmt.Errorf("--for takes the name of a sending service, not %q", o.service), "the services are "+serviceNames())
	}
	choice, err := o.choice()
	if err != nil {
		return err
	}
	odd := 0
	var written suppression.Written
	err = withResults(dir, func(f *os.File) (err error) {
		chosen := report.Sorted(choice.Of(resultsOf(c.Context(), f), func(batch.Result) { odd++ }))
		if o.out != "" {
			if err := os.MkdirAll(o.out, 0o755); err != nil {
				return err
			}
		}
		to := suppression.Export{Service: service, Dir: firstOf(o.out, dir), Force: o.force}
		written, err = to.Write(c.Context(), chosen)
		return err
	})
	if errors.Is(err, suppression.ErrExists) {
		return &exit{code: exitFailed, err: err, hints: []string{"-o FOLDER for another place, or --force to replace what an earlier export left"}}
	}
	if err != nil {
		return err
	}
	return o.tell(c.OutOrStdout(), service, written, odd, firstOf(o.out, dir))
}

// choice is what the flags say.
func (o *exporting) choice() (choice suppression.Choice, err error) {
	for _, name := range o.verdicts {
		if name = strings.TrimSpace(name); name == "none" {
			continue
		}
		v, err := validate.ParseVerdict(name)
		if err != nil {
			return choice, usageError(err, "--status undeliverable,risky   or   --status none --reason REASON")
		}
		choice.Verdicts = append(choice.Verdicts, v)
	}
	for _, name := range o.reasons {
		r, err := validate.ParseReason(strings.TrimSpace(name))
		if err != nil {
			return choice, usageError(err, "the reasons are "+reasonNames())
		}
		choice.Reasons |= r.Set()
	}
	return choice, nil
}

// tell says what was written, and what to do with it.
func (o *exporting) tell(w io.Writer, s suppression.Service, written suppression.Written, odd int, dir string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range written.Files {
		fmt.Fprintf(t, "%s\t%d\t%s\n", report.Plain(filepath.Join(dir, f.Name)), f.Addresses, "addresses")
	}
	for _, left := range []struct {
		n   int
		why string
	}{{odd, "that are no addresses: the import would fail"}, {written.Left, "that " + s.Title + " does not take"}} {
		if left.n > 0 {
			fmt.Fprintf(t, "left out\t%d\t%s\n", left.n, left.why)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(written.Files) == 0 {
		_, err := fmt.Fprintln(w, "there is no address to suppress: no file was written")
		return err
	}
	_, err := fmt.Fprintf(w, "\nwhat to do, in %s\n  %s\n", s.Title, strings.ReplaceAll(s.Then, "\n", "\n  "))
	return err
}

// withResults opens the results.csv of a finished run.
func withResults(dir string, use func(*os.File) error) error {
	path := filepath.Join(dir, "results.csv")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &exit{code: exitFailed, err: err, hints: []string{"DIR is the folder that clean made, such as contacts-prebounce"}}
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return use(f)
}
