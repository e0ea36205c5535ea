package contacts

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/prebounce/prebounce/validate/contacts/xlsx"
)

// deepest is how deep objects are taken apart. What lies deeper is one value, as JSON.
const deepest = 8

// walker goes through the values of an object by their paths: contact.email is the field email of the field contact.
type walker struct {
	path []byte
	see  func(path, value []byte)
}

// object walks the object at b[i], which json.Valid has passed, and returns what is behind it.
func (w *walker) object(b []byte, i, depth int) int {
	for i = blanks(b, i+1); b[i] != '}'; {
		end := stringEnd(b, i)
		had := len(w.path)
		if had > 0 {
			w.path = append(w.path, '.')
		}
		w.path = append(w.path, text(b[i:end])...)
		i = blanks(b, blanks(b, end)+1) // behind the colon
		if b[i] == '{' && depth < deepest {
			i = w.object(b, i, depth+1)
		} else {
			end = valueEnd(b, i)
			w.see(w.path, b[i:end])
			i = end
		}
		w.path = w.path[:had]
		if i = blanks(b, i); b[i] == ',' {
			i = blanks(b, i+1)
		}
	}
	return i + 1
}

func blanks(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// stringEnd is the position behind the string at b[i].
func stringEnd(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// valueEnd is the position behind the value at b[i].
func valueEnd(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = stringEnd(b, i) - 1
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				return i + max(depth+1, 0)
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// text is what a JSON string says: a part of it, if nothing in it is escaped.
func text(s []byte) []byte {
	inner := s[1 : len(s)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	var out string
	if json.Unmarshal(s, &out) != nil {
		return inner
	}
	return []byte(out)
}

// isObject reports whether a line is an object.
func isObject(line []byte) bool {
	i := blanks(line, 0)
	return i < len(line) && line[i] == '{' && json.Valid(line)
}

// mostDigits is how many digits of a number a spreadsheet keeps.
const mostDigits = 15

// cellOf is what a JSON value is in a table. An array of plain values becomes one text.
func cellOf(value []byte) xlsx.Cell {
	switch value[0] {
	case '"':
		return xlsx.Cell{Text: text(value)}
	case 'n':
		return xlsx.Cell{}
	case 't', 'f':
		return xlsx.Cell{Kind: xlsx.Bool, Text: bytes.ToUpper(value)}
	case '[':
		return xlsx.Cell{Text: joined(value)}
	case '{':
		return xlsx.Cell{Text: value}
	}
	if len(value) > mostDigits {
		return xlsx.Cell{Text: value}
	}
	return xlsx.Cell{Kind: xlsx.Number, Text: value}
}

// joined joins the values of an array by semicolons. One that holds arrays or objects stays JSON.
func joined(array []byte) (out []byte) {
	for i := blanks(array, 1); array[i] != ']'; {
		end := valueEnd(array, i)
		if array[i] == '{' || array[i] == '[' {
			return array
		}
		if len(out) > 0 {
			out = append(out, "; "...)
		}
		out = append(out, cellOf(array[i:end]).Text...)
		if i = blanks(array, end); array[i] == ',' {
			i = blanks(array, i+1)
		}
	}
	return out
}

// objectReader takes the values of some paths out of objects. It serves one goroutine.
type objectReader struct {
	walker
	slots map[string]int
	found []xlsx.Cell
	seen  []bool
}

func newObjectReader(paths []string) *objectReader {
	o := &objectReader{slots: map[string]int{}, found: make([]xlsx.Cell, len(paths)), seen: make([]bool, len(paths))}
	for i, path := range paths {
		o.slots[path] = i
	}
	o.see = func(path, value []byte) {
		if slot, ok := o.slots[string(path)]; ok && !o.seen[slot] {
			o.seen[slot], o.found[slot] = true, cellOf(value)
		}
	}
	return o
}

// read fills found with the values of an object; those that it lacks have no text.
func (o *objectReader) read(line []byte) {
	clear(o.found)
	clear(o.seen)
	o.object(line, blanks(line, 0), 0)
}

func (o *objectReader) cells(dst []xlsx.Cell, line []byte) []xlsx.Cell {
	o.read(line)
	return append(dst, o.found...)
}

// appendJSON appends a string as JSON; what is not UTF-8 becomes U+FFFD.
func appendJSON(b, s []byte) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRune(s[i:])
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c == '\n':
			b = append(b, '\\', 'n')
		case c < ' ' || c == 0x7F:
			const hex = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = utf8.AppendRune(b, c)
		}
		i += size
	}
	return append(b, '"')
}
