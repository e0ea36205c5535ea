package contacts

import (
	"bytes"
	"math"
	"slices"
	"strings"
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
	var fields, cells [][]byte // of one record, and of all
	for at := 0; at < len(head) && len(entries) < most; {
		var rec shape
		rec, fields, _ = d.apart(head[at:], eof || d.full(head[at:]), every, fields[:0], nil)
		if rec.state == partial && d.hides(head[at:]) {
			rec, fields, _ = d.apart(head[at:], true, every, fields[:0], nil)
		}
		if rec.state == partial {
			break
		}
		e := entry{at: at, size: rec.size, broken: rec.state == broken}
		if !e.broken && !d.blank(head[at:at+rec.size]) {
			first := len(cells)
			for _, f := range fields {
				cell, _ := decode.cell(f, nil)
				cells = append(cells, cell)
			}
			e.cells = cells[first:len(cells):len(cells)]
		}
		entries = append(entries, e)
		at += rec.size
	}
	return entries
}

// hides reports whether b, a record that doesn't end in the head, holds rows: then its quote is one that is
// never closed.
func (d *dialect) hides(b []byte) bool {
	n := d.lines(b)
	return n >= tooManyLines && 2*bytes.Count(b, []byte{'@'}) >= n
}

// commonWidth is the number of fields that most rows have, and the share of the rows that have it. Rows of
// one field count only where there are no others.
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
		if n > 1 && (count > counts[width] || width <= 1 || (count == counts[width] && n > width)) {
			width = n
		}
	}
	if width == 0 {
		return 1, 1
	}
	return width, float64(counts[width]) / float64(rows)
}

// withAddress is the share of rows in which some field is an address, or several, and nothing else.
func withAddress(entries []entry) float64 {
	rows, with := 0, 0
	for _, e := range entries {
		rows += btoi(len(e.cells) > 0)
		with += btoi(holdsAddress(e.cells) || slices.ContainsFunc(e.cells, onlyAddresses))
	}
	return float64(with) / float64(max(rows, 1))
}

// onlyAddresses reports whether a cell is made of addresses.
func onlyAddresses(cell []byte) bool {
	return bytes.IndexByte(cell, '@') >= 0 && eachIsAddress(Addresses(nil, cell))
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

// sniff finds delimiter and line ends. A delimiter is the likelier the more rows agree on the number of their
// fields, the more fields that are, and the more rows then show an address that fills a field. Lone CRs end
// records if rows then agree better.
func (d *dialect) sniff(head []byte, eof bool, lead *[256]bool) dialect {
	best, most := *d, -1.0
	for _, delim := range append([]byte{noDelimiter}, d.candidates()...) {
		if try, score := d.fitEnds(delim, head, eof, lead); score > most {
			best, most = try, score
		}
	}
	return best
}

// fitEnds finds the line ends that go best with a delimiter.
func (d *dialect) fitEnds(delim byte, head []byte, eof bool, lead *[256]bool) (best dialect, score float64) {
	agreed := -1.0
	for _, cr := range lineEnds(head) {
		try := d.with(delim, cr, lead)
		if share, s := try.fit(head, eof); share > agreed {
			best, agreed, score = try, share, s
		}
	}
	return best, score
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

// fit tells which share of the rows agrees, and how likely the dialect is in all.
func (d *dialect) fit(head []byte, eof bool) (share, score float64) {
	part, all := head, eof
	if len(head) > dialectSize {
		part, all = head[:dialectSize], false
	}
	entries := d.sample(part, all, nil, sampleRows)
	if len(entries) < 10 && len(part) < len(head) {
		entries = d.sample(head, eof, nil, 10)
	}
	width, share := commonWidth(entries)
	shown := 0.25 + withAddress(entries) + 0.5*float64(btoi(usualName(entries)))
	if width > 1 && loneName(entries) {
		return share, 0
	}
	if width == 1 {
		return share, 0.5 * shown * float64(btoi(d.delim == noDelimiter))
	}
	return share, share * math.Log2(float64(width)) * shown
}

// loneName reports whether the header is the usual name of an address column and nothing else: then what
// could separate columns separates the addresses of a cell.
func loneName(entries []entry) bool {
	lone := false
	for _, e := range entries[:min(len(entries), titleLines)] {
		named := namesAddress(e.cells)
		if named && len(e.cells) > 1 {
			return false
		}
		lone = lone || (named && len(e.cells) == 1 && rankName(string(e.cells[0])) == rankExact)
	}
	return lone
}

// usualName reports whether one of the first records has the usual name of an address column in a field of its own.
func usualName(entries []entry) bool {
	for _, e := range entries[:min(len(entries), titleLines)] {
		for _, c := range e.cells {
			if rankName(string(c)) == rankExact {
				return true
			}
		}
	}
	return false
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

// separatorLine reads a spreadsheet's sep= line, which may be quoted. Its size is 0 if there is none.
func separatorLine(head []byte) (delim byte, size int) {
	d := dialect{cr: bytes.IndexByte(head, '\n') < 0}
	n, text, _ := d.line(head, true)
	line := head[:text]
	if q := len(line) - 1; q > 0 && line[0] == '"' && line[q] == '"' {
		line = line[1:q]
	}
	const mark = "sep="
	if len(line) != len(mark)+1 || !strings.EqualFold(string(line[:len(mark)]), mark) || !canDelimit(line[len(mark)]) {
		return 0, 0
	}
	return line[len(mark)], n
}

// canDelimit reports whether c may stand between fields.
func canDelimit(c byte) bool {
	return c == '\t' || (c >= ' ' && c < 0x7F && c != '"' && !isLetterOrDigit(c))
}
