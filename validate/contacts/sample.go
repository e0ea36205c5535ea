package contacts

import (
	"bytes"
	"math"
)

const (
	headSize    = 1 << 20  // what is read to find out about a list
	dialectSize = 64 << 10 // what is enough for its delimiter, unless it holds very few records
	sampleRows  = 1000
)

// entry is a record of the head.
type entry struct {
	at, size int // where it stands
	cells    [][]byte
	broken   bool
}

// sample takes apart the whole records of head, at most so many. With eof the list ends where head does.
func (d *dialect) sample(head []byte, eof bool, decode *decoder, most int) (entries []entry) {
	for at := 0; at < len(head) && len(entries) < most; {
		rec, fields := d.record(head[at:], eof || d.full(head[at:]), every, nil)
		if rec.state == partial {
			break
		}
		e := entry{at: at, size: rec.size, broken: rec.state == broken}
		if !e.broken && !d.blank(head[at:at+rec.size]) {
			for _, f := range fields {
				cell, _ := decode.cell(f, nil)
				e.cells = append(e.cells, cell)
			}
		}
		entries = append(entries, e)
		at += rec.size
	}
	return entries
}

// commonWidth is the number of fields that most rows have, and the share of the rows that have it. Rows of one field count
// only where there are no others.
func commonWidth(entries []entry) (width int, share float64) {
	counts := map[int]int{}
	rows := 0
	for _, e := range entries {
		if n := len(e.cells); n > 0 {
			counts[n]++
			rows++
		}
	}
	for n, count := range counts {
		if n > 1 && (count > counts[width] || width <= 1 || count == counts[width] && n > width) {
			width = n
		}
	}
	if width == 0 {
		return 1, 1
	}
	return width, float64(counts[width]) / float64(rows)
}

// withAddress is the share of rows in which some field is an address and nothing else.
func withAddress(entries []entry) float64 {
	rows, with := 0, 0
	for _, e := range entries {
		rows += btoi(len(e.cells) > 0)
		with += btoi(holdsAddress(e.cells))
	}
	return float64(with) / float64(max(rows, 1))
}

func holdsAddress(cells [][]byte) bool {
	for _, c := range cells {
		if isAddress(bytes.TrimSpace(c)) {
			return true
		}
	}
	return false
}

// delimiters that lists are known to have. Another one has to be named.
var delimiters = []byte{',', ';', '\t', '|'}

// sniff finds delimiter and line ends. A delimiter is the likelier the more rows agree on the number of their fields, the
// more fields that are, and the more rows then show an address that fills a field.
func (d *dialect) sniff(head []byte, eof bool, lead *[256]bool) dialect {
	best, most := *d, -1.0
	for _, cr := range lineEnds(head) {
		for _, delim := range append([]byte{noDelimiter}, d.candidates()...) {
			try := d.with(delim, cr, lead)
			if s := try.score(head, eof); s > most {
				best, most = try, s
			}
		}
	}
	return best
}

// with is the dialect with these marks. Second bytes of pairs begin at '@', so delimiters below are safe from them.
func (d *dialect) with(delim byte, cr bool, lead *[256]bool) dialect {
	if delim < '@' {
		lead = nil
	}
	return dialect{delim: delim, cr: cr, lead: lead, limit: d.limit}
}

// candidates are the delimiters to try: all, or the one that is known.
func (d *dialect) candidates() []byte {
	if d.delim != 0 {
		return []byte{d.delim}
	}
	return delimiters
}

func (d *dialect) score(head []byte, eof bool) float64 {
	part, all := head, eof
	if len(head) > dialectSize {
		part, all = head[:dialectSize], false
	}
	entries := d.sample(part, all, nil, sampleRows)
	if len(entries) < 10 && len(part) < len(head) {
		entries = d.sample(head, eof, nil, 10)
	}
	width, share := commonWidth(entries)
	addresses := 0.25 + withAddress(entries)
	if width == 1 {
		return 0.5 * addresses * float64(btoi(d.delim == noDelimiter))
	}
	return share * math.Log2(float64(width)) * addresses
}

// lineEnds lists what to try: does a lone CR end a record?
func lineEnds(head []byte) []bool {
	pairs := bytes.Count(head, crlf)
	lone, feeds := bytes.Count(head, cr)-pairs, bytes.Count(head, lf)
	switch {
	case lone == 0:
		return []bool{false}
	case feeds == 0 || lone > 9*feeds:
		return []bool{true}
	}
	return []bool{false, true}
}

// separatorLine reads a spreadsheet's sep= line. Its size is 0 if there is none.
func separatorLine(head []byte) (delim byte, size int) {
	d := dialect{cr: bytes.IndexByte(head, '\n') < 0}
	n, text, _ := d.line(head)
	line := bytes.Trim(head[:text], `"`)
	if len(line) != len("sep=;") || !bytes.EqualFold(line[:4], []byte("sep=")) {
		return 0, 0
	}
	if c := line[4]; c == '"' || c >= 0x80 || c < ' ' && c != '\t' || isLetterOrDigit(c) {
		return 0, 0
	}
	return line[4], n
}
