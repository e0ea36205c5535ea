package report

import (
	"slices"
	"strconv"
	"strings"
)

// Table is rows of cells to line up.
type Table [][]string

func (t *Table) Row(cells ...string) { *t = append(*t, cells) }

// Write lines up the columns, those named to the right, two blanks apart. Each line begins with the indent.
func (t Table) Write(b *strings.Builder, indent string, right ...int) {
	widths := t.widths()
	for _, row := range t {
		line := ""
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-width(cell))
			if slices.Contains(right, i) {
				line += pad + cell + "  "
			} else {
				line += cell + pad + "  "
			}
		}
		b.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
}

func (t Table) widths() (widths []int) {
	for _, row := range t {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], width(cell))
		}
	}
	return widths
}

func width(s string) int { return len([]rune(s)) }

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// Number writes 1234567 as 1,234,567.
func Number(n int64) string { return number(n) }

// number is [Number].
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
