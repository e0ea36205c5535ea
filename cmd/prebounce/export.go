package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report/suppression"
	"github.com/prebounce/prebounce/validate"
)

// exporting are the flags of export.
type exporting struct {
	service  string
	format   string
	verdicts []string
	reasons  []string
	out      string
	force    bool
	json     bool
}

func exportCommand() *cobra.Command {
	var o exporting
	c := &cobra.Command{
		Use:   "export --for SERVICE DIR",
		Short: "Write suppression and unsubscribe files for a sending service",
		Long: "Export reads results.csv, which clean wrote to DIR, and writes files that the service can import:\n\n" +
			"  suppression-SERVICE-1.csv   undeliverable addresses\n" +
			"  complaints-SERVICE-1.csv    people who marked mail as spam, if the service accepts them\n" +
			"  unsubscribes-SERVICE-1.csv  people who opted out or whom you suppressed\n\n" +
			"and so on, each mailbox once. It then says how to import them.\n\n" +
			"An address in any row of clean.csv is never exported, nor is an address that the run's removal limits " +
			"held\nback (exit 4). " +
			"Undeliverable addresses in review.csv are exported if --reason names their reason.\n\n" +
			"The services:\n" + serviceTable(),
		Example: "  prebounce export --for ses contacts-prebounce\n" +
			"  prebounce export --for mailchimp --reason disposable,role contacts-prebounce -o upload\n" +
			"  prebounce export --for klaviyo --format json contacts-prebounce",
		Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args[0]) },
	}
	f := c.Flags()
	f.StringVar(&o.service, "for", "", "write files that `SERVICE` imports: "+serviceNames())
	f.StringVar(&o.format, "format", "",
		"write the files as `FORMAT`: csv, json or txt (default: the one the service imports)")
	f.StringSliceVar(&o.verdicts, "status", []string{validate.Undeliverable.String()},
		"suppress addresses with `STATUS,...`; undeliverable includes opt-outs and complaints; none leaves only "+
			"--reason")
	f.StringSliceVar(&o.reasons, "reason", nil, "also suppress addresses with `REASON,...`, whatever their status")
	f.StringVarP(&o.out, "out", "o", "", "write the files to `FOLDER` (default: DIR)")
	f.BoolVar(&o.force, "force", false, "replace the files of an earlier export for the same service")
	f.BoolVar(&o.json, "json", false, "print what was written and what was left out as JSON")
	completeVerdicts(c, "status")
	completeReasonsOf(c, "reason")
	completeWords(c, "for", strings.Split(serviceNames(), ", ")...)
	completeFormats(c, "csv", "json", "txt")
	return c
}

func (o *exporting) run(c *cobra.Command, dir string) error {
	service, ok := suppression.Named(o.service)
	if !ok {
		return usageError(errors.New("invalid --for "+quoted(o.service)+": want the name of a sending service"),
			"the services are "+serviceNames())
	}
	format, ok := service.Format(o.format)
	if !ok {
		return usageError(errors.New("invalid --format "+quoted(o.format)+": "+service.Title+" takes "+
			formatsOf(service)),
			"prebounce export --for "+service.Name+" DIR")
	}
	choice, err := o.choice()
	if err != nil {
		return err
	}
	e := exported{service: service, format: format, dir: firstOf(o.out, dir), results: filepath.Join(dir,
		"results.csv")}
	err = withResults(c.Context(), dir, func(rows results) error {
		return o.write(c.Context(), &e,
			choice.Of(rows, &e.left))
	})
	if errors.Is(err, suppression.ErrExists) {
		return &exit{code: exitFailed, err: err,
			hints: []string{"-o FOLDER for another folder, or --force to replace the files of an earlier export"}}
	}
	if err != nil {
		return err
	}
	for _, note := range e.written.Notes {
		say(c.ErrOrStderr(), "%s", note)
	}
	if err := e.tell(c.OutOrStdout(), o.json); err != nil {
		return err
	}
	return e.gate()
}

func (o *exporting) write(ctx context.Context, e *exported, chosen chosen) (err error) {
	if o.out != "" {
		if err := os.MkdirAll(o.out, 0o755); err != nil {
			return err
		}
	}
	to := suppression.Export{Service: e.service, Format: e.format.Name, Dir: e.dir, Force: o.force,
		Mode: modeOf(nil, e.results)}
	e.written, err = to.Write(ctx, chosen)
	return err
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

func serviceNames() string {
	return strings.Join(mapped(suppression.Services(), func(s suppression.Service) string { return s.Name }), ", ")
}

func formatsOf(s suppression.Service) string {
	return strings.Join(mapped(s.Formats, func(f suppression.Format) string { return f.Name }), " or ")
}

func mapped[T any](all []T, text func(T) string) (out []string) {
	for _, one := range all {
		out = append(out, text(one))
	}
	return slices.Clip(out)
}
