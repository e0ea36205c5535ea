package report

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// Text writes the summary of a finished run, without any address. dir is where its outputs are.
func Text(w io.Writer, r *Result, dir string) error {
	var b strings.Builder
	t := newTeller(r)
	r = t.result
	s := r.Summary
	t.verdict(&b)
	next := t.next()
	next.text(&b)
	for i, line := range t.stated() {
		b.WriteString([]string{"\n", ""}[min(i, 1)] + Plain(line) + "\n")
	}
	t.figures(&b)
	b.WriteString("\n")
	layout(&b, s)
	lists(&b, s)
	sentences(&b, "", t.differences())
	braked(&b, s)
	several(&b, s)
	for _, list := range []validate.List{validate.Removed, validate.Review, validate.Clean} {
		reasons(&b, list, s.Reasons)
	}
	domains(&b, s)
	asked(&b, t)
	t.past(&b)
	sentences(&b, "notes", notes(s))
	sentences(&b, "not checked", s.NotChecked)
	told := t.own(b.String()) + fmt.Sprintf("\noutputs in %s\n", Plain(dir)+string(filepath.Separator))
	_, err := io.WriteString(w, told)
	return err
}

// layout says how the list was read. A guessed encoding is among the notes.
func layout(b *strings.Builder, s *batch.Summary) {
	fmt.Fprintf(b, "%s: addresses from %s", Plain(s.List), columns(s.Layout.Columns))
	if len(s.Layout.Left) > 0 {
		fmt.Fprintf(b, ", not from %s", columns(s.Layout.Left))
	}
	if !s.Layout.Guessed && s.Layout.Encoding != "UTF-8" {
		fmt.Fprintf(b, "; read as %s", s.Layout.Encoding)
	}
	b.WriteString("\n\n")
}

func columns(names []string) string {
	var out []string
	for _, n := range names[:min(len(names), shown)] {
		out = append(out, `"`+Plain(n)+`"`)
	}
	if more := len(names) - len(out); more > 0 {
		out = append(out, "and "+strconv.Itoa(more)+" more")
	}
	return strings.Join(out, ", ")
}

func lists(b *strings.Builder, s *batch.Summary) {
	var t Table
	for _, l := range listsOf(s) {
		t.Row(l.name, number(l.rows), l.what)
	}
	t.Write(b, "  ", 1)
}

// braked names what the brake held back from being removed.
func braked(b *strings.Builder, s *batch.Summary) {
	if !s.Brake.Pulled {
		return
	}
	var t Table
	t.Row("held back", number(s.Brake.Removed), "of "+number(s.Brake.Distinct)+
		" addresses: reported as undeliverable, but too many to believe")
	b.WriteString("\n")
	t.Write(b, "  ", 1)
}

// listCount is how many records came to one place.
type listCount struct {
	name string
	rows int64
	what string
}

// listsOf says where the records went. What there seldom is stays out if there is none.
func listsOf(s *batch.Summary) (out []listCount) {
	for _, l := range []listCount{
		{"clean", s.Clean, "no problems found"},
		{"review", s.Review, "look through these before you send"},
		{"removed", s.Removed, "would not arrive, or must not be mailed"},
		{"rejected", s.Rejected, "can't be read: rejected.csv says where and why"},
		{"other", s.Other, "header, titles, blank lines: " + otherKept(s)},
		{"read", s.Read, ""},
	} {
		if l.rows > 0 || (l.name != "rejected" && l.name != "other") {
			out = append(out, l)
		}
	}
	return out
}

// reasons tells why rows went to a list. For clean rows without any finding it prints nothing.
func reasons(b *strings.Builder, list validate.List, all []batch.ReasonCount) {
	var t Table
	for _, r := range all {
		if r.List == list {
			t.Row(number(r.Rows), r.Reason.String(), r.Sentence)
		}
	}
	if len(t) == 0 || (list == validate.Clean && len(t) == 1 && t[0][1] == validate.NotProbed.String()) {
		return
	}
	fmt.Fprintf(b, "\n%s, because\n", list)
	t.Write(b, "  ", 0)
}

// shown is how many columns, domains and operators fit the screen; the JSON has more.
const shown = 5

// domains shows where the rows of the largest domains and operators went, in one table. What has a single row
// is left out.
func domains(b *strings.Builder, s *batch.Summary) {
	var t Table
	for _, group := range []struct {
		title  string
		counts []batch.DomainCount
	}{{"domains", s.Domains}, {"operators", beyond(s.Operators, s.Domains)}} {
		counts := group.counts[:min(shown, len(group.counts))]
		if len(counts) == 0 || counts[0].Rows == 1 {
			continue
		}
		if len(t) > 0 {
			t.Row()
		}
		t.Row(group.title, "rows", "clean", "review", "removed")
		for _, c := range counts {
			if c.Rows > 1 {
				t.Row("  "+domainForPeople(c.Name), number(c.Rows), orDash(c.Clean), orDash(c.Review),
					orDash(c.Removed))
			}
		}
	}
	if len(t) > 0 {
		b.WriteString("\n")
		t.Write(b, "", 1, 2, 3, 4)
	}
}

// asked says what asking mail hosts came to, and where it ended early.
func asked(b *strings.Builder, t *teller) {
	says := t.sample().Says
	if s := t.asked(); !s.empty() {
		says = append(append(s.Says, says...), s.Points...)
	}
	sentences(b, "asked", says)
}

// beyond leaves out operators that run their own domain alone: that line stands among the domains.
func beyond(operators, domains []batch.DomainCount) []batch.DomainCount {
	return slices.DeleteFunc(slices.Clone(operators), func(o batch.DomainCount) bool {
		return slices.Contains(domains,
			o)
	})
}

// orDash is a number, or a dash for none: what is there stands out.
func orDash(n int64) string {
	if n == 0 {
		return "-"
	}
	return number(n)
}

// notes are what the person should know about the reading.
func notes(s *batch.Summary) (out []string) {
	out = append(out, s.Notes...)
	var total int64
	var repairs []string
	for _, r := range s.Repairs {
		total += r.Rows
		repairs = append(repairs, number(r.Rows)+" "+r.Name)
	}
	if total > 0 {
		out = append(out, plural(total, "address", "addresses")+" cleared of other text"+left(s)+": "+
			strings.Join(repairs, "; "))
	}
	return append(append(out, typos(s)...), tidying(s)...)
}

// typos tells the most common ones, and what corrects them.
func typos(s *batch.Summary) []string {
	if len(s.Typos) == 0 {
		return nil
	}
	var all []string
	for _, t := range s.Typos {
		said := number(t.Rows) + " " + t.Typed
		if t.Meant != "" {
			said += " for " + t.Meant
		}
		all = append(all, said)
	}
	out := []string{"the most common typos: " + strings.Join(all, "; ")}
	if s.Corrected > 0 {
		return append(out, plural(s.Corrected, "row with a proven typo is", "rows with a proven typo are")+
			" corrected in "+
			output(&s.Layout, "corrected")+": check them before you send")
	}
	return append(out, "--fix-typos writes rows with a proven typo, corrected, to "+output(&s.Layout, "corrected"))
}

// left says that rows stay as they are, unless the person wanted it otherwise.
func left(s *batch.Summary) string {
	if s.Repaired > 0 {
		return ""
	}
	return "; the rows are unchanged"
}

// tidying says which cells imports may refuse, and what was or could be done about them.
func tidying(s *batch.Summary) (out []string) {
	clean := output(&s.Layout, "clean")
	for _, r := range s.Reasons {
		if r.Reason == validate.OtherColumn && r.List == validate.Review {
			out = append(out, plural(r.Rows, "row of review has its address", "rows of review have their address")+
				" in another column of the same person: --repair moves it, and the row goes to "+clean)
		}
	}
	switch {
	case s.Repaired > 0:
		return append(out, plural(s.Repaired, "cell", "cells")+" of "+clean+
			" changed: each now holds only its address (--repair)")
	case s.Untidy > 0:
		return append(out, plural(s.Untidy, "address cell", "address cells")+" of "+clean+
			" with more than the address, which many imports refuse: --repair leaves only the address")
	}
	return out
}

func sentences(b *strings.Builder, title string, lines []string) {
	for i, l := range lines {
		if i == 0 && title != "" {
			fmt.Fprintf(b, "\n%s\n", title)
		}
		fmt.Fprintf(b, "  %s\n", Plain(l))
	}
}

// otherKept says what became of records that are not rows.
func otherKept(s *batch.Summary) string {
	mixed := slices.ContainsFunc(s.Lists,
		func(l batch.ListSummary) bool { return l.Layout.RowsOnly != s.Layout.RowsOnly })
	switch {
	case mixed:
		return "kept where the outputs are text"
	case s.Layout.RowsOnly:
		return "the outputs keep only the header"
	}
	return "kept in " + output(&s.Layout, "clean")
}

// output is the file name of one of the lists; with several lists of different formats, what to call them all.
func output(l *batch.ListLayout, list string) string {
	switch {
	case list == "rejected":
		return "rejected.csv"
	case l.Outputs == batch.AnyExtension:
		return "the " + list + " files"
	}
	return list + "." + cmp.Or(l.Outputs, "csv")
}
