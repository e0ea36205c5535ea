package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/fleet"
	"github.com/prebounce/prebounce/report"
)

func fleetPlanCommand() *cobra.Command {
	var o cleaning
	o.workers = 1
	c := &cobra.Command{
		Use:   "plan LIST...",
		Short: "Say how long a fleet takes for a list, before anything is rented",
		Long: "Plan reads a list, looks up its domains, and says for each operator how long probing takes with so many " +
			"workers,\nand from how many on more of them do not help. It asks no mail server and writes nothing.",
		Example: "  prebounce fleet plan contacts.csv --workers 4",
		Args:    checkPaths,
		RunE: func(c *cobra.Command, args []string) error {
			if o.workers < 1 {
				return usageError(fmt.Errorf("invalid --workers %d: want 1 or more", o.workers), "--workers 4")
			}
			o.plan, o.probeAll, o.needs = true, true, true
			return o.run(c, args)
		},
	}
	all := &cobra.Command{}
	o.flags(all) // with their defaults
	f := c.Flags()
	for _, name := range planFlags {
		f.AddFlag(all.Flags().Lookup(name))
	}
	f.IntVar(&o.workers, "workers", 4, "plan for `N` workers, each with an address of its own")
	return c
}

// planFlags are those of clean that say what is asked, and of whom.
var planFlags = []string{"column", "sheet", "delimiter", "encoding", "suppress", "operators", "resolver", "store",
	"no-store", "pace", "allow-private-networks", "json"}

// fleetPlanned is a plan for a fleet as JSON.
type fleetPlanned struct {
	Workers   int           `json:"workers"`
	Takes     time.Duration `json:"takes_ns"`
	Enough    int           `json:"enough"` // workers, beyond which more don't help at all
	Operators []fleet.Need  `json:"operators"`
}

// tellNeeds says what a fleet takes for a plan.
func tellNeeds(w io.Writer, plan *probe.Plan, rules *probe.Rules, workers int, asJSON bool) error {
	if rules == nil {
		rules = probe.DefaultRules()
	}
	needs, takes := fleet.Needs(plan.Parts(), rules, workers)
	enough := fleet.Enough(plan.Parts(), rules)
	if asJSON {
		return json.NewEncoder(w).Encode(fleetPlanned{workers, takes, enough, append([]fleet.Need{}, needs...)})
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "operator\tRCPTs\twith %d\tat best\tmore stop helping at\t\n", workers)
	for i, n := range needs {
		if i == mostParts {
			fmt.Fprintf(out, "%d more\t\t\t\t\t\n", len(needs)-i)
			break
		}
		fmt.Fprintf(out, "%s\t%d\t%s\t%s\t%d\t\n", report.Plain(n.Operator), n.RCPTs, span(n.Takes), span(n.Least), n.Enough)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d workers with an address each take at least %s. More than %d do not make it faster.\n"+
		"Nothing was sent.\n", workers, span(takes), enough)
	return err
}
