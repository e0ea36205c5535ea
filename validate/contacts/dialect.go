package contacts

import "bytes"

// dialect is how bytes make records and fields. The cutter and the scanner share it, so they can't disagree.
//
// One rule holds everywhere: a quote opens only as the first byte of a field. The quoted part ends at the
// next quote that is not doubled; what follows up to the delimiter belongs to the field as it is.
type dialect struct {
	delim byte // noDelimiter where every record is a single field
	cr    bool // a lone CR ends a record too
	// lead tells which bytes begin a pair whose second byte may look like the delimiter; nil where none can.
	lead *[256]bool
	// limit bounds a record. What is said about a record depends on no more than so many bytes from its beginning,
	// so it can't depend on where blocks are cut.
	limit int
	inner *dialect // of rows that stand in quotes as a whole; nil: they don't
	sound bool     // every quote that opens is closed: the text is our own
}

const noDelimiter = '\n' // no field holds it unquoted, so it separates nothing

// line returns the length of the first line of b, and of that without its line end. Without a line end the
// first is len(b). Unless b is final, a CR as its last byte ends nothing: an LF may follow.
func (d *dialect) line(b []byte, final bool) (whole, text int, ended bool) {
	var i int
	if d.cr {
		i = bytes.IndexAny(b, "\r\n")
	} else {
		i = bytes.IndexByte(b, '\n')
	}
	switch {
	case i < 0:
		return len(b), len(trimCR(b)), false
	case b[i] == '\n':
		return i + 1, len(trimCR(b[:i])), true
	case i+1 < len(b) && b[i+1] == '\n':
		return i + 2, i, true
	}
	return i + 1, i, final || i+1 < len(b)
}

// trimCR drops the CR of a CRLF, also where the list ends before the LF.
func trimCR(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\r' {
		return b[:n-1]
	}
	return b
}

// trimEnd drops the line end of a record.
func (d *dialect) trimEnd(raw []byte) []byte {
	if n := len(raw); n > 0 && raw[n-1] == '\n' {
		raw = raw[:n-1]
	}
	return trimCR(raw)
}

// lastLine returns the position after the last line end of b, or 0.
func (d *dialect) lastLine(b []byte) int {
	if d.cr {
		return bytes.LastIndexAny(b, "\r\n") + 1
	}
	return bytes.LastIndexByte(b, '\n') + 1
}

var lf, cr, crlf = []byte{'\n'}, []byte{'\r'}, []byte{'\r', '\n'}

// lines counts the line ends of b.
func (d *dialect) lines(b []byte) int {
	n := bytes.Count(b, lf)
	if d.cr {
		n += bytes.Count(b, cr) - bytes.Count(b, crlf)
	}
	return n
}

// index finds the first delimiter of b, or -1.
func (d *dialect) index(b []byte) int {
	if d.lead == nil {
		return bytes.IndexByte(b, d.delim)
	}
	for i := 0; i < len(b); i++ {
		if b[i] == d.delim {
			return i
		}
		if d.lead[b[i]] {
			i++
		}
	}
	return -1
}

// fields counts the fields of an unquoted line.
func (d *dialect) fields(text []byte) int {
	return bytes.Count(text, []byte{d.delim}) + 1
}

// quote is what became of a quote at a field's beginning.
type quote uint8

const (
	closed    quote = iota
	unclosed        // it never ends, or swallows what are other lines
	undecided       // the bytes at hand don't tell
)

// quoted finds the quote that closes the one at b[open]; b begins where the record does. With final no more
// bytes can come.
func (d *dialect) quoted(b []byte, open int, final bool) (end int, q quote) {
	end = closing(b, open+1)
	switch {
	case end >= 0 && (final || end+2 < len(b)):
		if d.swallows(b, open, end) {
			return end, unclosed
		}
		return end, closed
	case final:
		return end, unclosed
	}
	return end, undecided
}

// closing finds the first quote from b[i] on that is not doubled, or -1.
func closing(b []byte, i int) int {
	for {
		j := bytes.IndexByte(b[i:], '"')
		if j < 0 {
			return -1
		}
		i += j
		if i+1 == len(b) || b[i+1] != '"' {
			return i
		}
		i += 2
	}
}

// A cell of many lines with an address in every other and a delimiter in each is not a cell: some quote was
// never closed. Long mail threads in a notes column stay well below.
const (
	manyLines    = 32
	tooManyLines = 256 // here addresses alone are enough
)

// swallows reports whether the quoted part that is said to span b[open:end] rather shows a quote that was never closed.
// One that spans lines must end where a field can end: otherwise its last quote is the beginning of another field.
func (d *dialect) swallows(b []byte, open, end int) bool {
	n := 0
	if !d.sound {
		n = d.lines(b[open:end])
	}
	if n == 0 {
		return false
	}
	if !d.fieldEnds(b[end+1:]) {
		return true
	}
	if n < manyLines || 2*bytes.Count(b[open:end], []byte{'@'}) < n {
		return false
	}
	return n >= tooManyLines || d.fields(b[open:end]) > n
}

// fieldEnds reports whether a field can end before b.
func (d *dialect) fieldEnds(b []byte) bool {
	if len(b) == 0 || b[0] == d.delim || b[0] == '\n' {
		return true
	}
	return b[0] == '\r' && (d.cr || len(b) == 1 || b[1] == '\n')
}
