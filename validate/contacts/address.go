package contacts

import "bytes"

// Found is one address in a cell.
type Found struct {
	Text   []byte // a part of the cell
	Repair Repair
}

// Addresses appends the addresses of a cell to dst. It removes what [Repair] lists and reports it, and silently trims
// blanks around each of several addresses. A placeholder such as "N/A" is not an address, and neither is labelled text
// next to an address ("Name: Ann"). Any other text that is not an address is returned whole, so that the caller can
// say what is wrong with it.
func Addresses(dst []Found, cell []byte) []Found {
	if plain(cell) {
		return append(dst, Found{Text: cell})
	}
	text := trim(cell)
	if len(text) == 0 {
		return dst
	}
	if bytes.IndexByte(text, '@') < 0 {
		if placeholder(text) {
			return dst
		}
		return append(dst, Found{Text: text})
	}
	had := len(dst)
	if dst = split(dst, text); len(dst) == had+1 && len(dst[had].Text) < len(cell) {
		dst[had].Repair |= around(cell, text, dst[had])
	}
	return dst
}

// simple are the bytes of an address that needs no second look.
var simple = func() (set [256]byte) {
	for c := range 128 {
		if isLetterOrDigit(byte(c)) {
			set[c] = 1
		}
	}
	for _, c := range []byte(".!#$%&*+-=?^_{}~") {
		set[c] = 1
	}
	set['@'] = 2
	return set
}()

func isLetterOrDigit(c byte) bool {
	return (c >= '0' && c <= '9') || (c|0x20 >= 'a' && c|0x20 <= 'z')
}

// plain reports whether the cell is one ASCII address and nothing else, as nearly all are.
func plain(cell []byte) bool {
	ats := byte(0)
	for _, c := range cell {
		k := simple[c]
		if k == 0 {
			return false
		}
		ats += k >> 1
		if ats > 1 {
			return false
		}
	}
	return ats == 1 && cell[len(cell)-1] != '.'
}

// isAddress reports whether text looks like one address. It decides about columns, not about addresses.
func isAddress(text []byte) bool {
	at := bytes.LastIndexByte(text, '@')
	if at < 1 || at > 64 || len(text) > 254 || bytes.IndexByte(text, '@') != at {
		return false
	}
	domain := text[at+1:]
	dot := bytes.LastIndexByte(domain, '.')
	return dot > 0 && dot < len(domain)-2 && !bytes.ContainsAny(text, " \t\r\n,;<>()/\\\"")
}

// LooksLikeAddress reports whether text was meant to be one address, even if it has a mistake.
func LooksLikeAddress(text []byte) bool { return isAddress(text) }

// reach bounds the look for the other end of a quote or bracket, and the text that repairs are tried on.
const reach = 1024

// split finds the addresses of a trimmed cell that holds an @.
func split(dst []Found, cell []byte) []Found {
	had := len(dst)
	for rest := cell; len(rest) > 0; {
		n := glued(rest, nameEnd(rest, partEnd(rest)))
		dst = inPart(dst, trim(rest[:n]))
		rest = rest[min(n+1, len(rest)):]
	}
	if last := cell[len(cell)-1]; len(dst) > had && (last == ',' || last == ';') {
		dst[len(dst)-1].Repair |= trailingMark
	}
	return dst
}

// partEnd returns where the first part of b ends: at a separator outside quotes and brackets.
func partEnd(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case ';', ',', '\n', '\r':
			return i
		case '"':
			i += closer(b[i+1:], '"')
		case '<':
			i += closer(b[i+1:], '>')
		case '(':
			i += closer(b[i+1:], ')')
		}
	}
	return len(b)
}

// closer returns how many bytes to skip to the closing byte: none if it is not near.
func closer(b []byte, c byte) int {
	return bytes.IndexByte(b[:min(len(b), reach)], c) + 1
}

// nameEnd moves the end of a part behind commas that belong to a name: Doe, John <john@doe.example>.
func nameEnd(b []byte, n int) int {
	end := n
	for range 3 {
		if end == len(b) || b[end] != ',' || bytes.IndexByte(b[:end], '@') >= 0 {
			break
		}
		end += 1 + partEnd(b[end+1:])
		if hasBrackets(trim(b[:end])) {
			return end
		}
	}
	return n
}

// glued moves the end of a part behind a comma or a semicolon that stands inside an address:
// "una,me@acme.com", "eli&amp;co@acme.com", "ann@gmail,com". To cut there would make an address that nobody
// entered.
func glued(b []byte, n int) int {
	for n > 0 && n+1 < len(b) && (b[n] == ',' || b[n] == ';') {
		next := n + 1 + partEnd(b[n+1:])
		before, after := b[:n], b[n+1:next]
		if !insideAddress(before, after, b[n]) {
			break
		}
		n = next
	}
	return n
}

// insideAddress reports whether a separator stands inside an address: no blank on either side, and only one
// side has an @, to which the other one would be the start of the local part, or the end of the domain.
func insideAddress(before, after []byte, separator byte) bool {
	if len(after) == 0 || !bare(before) || !bare(after) {
		return false
	}
	at := bytes.IndexByte(before, '@')
	switch {
	case at < 0 && separator == ';':
		return isEntity(before) && bytes.IndexByte(after, '@') > 0
	case at < 0:
		return !placeholder(before) && bytes.IndexByte(after, '@') > 0
	}
	return separator == ',' && bytes.IndexByte(after, '@') < 0 && bytes.IndexByte(before[at:], '.') < 0 &&
		isLabels(after)
}

// bare reports whether text holds no blank, quote or bracket.
func bare(text []byte) bool { return !bytes.ContainsAny(text, " \t\r\n\"<>()[]|/") }

// isEntity reports whether text ends with an HTML character reference without its semicolon: "eli&amp".
func isEntity(text []byte) bool {
	amp := bytes.LastIndexByte(text, '&')
	if amp < 0 || amp+2 >= len(text) {
		return false
	}
	for _, c := range text[amp+1:] {
		if !isLetterOrDigit(c) && c != '#' {
			return false
		}
	}
	return true
}

// isLabels reports whether text may be the last labels of a domain.
func isLabels(text []byte) bool {
	for _, c := range text {
		if !isLetterOrDigit(c) && c != '.' && c != '-' && c != ',' {
			return false
		}
	}
	return len(text) >= 2
}

// hasBrackets reports whether text ends with something in angle brackets.
func hasBrackets(text []byte) bool {
	return len(text) > 0 && text[len(text)-1] == '>' && bytes.IndexByte(text, '<') >= 0
}

// separators stand between addresses, beside those that end a part. The first is that of Google Contacts.
var separators = [...]string{" ::: ", "|", "/", " ", "\t"}

// inPart finds the address or addresses of a part.
func inPart(dst []Found, text []byte) []Found {
	if len(text) == 0 {
		return dst
	}
	if bytes.Count(text, at) > 1 && !hasBrackets(text) && bytes.IndexByte(text, '"') < 0 {
		for _, sep := range separators {
			if eachHolds(text, sep) {
				return pieces(dst, text, sep)
			}
		}
	}
	if bytes.IndexByte(text, '|') >= 0 && labelled(text) {
		return pieces(dst, text, "|")
	}
	if aside(text) {
		return dst
	}
	return append(dst, repair(text))
}

var at = []byte{'@'}

// eachHolds reports whether sep cuts text in pieces that all hold one @. So a slash in a local part is none.
func eachHolds(text []byte, sep string) bool {
	if !bytes.Contains(text, []byte(sep)) {
		return false
	}
	for len(text) > 0 {
		var piece []byte
		if piece, text = cut(text, sep); len(piece) > 0 && bytes.Count(piece, at) != 1 {
			return false
		}
	}
	return true
}

func pieces(dst []Found, text []byte, sep string) []Found {
	for len(text) > 0 {
		var piece []byte
		if piece, text = cut(text, sep); len(piece) > 0 && !aside(piece) {
			dst = append(dst, repair(piece))
		}
	}
	return dst
}

// cut cuts the first piece off text.
func cut(text []byte, sep string) (piece, rest []byte) {
	piece, rest, _ = bytes.Cut(text, []byte(sep))
	return trim(piece), rest
}
