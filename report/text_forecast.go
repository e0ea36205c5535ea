package report

import (
	"fmt"
	"strings"
)

// forecast tells verdict, rates and steps, if there is a forecast.
func (t *teller) forecast(b *strings.Builder) {
	if t.Risk == nil {
		return
	}
	title, says := t.headline()
	fmt.Fprintf(b, "\nforecast: %s\n", lowerFirst(Plain(title)))
	for _, s := range says {
		fmt.Fprintf(b, "  %s\n", Plain(s))
	}
	if s := t.settle(); !s.empty() {
		fmt.Fprintf(b, "\n%s, cheapest first\n", strings.ToLower(s.Title))
		for _, p := range s.Points {
			fmt.Fprintf(b, "  - %s\n", Plain(p))
		}
	}
	for _, s := range present(t.rates(), t.steps()) {
		s.text(b)
	}
	if card := t.card(); len(card.Says) > 0 {
		sentences(b, strings.ToLower(card.Title), card.Says)
	}
	if len(t.scenes()) > 0 {
		fmt.Fprintf(b, "\n  %s\n", simulated)
	}
	sentences(b, "mind", t.Risk.Warnings)
}

// lowerFirst writes the first letter small.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// text writes the first table, which is the one that counts, then what there is to say of it.
func (s *section) text(b *strings.Builder) {
	for _, g := range s.Tables[:min(len(s.Tables), 1)] {
		g.text(b)
	}
	for i, line := range s.Says {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "  %s\n", Plain(line))
	}
}

func (g *grid) text(b *strings.Builder) {
	t := table{g.Head}
	for _, row := range g.Rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, Plain(c))
		}
		t.row(cells...)
	}
	b.WriteString("\n")
	t.write(b, g.Right...)
}
