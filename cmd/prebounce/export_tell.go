package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/suppression"
)

// chosen are the addresses to export.
type chosen = iter.Seq2[suppression.Chosen, error]

// exported is what came of an export.
type exported struct {
	service suppression.Service
	format  suppression.Format
	dir     string
	results string // the file that it is made from
	written suppression.Written
	left    suppression.Left
}

// leftOut is a number of mailboxes that were chosen but not exported.
type leftOut struct {
	Name string `json:"name"`
	N    int    `json:"addresses"`
	why  string
}

// leftOut says what was left out and why, in the order of its weight.
func (e *exported) leftOut() (some []leftOut) {
	for _, l := range []leftOut{
		{"held_back", e.left.Held, "held back by the removal limits of the run: clean with another --resolver, or " +
			"with --yes-remove"},
		{"in_clean", e.left.Clean, "in clean.csv: they are sent to"},
		{"in_review", e.left.Review, "in review.csv: look at them, then add --reason REASON"},
		{"never_asked", e.left.NeverAsked,
			"who may never have been asked: they are not mailed, but that is no opt-out"},
		{"duplicate", e.left.Repeat, "chosen as duplicates only, which says nothing about the address"},
		{"no_address", e.left.Odd, "that are no addresses: the import would fail"},
		{"not_taken", e.written.Left, "that " + e.service.Title + " does not take"},
	} {
		if l.N > 0 {
			some = append(some, l)
		}
	}
	return some
}

func (e *exported) tell(w io.Writer, asJSON bool) error {
	if asJSON {
		return e.tellJSON(w)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range e.written.Files {
		fmt.Fprintf(t, "%s\t%d\t%s\n", report.Plain(e.path(f)), f.Addresses, addressesOf(f))
	}
	for _, l := range e.leftOut() {
		fmt.Fprintf(t, "left out\t%d\t%s\n", l.N, l.why)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(e.written.Files) == 0 {
		_, err := fmt.Fprintln(w, "no address to suppress: no file was written")
		return err
	}
	return e.advise(w)
}

// addressesOf says what a file holds.
func addressesOf(f suppression.File) string {
	if f.Kind == suppression.Bounce {
		return "addresses"
	}
	return f.Kind.String()
}

// advise says what to do with the files of each kind, by the first of them.
func (e *exported) advise(w io.Writer) error {
	var b strings.Builder
	for i, f := range e.written.Files {
		if i > 0 && e.written.Files[i-1].Kind == f.Kind {
			continue
		}
		what := f.Kind.String()
		if more := e.count(f.Kind); more > 1 {
			what += fmt.Sprintf(" (the same for each of the %d files)", more)
		}
		then := strings.NewReplacer("FILE", shellWord(report.Plain(e.path(f))), "NAME",
			f.Name).Replace(e.format.Imports[f.Kind].Then)
		fmt.Fprintf(&b, "\nwhat to do with the %s, in %s\n  %s\n", what, e.service.Title,
			strings.ReplaceAll(then, "\n", "\n  "))
	}
	_, err := io.WriteString(w, b.String()+"\nrests on: "+e.service.Source+" ("+string(e.service.Kind)+", as of "+
		e.service.Date+")\n")
	return err
}

func (e *exported) count(k suppression.Kind) (n int) {
	for _, f := range e.written.Files {
		if f.Kind == k {
			n++
		}
	}
	return n
}

func (e *exported) path(f suppression.File) string { return filepath.Join(e.dir, f.Name) }

// shellWord quotes a path where a shell would take it apart.
func shellWord(path string) string {
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./\\:@%+=,") == "" &&
		path != "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

type exportedFile struct {
	Path      string `json:"path"`
	Kind      string `json:"kind"`
	Addresses int    `json:"addresses"`
	Then      string `json:"then"`
}

func (e *exported) tellJSON(w io.Writer) error {
	out := struct {
		Service string         `json:"service"`
		Files   []exportedFile `json:"files"`
		Left    []leftOut      `json:"left_out"`
	}{e.service.Name, []exportedFile{}, append([]leftOut{}, e.leftOut()...)}
	for _, f := range e.written.Files {
		out.Files = append(out.Files, exportedFile{e.path(f), f.Kind.Name(), f.Addresses,
			e.format.Imports[f.Kind].Then})
	}
	j := json.NewEncoder(w)
	j.SetIndent("", "  ")
	j.SetEscapeHTML(false)
	return j.Encode(out)
}

// gate ends an export from which something was held back.
func (e *exported) gate() error {
	if e.left.Held == 0 {
		return nil
	}
	return &exit{code: exitGate,
		err: errors.New("held back " + strconv.Itoa(e.left.Held) +
			" undeliverable addresses: the run reported implausibly many, and removed none of them"),
		hints: []string{"run clean again with another --resolver HOST, or with --yes-remove if they are really " +
			"dead, and export that"}}
}

// quoted shows what somebody typed.
func quoted(s string) string { return strconv.Quote(s) }

// serviceTable says what the rows of the services rest on.
func serviceTable() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, s := range suppression.Services() {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s: %s\n", s.Name, s.Title, strings.ReplaceAll(formatsOf(s), " or ", ", "),
			s.Kind,
			s.Source)
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}
