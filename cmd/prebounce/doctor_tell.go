package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/report"
)

// diagnosis is all that was found. Its JSON form has stable names.
type diagnosis struct {
	Result  identity.Result `json:"result"` // the gravest of all
	Reports []examination   `json:"reports"`
	Unseen  []unseen        `json:"not_seen"` // what providers ask for and nobody sees from outside

	each bool // mails are judged each for itself: what providers ask of bulk senders does not matter
}

type examination struct {
	Of       string             `json:"of"` // "sender" or "message"
	Name     string             `json:"name"`
	Envelope *sandbox.Message   `json:"envelope,omitempty"` // of an attempt that the sandbox saw
	Content  *mailContent       `json:"content,omitempty"`  // of its mail
	Result   identity.Result    `json:"result"`
	Findings []identity.Finding `json:"findings"`

	session string // of an attempt that failed, to be shown to a person
}

type unseen struct {
	Provider string `json:"provider"`
	Asks     string `json:"asks"`
	Source   string `json:"source"`
}

func (d *diagnosis) add(of, name string, r identity.Report) {
	d.Result = max(d.Result, r.Worst())
	d.Reports = append(d.Reports, examination{Of: of, Name: name, Result: r.Worst(), Findings: r.Findings})
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
		if len(r.Checks) == 0 && !d.each {
			d.Unseen = append(d.Unseen, unseen{r.Provider, r.Asks, r.Source})
		}
	}
}

// diagnosisFormats write a diagnosis, by the name of the format.
var diagnosisFormats = map[string]func(*diagnosis, io.Writer) error{
	"text":  func(d *diagnosis, w io.Writer) error { return d.text(w, false) },
	"json":  (*diagnosis).json,
	"sarif": (*diagnosis).sarif,
	"junit": (*diagnosis).junit,
}

// diagnosisNames are the formats as --format shows and completes them.
var diagnosisNames = []string{"text", "json", "sarif", "junit"}

// write tells it in a format.
func (d *diagnosis) write(w io.Writer, format string, verbose bool) error {
	d.complete()
	if format == "text" {
		return d.text(w, verbose)
	}
	return diagnosisFormats[format](d, w)
}

func checkDiagnosisFormat(format string) error {
	if _, known := diagnosisFormats[format]; known {
		return nil
	}
	return usageError(fmt.Errorf("invalid format %q", format), "--format "+strings.Join(diagnosisNames, "|"))
}

// graveness is the order in which a person reads findings.
var graveness = []identity.Result{identity.Fail, identity.Unchecked, identity.Warn, identity.OK}

// text tells a diagnosis to a person: what is amiss at length, and what is well in a line unless all is wanted.
func (d *diagnosis) text(w io.Writer, verbose bool) error {
	var b strings.Builder
	for _, e := range d.Reports {
		e.text(&b, verbose)
	}
	for _, u := range d.Unseen {
		if !verbose {
			break
		}
		fmt.Fprintf(&b, "not seen   %s asks for %s\n", u.Provider, u.Asks)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (e *examination) text(b *strings.Builder, verbose bool) {
	if e.session != "" {
		fmt.Fprintf(b, "%s\n\n%s\n", e.line(), e.session)
		return
	}
	fmt.Fprintf(b, "%s %s: %s\n\n", e.Of, report.Plain(e.Name), e.verdict())
	findings := slices.Clone(e.Findings)
	slices.SortStableFunc(findings, func(a, b identity.Finding) int {
		return cmp.Compare(slices.Index(graveness, a.Result), slices.Index(graveness, b.Result))
	})
	var well, sums []string
	for _, f := range findings {
		switch {
		case verbose || (f.Result != identity.OK && len(f.Because) == 0):
			findingText(b, f)
		case f.Result == identity.OK:
			well = append(well, f.Check)
		default:
			sums = append(sums, fmt.Sprintf("%-10s %s: %s\n", f.Result, f.Check, report.Plain(f.Says)))
		}
	}
	if len(sums) > 0 {
		fmt.Fprintln(b, strings.Join(sums, ""))
	}
	if len(well) > 0 {
		fmt.Fprintf(b, "ok         %s\n\n", strings.Join(slices.Compact(well), ", "))
	}
}

func (e *examination) verdict() string {
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
