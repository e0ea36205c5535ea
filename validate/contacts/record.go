package contacts

import "bytes"

// shape is what the scanner says about one record.
type shape struct {
	size   int // with the line end
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

// next reports whether field n is wanted; fields must come in order.
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

// record takes apart the record at the front of b and appends the wanted fields to out, as they stand. With
// final, b is all there is.
func (d *dialect) record(b []byte, final bool, want numbers, out [][]byte) (shape, [][]byte) {
	var rec shape
	size, text, ended := d.line(b, final)
	for at := 0; ; {
		behind, q := at, closed // what is quoted
		if at < text && b[at] == '"' {
			behind, q = d.quoted(b, at, final)
			behind++
		}
		if q != closed {
			return d.unfinished(b, at, q, final), out
		}
		if behind > text { // it went on in another line
			size, text, ended = d.line(b[behind:], final)
			size, text = size+behind, text+behind
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

// unfinished is a record with a quote at b[at] that does not close. One that never will makes its line unreadable.
func (d *dialect) unfinished(b []byte, at int, q quote, final bool) shape {
	if q == undecided {
		return shape{size: len(b), state: partial}
	}
	n, _, ended := d.line(b[at:], final)
	return shape{size: at + n, state: stateOf(broken, ended || final)}
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

// unquote returns what a field says. It writes to scratch only where quotes are doubled or text follows the
// quoted part.
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
