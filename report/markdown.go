package report

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Markdown writes the result for a ticket or a wiki, with all its tables.
func Markdown(w io.Writer, r *Result) error {
	t := newTeller(r)
	var b strings.Builder
	title, says := t.headline()
	paragraphs(&b, t.stated())
	fmt.Fprintf(&b, "# %s\n\n%s · %s\n\n", md(title), md(t.own(r.List)), md(t.when()))
	paragraphs(&b, says)
	for _, a := range t.alarms() {
		fmt.Fprintf(&b, "> **Mind:** %s\n\n", md(a))
	}
	for _, s := range append(t.first(), t.rest()...) {
		s.markdown(&b)
	}
	paragraphs(&b, t.footer())
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

func paragraphs(b *strings.Builder, says []string) {
	for _, s := range says {
		b.WriteString(md(s) + "\n\n")
	}
}

func (s *section) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "## %s\n\n", md(s.Title))
	paragraphs(b, s.Says)
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

// Beside markup proper: "@" and "://" and "www." are what GitHub and GitLab make mentions and links of.
var markup = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "#", `\#`, "~", `\~`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "@", "&#64;", "://", "&#58;//", "www.", "www&#46;")
