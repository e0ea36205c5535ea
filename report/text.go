package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// Text tells a finished run on one screen. dir is where its outputs are.
func Text(w io.Writer, s *batch.Summary, dir string) error {
	var b strings.Builder
	layout(&b, s)
	lists(&b, s)
	reasons(&b, s)
	domains(&b, "domains", s.Domains)
	domains(&b, "operators", s.Operators)
	sentences(&b, "notes", notes(s))
	sentences(&b, "not checked", s.NotChecked)
	fmt.Fprintf(&b, "\noutputs in %s\n", Plain(dir)+string(filepath.Separator))
	_, err := io.WriteString(w, b.String())
	return err
}

// layout says how the list was read.
func layout(b *strings.Builder, s *batch.Summary) {
	fmt.Fprintf(b, "%s: %s records, %s", Plain(s.List), number(s.Read), s.Layout.Encoding)
	if s.Layout.Guessed {
		b.WriteString(" (a guess)")
	}
	if len(s.Layout.Columns) > 0 {
		fmt.Fprintf(b, "; addresses from %s", quoted(s.Layout.Columns))
	}
	if len(s.Layout.Left) > 0 {
		fmt.Fprintf(b, "; not read: %s", quoted(s.Layout.Left))
	}
	b.WriteString("\n\n")
}

func quoted(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, `"`+Plain(n)+`"`)
	}
	return strings.Join(out, ", ")
}

func lists(b *strings.Builder, s *batch.Summary) {
	t := table(b)
	for _, l := range []struct {
		name string
		rows int64
		what string
	}{
		{"clean", s.Clean, "nothing speaks against sending"},
		{"review", s.Review, "look at these before you send"},
		{"removed", s.Removed, "won't arrive, or must not be sent to"},
		{"rejected", s.Rejected, "can't be read as rows"},
		{"other", s.Other, "header, titles, blank lines; kept in clean.csv"},
		{"read", s.Read, ""},
	} {
		if l.rows > 0 || l.name != "rejected" {
			fmt.Fprintf(t, "  %s\t%s\t  %s\n", l.name, number(l.rows), l.what)
		}
	}
	t.Flush()
}

func reasons(b *strings.Builder, s *batch.Summary) {
	if len(s.Reasons) == 0 {
		return
	}
	b.WriteString("\nwhy\n")
	t := table(b)
	for _, r := range s.Reasons {
		fmt.Fprintf(t, "  %s\t%s\t  %s: %s\n", r.List, number(r.Rows), r.Reason, r.Sentence)
	}
	t.Flush()
}

// shown is how many domains and operators fit the screen; the JSON has more.
const shown = 6

func domains(b *strings.Builder, title string, counts []batch.DomainCount) {
	if len(counts) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	t := table(b)
	for _, c := range counts[:min(shown, len(counts))] {
		fmt.Fprintf(t, "  %s\t%s\t  %s\n", Plain(c.Name), number(c.Rows), parts(c))
	}
	t.Flush()
}

// parts tells where the rows of a domain went, unless all are clean.
func parts(c batch.DomainCount) string {
	var out []string
	for _, p := range []struct {
		list validate.List
		rows int64
	}{{validate.Review, c.Review}, {validate.Removed, c.Removed}} {
		if p.rows > 0 {
			out = append(out, number(p.rows)+" "+p.list.String())
		}
	}
	return strings.Join(out, ", ")
}

// notes are what the person should know about the reading.
func notes(s *batch.Summary) (out []string) {
	out = append(out, s.Notes...)
	for _, r := range s.Repairs {
		out = append(out, fmt.Sprintf("%s addresses were repaired: %s", number(r.Rows), r.Name))
	}
	return out
}

func sentences(b *strings.Builder, title string, lines []string) {
	for i, l := range lines {
		if i == 0 {
			fmt.Fprintf(b, "\n%s\n", title)
		}
		fmt.Fprintf(b, "  %s\n", Plain(l))
	}
}

// table lines up columns, numbers to the right.
func table(b *strings.Builder) *tabwriter.Writer {
	return tabwriter.NewWriter(b, 0, 0, 1, ' ', 0)
}

// number writes 1234567 as 1,234,567.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
