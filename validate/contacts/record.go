package contacts

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// shape is what the scanner says about one record.
type shape struct {
	size   int // with the line end
	lines  int // line ends, also inside quotes
	fields int
	state  state
}

type state uint8

const (
	whole   state = iota
	broken        // a quote opens in its last line and is never closed
	partial       // it goes on behind the bytes at hand
)

// numbers are the fields to take out of a record, ascending.
type numbers []int

// every takes all of them.
var every = numbers{-1}

// next tells whether field n is wanted; fields must come in order.
func (w *numbers) next(n int) bool {
	switch {
	case len(*w) == 0:
		return false
	case (*w)[0] == n:
		*w = (*w)[1:]
		return true
	}
	return (*w)[0] < 0
}

// record takes apart the record at the front of b and appends the wanted fields to out, as they stand. With final, b is all
// there is. Where no more quotes come, which is nearly everywhere, it need not go from field to field.
func (d *dialect) record(b []byte, final bool, want numbers, out [][]byte) (shape, [][]byte) {
	size, text, ended := d.line(b, final)
	rec := shape{lines: btoi(ended)}
	for at, look := 0, true; ; {
		if look && d.plain(b[at:text], want) {
			rec.fields, out = d.pick(b[at:text], rec.fields, want, out)
			return rec.ending(size, ended || final), out
		}
		behind, q := at, closed // what is quoted
		if look = at < text && b[at] == '"'; look {
			behind, q = d.quoted(b, at, final)
			behind++
		}
		if q != closed {
			return d.unfinished(b, at, q, final), out
		}
		if behind > text { // it went on in another line
			rec.lines = d.lines(b[:behind])
			size, text, ended = d.line(b[behind:], final)
			size, text, rec.lines = size+behind, text+behind, rec.lines+btoi(ended)
		}
		stop := text
		i := d.index(b[behind:text])
		if i >= 0 {
			stop = behind + i
		}
		if want.next(rec.fields) {
			out = append(out, b[at:stop])
		}
		rec.fields++
		if i < 0 {
			return rec.ending(size, ended || final), out
		}
		at = stop + 1
	}
}

// plain tells whether the rest of a line can be taken apart by its delimiters alone.
func (d *dialect) plain(rest []byte, want numbers) bool {
	return d.lead == nil && (len(want) == 0 || want[0] >= 0) && bytes.IndexByte(rest, '"') < 0
}

// pick appends the wanted fields of text without quotes, which begins with field at, and returns the number of the field behind the
// last. Fields are short, so it looks for delimiters in eight bytes at a time: those equal to one become zero, and of each byte that
// isn't zero the top bit is set by the sum, or was.
func (d *dialect) pick(text []byte, at int, want numbers, out [][]byte) (int, [][]byte) {
	const ones, low = 0x0101010101010101, 0x7F7F7F7F7F7F7F7F
	start := 0
	for i := 0; i < len(text) && len(want) > 0; i += 8 {
		word := eight(text, i) ^ ones*uint64(d.delim)
		found := ^((word&low + low) | word | low)
		if left := len(text) - i; left < 8 {
			found &= 1<<(8*left) - 1
		}
		if n := bits.OnesCount64(found); at+n < want[0] { // nothing wanted begins here
			at, start = at+n, max(start, i+8-bits.LeadingZeros64(found)>>3)
			continue
		}
		for ; found != 0; found &= found - 1 {
			end := i + bits.TrailingZeros64(found)>>3
			if len(want) > 0 && want[0] == at {
				out, want = append(out, text[start:end]), want[1:]
			}
			start = end + 1
			at++
		}
	}
	if len(want) > 0 && want[0] == at {
		out = append(out, text[start:])
	}
	return at + d.fields(text[start:]), out
}

// eight are the bytes of text from i on, be there as many or not.
func eight(text []byte, i int) (word uint64) {
	if i+8 <= cap(text) {
		return binary.LittleEndian.Uint64(text[i : i+8])
	}
	for j, c := range text[i:] {
		word |= uint64(c) << (8 * j)
	}
	return word
}

// unfinished is a record with a quote at b[at] that does not close. One that never will makes its line unreadable.
func (d *dialect) unfinished(b []byte, at int, q quote, final bool) shape {
	if q == undecided {
		return shape{size: len(b), state: partial}
	}
	n, _, ended := d.line(b[at:], final)
	return shape{size: at + n, lines: d.lines(b[:at+n]), state: stateOf(broken, ended || final)}
}

// ending is the shape with its size; certain means that no more bytes can belong to it.
func (s shape) ending(size int, certain bool) shape {
	s.size, s.state = size, stateOf(whole, certain)
	return s
}

func stateOf(s state, certain bool) state {
	if certain {
		return s
	}
	return partial
}

// unquote returns what a field says. It writes to scratch only where quotes are doubled or text follows the quoted part.
func unquote(field, scratch []byte) (text, used []byte) {
	if len(field) == 0 || field[0] != '"' {
		return field, scratch
	}
	end := closing(field, 1)
	if end < 0 { // can't be: the scanner saw it close
		return field, scratch
	}
	inner, rest := field[1:end], field[end+1:]
	if len(rest) == 0 && bytes.IndexByte(inner, '"') < 0 {
		return inner, scratch
	}
	from := len(scratch)
	for {
		i := bytes.IndexByte(inner, '"')
		if i < 0 {
			break
		}
		scratch = append(scratch, inner[:i+1]...)
		inner = inner[i+2:]
	}
	scratch = append(append(scratch, inner...), rest...)
	return scratch[from:], scratch
}
