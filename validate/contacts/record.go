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

// every asks for all fields of a record.
var every = []int{-1}

// record takes apart the record at the front of b and appends the fields whose numbers are in want (ascending) to out,
// as they stand. With final, b is all there is.
func (d *dialect) record(b []byte, final bool, want []int, out [][]byte) (shape, [][]byte) {
	n, text, ended := d.line(b)
	if d.lead == nil && bytes.IndexByte(b[:n], '"') < 0 && len(want) > 0 && want[0] >= 0 {
		rec := shape{size: n, fields: d.fields(b[:text])}
		if !ended && !final {
			rec.state = partial
		}
		return rec, d.pick(b[:text], want, out)
	}
	return d.walk(b, final, want, out)
}

// pick appends the wanted fields of a line without quotes.
func (d *dialect) pick(text []byte, want []int, out [][]byte) [][]byte {
	at := 0
	for _, w := range want {
		for ; at < w; at++ {
			i := bytes.IndexByte(text, d.delim)
			if i < 0 {
				return out
			}
			text = text[i+1:]
		}
		field := text
		if i := bytes.IndexByte(text, d.delim); i >= 0 {
			field = text[:i]
		}
		out = append(out, field)
	}
	return out
}

// walk goes from field to field.
func (d *dialect) walk(b []byte, final bool, want []int, out [][]byte) (shape, [][]byte) {
	rec := shape{}
	size, text, ended := d.line(b)
	for at := 0; ; rec.fields++ {
		skip := 0 // the quoted part
		if at < text && b[at] == '"' {
			end, q := d.quoted(b, at, final)
			if q == undecided {
				return shape{size: len(b), state: partial}, out
			}
			if q == unclosed {
				n, ended := d.wholeLine(b[at:], final)
				return shape{size: at + n, state: stateOf(broken, ended || final)}, out
			}
			skip = end + 1 - at
			if at+skip > text {
				size, text, ended = d.line(b[at+skip:])
				size, text = size+at+skip, text+at+skip
			}
		}
		i := d.index(b[at+skip : text])
		stop := text
		if i >= 0 {
			stop = at + skip + i
		}
		if len(want) > 0 && (want[0] == rec.fields || want[0] < 0) {
			out = append(out, b[at:stop])
			if want[0] >= 0 {
				want = want[1:]
			}
		}
		if i < 0 {
			rec.fields++
			rec.size, rec.state = size, stateOf(whole, ended || final)
			return rec, out
		}
		at = stop + 1
	}
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
