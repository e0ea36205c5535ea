package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/fleet"
	"github.com/prebounce/prebounce/report"
)

func fleetCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "fleet",
		Short: "Probe from several machines: the server, its state, a plan",
		Long: "Fleet runs the server that hands questions from clean and check to workers (prebounce worker), shows " +
			"how they are,\nand says how many of them a list needs. prebounce help fleet tells how to begin.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(fleetServeCommand(), fleetStatusCommand(), fleetDrainCommand(), fleetPlanCommand())
	return c
}

// fleetServing are the flags of fleet serve.
type fleetServing struct {
	fleet.Serving
	operators string // file
}

func fleetServeCommand() *cobra.Command {
	var o fleetServing
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the server of a fleet",
		Long: "Serve hands questions to workers and keeps the limits that hold for all of them. It writes a file for " +
			"the machine with the lists\n(coordinator.fleet) and one for each worker (NAME.fleet) to --dir: they hold " +
			"address, certificate and key.\nIt stores questions and answers encrypted, and cannot read them.",
		Example: "  prebounce fleet serve --dir fleet --advertise fleet.example.com --worker one --worker two",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	f := c.Flags()
	f.StringVar(&o.Dir, "dir", "", "keep questions, limits, certificate and keys in `DIR`")
	f.StringVar(&o.Listen, "listen", "127.0.0.1:4222", "listen at `ADDRESS:PORT`; port 0 is any free one")
	f.StringVar(&o.Host, "advertise", "", "the `NAME` or address by which the others reach this machine")
	f.StringArrayVar(&o.Workers, "worker", nil, "make a file with a key for worker `NAME` (repeatable)")
	f.StringVar(&o.operators, "operators", "",
		"replace rows of the table of operators (whom to ask, how much, how fast) by those of `FILE`, for the whole fleet")
	f.StringVar(&o.Cluster, "nats", "", "set up an existing NATS server with JetStream at `URL` instead of running one")
	f.Float64Var(&o.Pace, "pace", 1, "for labs: divide every wait and multiply every limit by `FACTOR`; loopback only")
	return c
}

func (o *fleetServing) run(c *cobra.Command) error {
	if (o.Dir == "") == (o.Cluster == "") {
		return usageError(errors.New("a fleet's server needs a folder of its own, or a NATS server that exists"),
			"prebounce fleet serve --dir fleet --worker one --worker two")
	}
	if o.Pace <= 0 {
		return usageError(fmt.Errorf("invalid --pace %v: want a number above 0", o.Pace), "--pace 100")
	}
	if o.operators != "" {
		text, err := os.ReadFile(o.operators)
		if err != nil {
			return err
		}
		o.Operators = string(text)
	}
	return fleet.Serve(c.Context(), o.Serving, func(files []string) {
		for _, file := range files {
			fmt.Fprintln(c.OutOrStdout(), file)
		}
		if len(files) == 0 {
			say(c.ErrOrStderr(), "fleet: ready at the NATS server")
			return
		}
		say(c.ErrOrStderr(), "fleet: listening; give each machine its file, and nobody else")
	})
}

// fleetPlace is the flag that says which fleet.
func fleetPlace(c *cobra.Command, place *string) {
	c.Flags().StringVar(place, "fleet", "",
		"use the fleet of `FILE|URL`: a file that fleet serve wrote, or tls://SECRET@HOST:PORT")
}

func joinFleet(c *cobra.Command, place string) (*fleet.Conn, error) {
	if place == "" {
		return nil, usageError(errors.New("which fleet?"), "--fleet coordinator.fleet, a file that fleet serve wrote")
	}
	return fleet.Dial(c.Context(), place)
}

func fleetStatusCommand() *cobra.Command {
	var place string
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Show workers, queues, limits and cool-downs of a fleet",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conn, err := joinFleet(c, place)
			if err != nil {
				return err
			}
			defer conn.Close()
			s, err := conn.Status(c.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(s)
			}
			return tellStatus(c.OutOrStdout(), &s)
		},
	}
	fleetPlace(c, &place)
	c.Flags().BoolVar(&asJSON, "json", false, "print the status as JSON")
	return c
}

func tellStatus(w io.Writer, s *fleet.Status) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "worker\taddress\tHELO\tbatches\twaiting\tanswered\tstate\t")
	for _, i := range s.Workers {
		state := "asking"
		if i.Draining {
			state = "draining"
		}
		if i.Unfit != "" {
			state = "unfit: " + i.Unfit
		}
		if len(i.Operators) > 0 {
			state += ", only " + strings.Join(i.Operators, " ")
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%d\t%d\t%d\t%s\t\n", report.Plain(i.Name), report.Plain(i.From),
			report.Plain(i.HELO), i.Batches, i.Waiting, i.Answered, report.Plain(state))
	}
	fmt.Fprintln(out, "\nqueue\twaiting\tat work\t")
	for _, q := range s.Queues {
		fmt.Fprintf(out, "%s\t%d\t%d\t\n", report.Plain(q.Name), q.Waiting, q.AtWork)
	}
	fmt.Fprintln(out, "\noperator\tlast hour\tlast day\t")
	for _, l := range s.Limits {
		fmt.Fprintf(out, "%s\t%d of %d\t%d of %d\t\n", report.Plain(l.Operator), l.Hour, l.MostHour, l.Day, l.MostDay)
	}
	for _, r := range s.Cooling {
		operator, from := r.Operator, r.From
		if operator == "" {
			operator = "every operator"
		}
		if from == "" {
			from = "every address"
		}
		fmt.Fprintf(out, "\n%s is not asked from %s until %s: %s\n", report.Plain(operator), report.Plain(from),
			r.Until.Format(time.DateTime), report.Plain(r.Why))
	}
	if s.TimeLeft > 0 {
		fmt.Fprintf(out, "\nAt this pace about %s are left.\n", span(s.TimeLeft))
	}
	return out.Flush()
}

func fleetDrainCommand() *cobra.Command {
	var place string
	c := &cobra.Command{
		Use:   "drain WORKER",
		Short: "Let a worker finish what it holds, and end",
		Args:  exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			conn, err := joinFleet(c, place)
			if err != nil {
				return err
			}
			defer conn.Close()
			return conn.Drain(c.Context(), args[0])
		},
	}
	fleetPlace(c, &place)
	return c
}

// journalOf is the file in which a run over this output folder keeps what it takes to go on after a kill.
func journalOf(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return fleetFile(abs)
}
