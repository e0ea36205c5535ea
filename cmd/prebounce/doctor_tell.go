package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/report"
)

// diagnosis is all that was found. Its JSON form has stable names.
type diagnosis struct {
	Result  identity.Result `json:"result"` // the gravest of all
	Reports []examination   `json:"reports"`
	Unseen  []unseen        `json:"not_seen"` // what providers ask for and nobody sees from outside
}

type examination struct {
	Of       string             `json:"of"` // "sender" or "message"
	Name     string             `json:"name"`
	Result   identity.Result    `json:"result"`
	Findings []identity.Finding `json:"findings"`
}

type unseen struct {
	Provider string `json:"provider"`
	Asks     string `json:"asks"`
	Source   string `json:"source"`
}

func (d *diagnosis) add(of, name string, r identity.Report) {
	d.Result = max(d.Result, r.Worst())
	d.Reports = append(d.Reports, examination{of, name, r.Worst(), r.Findings})
}

// exit is how the command ends.
func (d *diagnosis) exit() error {
	switch d.Result {
	case identity.Fail:
		return &exit{code: exitGate}
	case identity.Unchecked:
		return &exit{code: exitCurable}
	}
	return nil
}

// complete adds what can't be seen.
func (d *diagnosis) complete() {
	d.Unseen = []unseen{}
	for _, r := range identity.Requirements() {
		if len(r.Checks) == 0 {
			d.Unseen = append(d.Unseen, unseen{r.Provider, r.Asks, r.Source})
		}
	}
}

func diagnosisAsJSON(w io.Writer, d diagnosis) error {
	j := json.NewEncoder(w)
	j.SetEscapeHTML(false)
	j.SetIndent("", "  ")
	return j.Encode(d)
}

// graveness is the order in which a person reads findings.
var graveness = []identity.Result{identity.Fail, identity.Unchecked, identity.Warn, identity.OK}

// text tells a diagnosis to a person: what is amiss at length, what is well in a line.
func (o *doctor) text(w io.Writer, d diagnosis) error {
	var b strings.Builder
	for _, e := range d.Reports {
		fmt.Fprintf(&b, "%s %s: %s\n\n", e.Of, report.Plain(e.Name), verdictOn(e))
		findings := slices.Clone(e.Findings)
		slices.SortStableFunc(findings, func(a, b identity.Finding) int {
			return cmp.Compare(slices.Index(graveness, a.Result), slices.Index(graveness, b.Result))
		})
		var well []string
		for _, f := range findings {
			if f.Result == identity.OK && !o.verbose {
				well = append(well, f.Check)
				continue
			}
			findingText(&b, f)
		}
		if len(well) > 0 {
			fmt.Fprintf(&b, "ok         %s\n\n", strings.Join(slices.Compact(well), ", "))
		}
	}
	for _, u := range d.Unseen {
		fmt.Fprintf(&b, "not seen   %s asks for %s\n", u.Provider, u.Asks)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func verdictOn(e examination) string {
	counts := map[identity.Result]int{}
	for _, f := range e.Findings {
		counts[f.Result]++
	}
	var said []string
	for _, r := range graveness {
		if counts[r] > 0 {
			said = append(said, fmt.Sprintf("%d %s", counts[r], r))
		}
	}
	return strings.Join(said, ", ")
}

// findingText shows the evidence verbatim, but for what a terminal would take for a command.
func findingText(b *strings.Builder, f identity.Finding) {
	fmt.Fprintf(b, "%-10s %s: %s\n", f.Result, f.Check, report.Plain(f.Says))
	line := func(text string) { fmt.Fprintf(b, "           %s\n", report.Plain(text)) }
	for _, e := range f.Evidence {
		line("  " + e)
	}
	if f.Result == identity.Fail {
		for _, c := range f.Replies[:min(len(f.Replies), 2)] {
			line("servers say: " + strings.ReplaceAll(c.Reply, "\n", " "))
		}
	}
	if f.Next != "" {
		line("next: " + f.Next)
	}
	b.WriteByte('\n')
}
