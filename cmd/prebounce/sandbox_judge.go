package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/report"
)

// diagnose judges the accepted mails. A refused attempt has been judged already.
func (o *inbox) diagnose(ctx context.Context, e *identity.Examiner, dir string, mails []sandbox.Stored) (d diagnosis) {
	d.Reports = []examination{}
	d.each = !slices.Contains(o.checks, "bulk")
	var letters []identity.Letter
	for _, m := range mails {
		if m.Outcome == sandbox.Accepted {
			letters = append(
				letters, identity.Letter{Text: m.Text, IP: m.Client, HELO: m.HELO, Sender: "<" + m.From + ">"},
			)
		}
	}
	reports := e.Messages(ctx, letters)
	for i := range mails {
		m := &mails[i]
		var findings identity.Report
		if m.Outcome == sandbox.Accepted {
			findings, reports = only(reports[0], e.Checks), reports[1:]
		}
		d.add("message", m.Name, findings)
		last := &d.Reports[len(d.Reports)-1]
		last.Envelope = &m.Message
		switch {
		case o.format == "json":
			last.Content = contentOf(dir, m)
		case o.show && m.Outcome != sandbox.Accepted:
			last.session = sessionOf(dir, m.Name)
		}
		if last.Findings == nil {
			last.Findings = []identity.Finding{}
		}
	}
	return d
}

// sessionOf is the session of an attempt for a person to read.
func sessionOf(dir, name string) string {
	transcript, err := sandbox.Transcript(dir, name)
	if err != nil {
		return "its session could not be read: " + report.Plain(err.Error()) + "\n"
	}
	var b strings.Builder
	for line := range strings.Lines(transcript) {
		b.WriteString("  " + report.Plain(strings.TrimRight(line, "\r\n")) + "\n")
	}
	return b.String()
}

// chosen are the names of the checks that were asked for; if none was, of all but those for bulk mail.
func (o *inbox) chosen() (checks []string) {
	for name, check := range messageChecks {
		if asked := len(o.checks) > 0; (asked && slices.Contains(o.checks, name)) ||
			(!asked && name != "bulk" && name != "unsubscribe") {
			checks = append(checks, check)
		}
	}
	return checks
}

// only leaves the findings of these checks.
func only(r identity.Report, checks []string) identity.Report {
	return identity.Report{
		Findings: slices.DeleteFunc(
			r.Findings, func(f identity.Finding) bool { return !slices.Contains(checks, f.Check) },
		),
	}
}

// tell lists the attempts, or shows those that were named.
func (o *inbox) tell(c *cobra.Command, d diagnosis) error {
	if o.show {
		return d.write(c.OutOrStdout(), o.format, o.verbose)
	}
	if len(d.Reports) == 0 {
		say(c.ErrOrStderr(), "no attempts to show")
	}
	for _, e := range d.Reports {
		if _, err := fmt.Fprintln(c.OutOrStdout(), e.line()); err != nil {
			return err
		}
	}
	return nil
}

// line is an attempt in one line: of an accepted one the result and the subject, of another one its outcome and the
// reply.
func (e *examination) line() string {
	m := e.Envelope
	result, about := e.Result.String(), (&sandbox.Stored{Message: *m}).Subject()
	if m.Outcome != sandbox.Accepted {
		result, about = string(m.Outcome), strings.ReplaceAll(m.Reply, "\n", " ")
	}
	var to []string
	for _, r := range m.Recipients {
		address := r.Address
		if m.Outcome == sandbox.Accepted && !r.Accepted {
			address += " (refused)"
		}
		to = append(to, address)
	}
	if len(to) == 0 {
		to = m.To
	}
	return fmt.Sprintf("%s  %s  %-9s  %s -> %s  %s", e.Name, m.Received.UTC().Format("2006-01-02 15:04:05"), result,
		report.Plain("<"+m.From+">"), report.Plain(strings.Join(to, ", ")), report.Plain(about))
}
