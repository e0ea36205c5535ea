package report

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Markdown writes the report for a ticket or a wiki, with all its tables.
func Markdown(w io.Writer, r *Result) error {
	t := newTeller(r)
	r = t.result
	var b strings.Builder
	title, says := t.headline()
	fmt.Fprintf(&b, "# %s\n\n%s · %s\n\n", md(title), md(t.own(r.List)), md(t.when()))
	paragraphs(&b, says)
	for _, a := range t.alarms() {
		fmt.Fprintf(&b, "> **Warning:** %s\n\n", md(a))
	}
	next := t.next()
	next.markdown(&b, "##")
	for _, s := range t.stated() {
		paragraphs(&b, []string{upperFirst(s)})
	}
	all := append(t.first(), t.rest()...)
	for _, s := range all {
		s.markdown(&b, "##")
	}
	t.markdownNumbers(&b, all)
	paragraphs(&b, t.footer())
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

func paragraphs(b *strings.Builder, says []string) {
	for _, s := range says {
		b.WriteString(md(s) + "\n\n")
	}
}

// markdownNumbers writes what is for those who want to check the figures.
func (t *teller) markdownNumbers(b *strings.Builder, all []section) {
	var numbers []section
	for _, s := range all {
		if len(s.Numbers) > 0 {
			numbers = append(numbers, section{Title: s.Title, Tables: s.Numbers})
		}
	}
	if numbers = append(numbers, t.numbers()...); len(numbers) > 0 {
		b.WriteString("## The numbers\n\n")
	}
	for _, s := range numbers {
		s.markdown(b, "###")
	}
}

func (s *section) markdown(b *strings.Builder, level string) {
	if len(s.Says)+len(s.Steps)+len(s.Points)+len(s.Tables) == 0 {
		return
	}
	fmt.Fprintf(b, "%s %s\n\n", level, md(s.Title))
	paragraphs(b, s.Says)
	for i, step := range s.Steps {
		step.markdown(b, i+1)
	}
	if len(s.Steps) > 0 {
		b.WriteString("\n")
	}
	for _, g := range s.Tables {
		g.markdown(b)
	}
	for _, p := range s.Points {
		b.WriteString("- " + md(p) + "\n")
	}
	if len(s.Points) > 0 {
		b.WriteString("\n")
	}
}

// markdown writes a step, its files linked.
func (s *step) markdown(b *strings.Builder, n int) {
	fmt.Fprintf(b, "%d. %s", n, md(s.Do))
	for i, f := range s.Files {
		b.WriteString([]string{" ", ", "}[min(i, 1)])
		if f.Href == "" {
			b.WriteString(md(f.Name))
		} else {
			fmt.Fprintf(b, "[%s](%s)", md(f.Name), markdownHref.Replace(f.Href))
		}
	}
	b.WriteString(md(s.More))
	if s.Type != "" {
		b.WriteString(" Type: " + md(s.Type))
	}
	b.WriteString("\n")
	for _, a := range s.Answers {
		fmt.Fprintf(b, "   - %s\n", md(a))
	}
}

// markdownHref escapes what would end a link.
var markdownHref = strings.NewReplacer("(", "%28", ")", "%29", "[", "%5B", "]", "%5D", "'", "%27", "@", "%40", "*",
	"%2A", "~", "%7E", "&", "%26")

func (g *grid) markdown(b *strings.Builder) {
	if g.Title != "" {
		fmt.Fprintf(b, "**%s**\n\n", md(g.Title))
	}
	rule := make([]string, len(g.Head))
	for i := range rule {
		rule[i] = "---"
		if slices.Contains(g.Right, i) {
			rule[i] = "--:"
		}
	}
	cells(b, escaped(g.Head))
	cells(b, rule)
	for _, row := range g.Rows {
		cells(b, escaped(row))
	}
	b.WriteString("\n")
	if g.Note != "" {
		b.WriteString(md(g.Note) + "\n\n")
	}
}

func cells(b *strings.Builder, row []string) { b.WriteString("| " + strings.Join(row, " | ") + " |\n") }

func escaped(row []string) []string {
	out := make([]string, len(row))
	for i, s := range row {
		out[i] = md(s)
	}
	return out
}

// md writes text so that Markdown shows it as it is: neither markup nor HTML nor a link, and on one line.
func md(s string) string {
	if ownName.MatchString(s) && !strings.HasPrefix(s, "www.") {
		return s
	}
	return markup.Replace(Plain(s))
}

// ownName is what our own names look like, which need no escapes within words.
var ownName = regexp.MustCompile(`^[a-z0-9]+([._][a-z0-9]+)*$`)

// Besides markup proper: "@" and "://" and "www." are what GitHub and GitLab make mentions and links of.
var markup = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "#",
	`\#`, "~", `\~`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "@", "&#64;", "://", "&#58;//", "www.", "www&#46;")
