package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report/compare"
)

func diffCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Compare two finished runs address by address",
		Long: "Diff compares the results.csv of the folders OLD and NEW, address by address:\n\n" +
			"  dead       undeliverable now, and not before\n" +
			"  held       undeliverable now, but NEW met its removal limit and removed none (exit 4): check DNS\n" +
			"  recovered  undeliverable before; newer evidence disagrees\n" +
			"  unsettled  undeliverable before; NEW did not ask, or got no answer\n" +
			"  moved      another operator runs the mail hosts\n\n" +
			"Text shows counts without addresses; csv and json have one line per address whose status changed.",
		Example: "  prebounce diff october-prebounce november-prebounce\n  prebounce diff october-prebounce " +
			"november-prebounce --format csv >changes.csv",
		Args: exactly(2),
		RunE: func(c *cobra.Command, args []string) error { return runDiff(c, args[0], args[1], format) },
	}
	c.Flags().StringVar(&format, "format", "text", "print the changes as `text`, csv or json")
	completeFormats(c, "text", "csv", "json")
	return c
}

// differ writes changes as they come, and then the counts.
type differ struct {
	change func(compare.Change) error
	end    func(*compare.Difference) error
}

// differs make the writers of the formats.
var differs = map[string]func(io.Writer) differ{
	"text": func(w io.Writer) differ {
		return differ{func(compare.Change) error { return nil },
			func(d *compare.Difference) error { return compare.Text(w, d) }}
	},
	"csv": func(w io.Writer) differ {
		change, end := compare.CSV(w)
		return differ{change, func(*compare.Difference) error { return end() }}
	},
	"json": func(w io.Writer) differ {
		change, end := compare.JSON(w)
		return differ{change, end}
	},
}

func runDiff(c *cobra.Command, older, newer, format string) error {
	in, ok := differs[format]
	if !ok {
		return usageError(fmt.Errorf("unknown format %q", format), "prebounce diff OLD NEW --format text|csv|json")
	}
	return withResults(c.Context(), older, func(was results) error {
		return withResults(c.Context(), newer, func(is results) error {
			w := bufio.NewWriter(c.OutOrStdout())
			to := in(w)
			d, err := compare.Diff(c.Context(), was, is, to.change)
			if err != nil {
				return errors.Join(w.Flush(), err)
			}
			return errors.Join(to.end(d), w.Flush())
		})
	})
}
