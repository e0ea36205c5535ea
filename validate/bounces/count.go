package bounces

import (
	"strings"
	"unicode/utf8"
)

// Count says what was found in an export.
type Count struct {
	Hard   int64 // records of hard bounces
	Soft   int64 // of other bounces: a full mailbox, a block, a deferral, a failure without a reason
	Other  int64 // of deliveries, opens, complaints, and of mail that was never sent
	Passed int64 // lines, or records of JSON, that were not understood
	First  int   // the number of the first of these, from 1

	Unit   string   // what First counts: "line" or "record"
	Format string   // how the export was recognised: a name of [Formats], [Mapped], or "log, mail or list"
	Lines  []string // its first lines, shortened
}

const (
	linesShown  = 3
	longestLine = 100 // octets of a line that is shown
)

// begin notes the first lines of a text.
func (n *Count) begin(text string) {
	n.Unit = "line"
	n.Lines = FirstLines(text)
}

// FirstLines are the first three lines of a text that are not blank, shortened.
func FirstLines(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if len(line) > longestLine {
			cut := longestLine
			for cut > 0 && !utf8.RuneStart(line[cut]) {
				cut--
			}
			line = line[:cut] + "..."
		}
		if lines = append(lines, line); len(lines) == linesShown {
			break
		}
	}
	return lines
}

// add counts an event. A word that neither the mapping's labels nor a reply explain is not understood.
func (n *Count) add(e *Event) {
	switch {
	case e.unclear:
		n.Pass(e.at)
	case e.Fate.Hard():
		n.Hard++
	case e.Fate == Untold, e.Full:
		n.Soft++
	default:
		n.Other++
	}
}

// left counts a record that is not an event: it is about nobody, or tells nothing of how a send went.
func (n *Count) left(e *Event, at int) {
	if e.Address != "" {
		n.Other++
		return
	}
	n.Pass(at)
}

// Pass counts a line or a record that was not understood.
func (n *Count) Pass(at int) {
	if n.Passed++; n.Passed == 1 {
		n.First = at
	}
}

// empty reports whether nothing was found in what is not a table of a known format without rows.
func (n *Count) empty() bool {
	known := n.Format != "" && n.Format != plain
	return n.Hard+n.Soft+n.Other == 0 && (n.Passed > 0 || !known)
}

// Add takes over the counts of another part of the same export.
func (n *Count) Add(more *Count) {
	n.Hard, n.Soft, n.Other = n.Hard+more.Hard, n.Soft+more.Soft, n.Other+more.Other
	if n.Passed == 0 {
		n.First, n.Unit = more.First, more.Unit
	}
	n.Passed += more.Passed
	if n.Format == "" {
		n.Format, n.Lines = more.Format, more.Lines
	}
}
