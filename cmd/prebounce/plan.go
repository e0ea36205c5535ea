package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/report"
)

// mostParts is how many operators a plan shows; the smaller ones are summed up.
const mostParts = 20

// tellPlan says what asking would cost, and where it decides nothing. Of a sample it is the first round.
func tellPlan(w io.Writer, plan *probe.Plan, s *report.Sampler) error {
	parts := plan.Parts()
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "operator\taddresses\tdomains\tRCPTs\tsessions\tat least\t")
	rest := probe.Part{}
	rcpts, sessions := 0, 0
	for i, p := range parts {
		rcpts, sessions = rcpts+p.Asked, sessions+p.Sessions
		if i < mostParts {
			fmt.Fprintf(out, "%s\t%d\t%d\t%d\t%d\t%s\t%s\n", report.Plain(p.Operator), p.Questions, p.Domains, p.Asked,
				p.Sessions, span(p.Takes), p.Undecided)
			continue
		}
		rest.Questions, rest.Domains, rest.Asked, rest.Sessions = rest.Questions+p.Questions, rest.Domains+p.Domains,
			rest.Asked+p.Asked, rest.Sessions+p.Sessions
		rest.Takes = max(rest.Takes, p.Takes)
	}
	if n := len(parts) - mostParts; n > 0 {
		fmt.Fprintf(out, "%d more\t%d\t%d\t%d\t%d\t%s\t\n", n, rest.Questions, rest.Domains, rest.Asked, rest.Sessions,
			span(rest.Takes))
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if plan.Beyond > 0 {
		fmt.Fprintf(w, "\n%d addresses exceed the budget.\n", plan.Beyond)
	}
	says := fmt.Sprintf("Probing %d addresses takes up to %d RCPTs in at least %d sessions and at least %s at the "+
		"polite pace.",
		plan.Questions, rcpts, sessions, span(plan.Takes()))
	if s != nil {
		says = "A sample: " + firstRound(plan, s) + "."
	}
	_, err := fmt.Fprintf(w, "\n%s\nNothing was sent.\n", says)
	return err
}

// planned is a plan as JSON.
type planned struct {
	Questions int           `json:"questions"`
	Beyond    int           `json:"beyond_budget"`
	RCPTs     int           `json:"rcpts"`    // at most
	Sessions  int           `json:"sessions"` // at least
	Takes     time.Duration `json:"takes_ns"` // at least
	Sample    bool          `json:"sample"`   // it is the first round of a sample
	Operators []probe.Part  `json:"operators"`
}

// tellPlanJSON says the same to a machine.
func tellPlanJSON(w io.Writer, plan *probe.Plan, s *report.Sampler) error {
	p := planned{Questions: plan.Questions, Beyond: plan.Beyond, Takes: plan.Takes(), Sample: s != nil,
		Operators: append([]probe.Part{}, plan.Parts()...)}
	for _, part := range p.Operators {
		p.RCPTs, p.Sessions = p.RCPTs+part.Asked, p.Sessions+part.Sessions
	}
	return json.NewEncoder(w).Encode(p)
}

// firstRound says what a sample will cost.
func firstRound(plan *probe.Plan, s *report.Sampler) string {
	rcpts := 0
	for _, p := range plan.Parts() {
		rcpts += p.Asked
	}
	says := []string{fmt.Sprintf("%d addresses first, with up to %d RCPTs in %s at least", plan.Questions, rcpts,
		span(plan.Takes()))}
	if n := s.Likely(); n > int64(plan.Questions) {
		says = append(says, fmt.Sprintf("about %d addresses are likely to settle it", n))
	}
	if n := s.Goal().Budget; n > 0 {
		says = append(says, fmt.Sprintf("%d RCPTs at most in all", n))
	}
	return strings.Join(says, "; ")
}

// span is a time as people say it, rounded up.
func span(d time.Duration) string {
	switch {
	case d == 0:
		return "-"
	case d < time.Minute:
		return fmt.Sprintf("%d s", (d+time.Second-1)/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", (d+time.Minute-1)/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", (d+time.Hour-1)/time.Hour)
	}
	return fmt.Sprintf("%d days", (d+24*time.Hour-1)/(24*time.Hour))
}
