package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// verdict says what the run comes to, on the first lines.
func (t *teller) verdict(b *strings.Builder) {
	title, says := t.headline()
	if t.result.Risk != nil {
		title = "forecast: " + lowerFirst(title)
	}
	fmt.Fprintf(b, "%s\n", Plain(title))
	for _, s := range says {
		fmt.Fprintf(b, "  %s\n", Plain(s))
	}
	for _, a := range t.alarms() {
		fmt.Fprintf(b, "\nWARNING: %s\n", Plain(a))
	}
}

// figures tells rates and steps, if there is a forecast.
func (t *teller) figures(b *strings.Builder) {
	if t.result.Risk == nil {
		return
	}
	for _, s := range present(t.rates(), t.steps()) {
		s.text(b)
	}
}

// upperFirst writes the first letter large.
func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// lowerFirst writes the first letter small.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// text writes the title, the steps, the first table, which is the one that counts, and what there is to say of it.
func (s *section) text(b *strings.Builder) {
	if s.empty() {
		return
	}
	fmt.Fprintf(b, "\n%s\n", lowerFirst(s.Title))
	for i, step := range s.Steps {
		fmt.Fprintf(b, "  %d. %s\n", i+1, Plain(step.words()))
		for _, a := range step.Answers {
			fmt.Fprintf(b, "       %s\n", Plain(a))
		}
	}
	for _, g := range s.Tables[:min(len(s.Tables), 1)] {
		g.text(b)
	}
	for _, line := range s.Says {
		fmt.Fprintf(b, "  %s\n", Plain(line))
	}
}

func (g *grid) text(b *strings.Builder) {
	t := Table{g.Head}
	for _, row := range g.Rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, Plain(c))
		}
		t.Row(cells...)
	}
	t.Write(b, "  ", g.Right...)
}
