package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/validate"
)

// page is a manual page in the macros of man(7).
type page struct{ strings.Builder }

// manPage is the page of one command; that of the program has the tables which hold for all.
func manPage(c *cobra.Command) string {
	var p page
	fmt.Fprintf(&p, ".TH %s 1 \"\" prebounce \"User commands\"\n", strings.ToUpper(roff(pageName(c))))
	p.section("NAME")
	p.text(pageName(c) + " - " + c.Short)
	p.section("SYNOPSIS")
	p.text(c.UseLine())
	p.section("DESCRIPTION")
	p.text(firstOf(c.Long, c.Short))
	p.commands(c)
	p.section("OPTIONS")
	c.NonInheritedFlags().VisitAll(p.flag)
	if c.Example != "" {
		p.section("EXAMPLES")
		p.text(c.Example)
	}
	if !c.HasParent() {
		p.reasons()
		p.exits()
	}
	p.seeAlso(c)
	return p.String()
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// roff escapes what means something to roff: backslashes, hyphens that shall stay hyphens, dots and quotes that begin a
// line.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		return `\&` + s
	}
	return s
}

func (p *page) section(name string) { fmt.Fprintf(p, ".SH %s\n", name) }

// text writes paragraphs; lines that are indented keep their ends.
func (p *page) text(text string) {
	filled := true
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if indented := strings.HasPrefix(line, " "); indented == filled && line != "" {
			p.WriteString(map[bool]string{true: ".nf\n", false: ".fi\n"}[indented])
			filled = !indented
		}
		if line == "" {
			p.WriteString(".PP\n")
		} else {
			p.WriteString(roff(line) + "\n")
		}
	}
	if !filled {
		p.WriteString(".fi\n")
	}
}

// item writes a word in bold and what it means.
func (p *page) item(word, meaning string) {
	fmt.Fprintf(p, ".TP\n\\fB%s\\fR\n%s\n", word, roff(meaning))
}

func (p *page) flag(f *pflag.Flag) {
	if f.Hidden || f.Deprecated != "" {
		return
	}
	word := roff("--" + f.Name)
	if f.Shorthand != "" {
		word = roff("-"+f.Shorthand) + `\fR, \fB` + word
	}
	value, usage := pflag.UnquoteUsage(f)
	if value != "" {
		word += ` \fI` + roff(value)
	}
	p.item(word, usage)
}

func (p *page) commands(c *cobra.Command) {
	if len(available(c)) == 0 {
		return
	}
	p.section("COMMANDS")
	for _, sub := range available(c) {
		p.item(roff(sub.Name()), sub.Short)
	}
}

func (p *page) reasons() {
	p.section("REASONS")
	for _, r := range validate.AllReasons() {
		p.item(r.String(), fmt.Sprintf("%s, %s: %s", r.List(), r.Verdict(), r.Sentence()))
	}
}

func (p *page) exits() {
	p.section("EXIT STATUS")
	for _, e := range exits {
		p.item(fmt.Sprint(e.code), e.means)
	}
}

func (p *page) seeAlso(c *cobra.Command) {
	var pages []string
	if c.HasParent() {
		pages = append(pages, roff(pageName(c.Parent()))+"(1)")
	}
	for _, sub := range available(c) {
		pages = append(pages, roff(pageName(sub))+"(1)")
	}
	if len(pages) > 0 {
		p.section("SEE ALSO")
		p.WriteString(strings.Join(pages, ",\n") + "\n")
	}
}
