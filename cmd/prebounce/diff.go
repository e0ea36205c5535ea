package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/batch"
)

func diffCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Compare two finished runs: who died, who recovered, who moved",
		Long: "Diff compares the results.csv that clean left in the folders OLD and NEW, address by address:\n\n" +
			"  dead       undeliverable now, and not before\n" +
			"  recovered  undeliverable before, and what was found since says otherwise\n" +
			"  unsettled  undeliverable before, and nothing was found since: NEW did not ask, or got no answer\n" +
			"  moved      another operator runs the mail hosts\n\n" +
			"Text has the counts and no address; csv and json have a line for each address of which something became.",
		Example: "  prebounce diff october-prebounce november-prebounce\n  prebounce diff october-prebounce november-prebounce --format csv >changes.csv",
		Args:    exactly(2),
		RunE:    func(c *cobra.Command, args []string) error { return runDiff(c, args[0], args[1], format) },
	}
	c.Flags().StringVar(&format, "format", "text", "`text`, csv or json")
	completeFormats(c, "text", "csv", "json")
	return c
}

// differ writes changes as they come, and then the counts.
type differ struct {
	change func(report.Change) error
	end    func(*report.Difference) error
}

// differs make the writers of the formats.
var differs = map[string]func(io.Writer) differ{
	"text": func(w io.Writer) differ {
		return differ{func(report.Change) error { return nil }, func(d *report.Difference) error { return report.DiffText(w, d) }}
	},
	"csv": func(w io.Writer) differ {
		change, end := report.DiffCSV(w)
		return differ{change, func(*report.Difference) error { return end() }}
	},
	"json": func(w io.Writer) differ {
		change, end := report.DiffJSON(w)
		return differ{change, end}
	},
}

func runDiff(c *cobra.Command, older, newer, format string) error {
	in, ok := differs[format]
	if !ok {
		return usageError(fmt.Errorf("there is no format %q", format), "prebounce diff OLD NEW --format text|csv|json")
	}
	return withResults(older, func(was *os.File) error {
		return withResults(newer, func(is *os.File) error {
			w := bufio.NewWriter(c.OutOrStdout())
			to := in(w)
			d, err := report.Diff(c.Context(), resultsOf(c.Context(), was), resultsOf(c.Context(), is), to.change)
			if err != nil {
				return errors.Join(w.Flush(), err)
			}
			return errors.Join(to.end(d), w.Flush())
		})
	})
}

// resultsOf reads results, naming the file in errors.
func resultsOf(ctx context.Context, f *os.File) iter.Seq2[batch.Result, error] {
	return func(yield func(batch.Result, error) bool) {
		for r, err := range report.Results(ctx, f) {
			if err != nil {
				err = fmt.Errorf("reading %s: %w", f.Name(), err)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}
