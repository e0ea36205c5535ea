package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/facts"
)

// cacheLimitsCommand shows what keeps the next run from asking.
func cacheLimitsCommand(path *string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "limits",
		Short: "Show recent questions, running probes and cool-downs",
		Long: "Limits shows what bounds the next run: how many recipients were asked about in the last minute, " +
			"hour and day, by mail server (rcpt), by operator " +
			"and in all; which operators a run is asking now, and until when its lease lasts; and which operators " +
			"refused us, with the end of their cool-down.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, *path, func(s *facts.Store) error {
				l, err := s.Limits(c.Context(), time.Now())
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(c.OutOrStdout()).Encode(l)
				}
				return printLimits(c.OutOrStdout(), l)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func printLimits(w io.Writer, l facts.Limits) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-44s %11s %9s %8s\n", "counts", "last minute", "last hour", "last day")
	for _, n := range l.Counts {
		fmt.Fprintf(&b, "  %-42s %11d %9d %8d\n", report.Plain(n.Key), n.Minute, n.Hour, n.Day)
	}
	b.WriteString("leases\n")
	for _, o := range l.Leases {
		fmt.Fprintf(&b, "  %s until %s\n", report.Plain(o.Operator), o.Until.Format(time.RFC3339))
	}
	b.WriteString("cool-downs\n")
	for _, r := range l.Resting {
		fmt.Fprintf(&b, "  %s until %s: %s\n", report.Plain(r.Operator), r.Until.Format(time.RFC3339),
			report.Plain(r.Why))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
