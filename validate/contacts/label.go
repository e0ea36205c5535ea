package contacts

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// longestLabel is how many octets the label of a value may have, as in "Email: ann@x.example".
const longestLabel = 40

// labelEnd returns where the value behind a label begins, or 0 where text begins with none. A label is a few
// words with a colon or an equals sign behind them; one that speaks of e-mail may stand right before its
// value.
func labelEnd(text []byte) int {
	i := bytes.IndexAny(text[:min(len(text), longestLabel)], ":=@")
	if i < 1 || text[i] == '@' || !isLabel(text[:i]) {
		return 0
	}
	if i+1 == len(text) || isBlank(rune(text[i+1])) || mailLabel(text[:i]) {
		return i + 1
	}
	return 0
}

// isLabel reports whether text can be a label: letters, digits, blanks and the marks that stand within words.
func isLabel(text []byte) bool {
	letters := 0
	for _, c := range text {
		switch {
		case c >= utf8.RuneSelf || (c|0x20 >= 'a' && c|0x20 <= 'z'):
			letters++
		case (c >= '0' && c <= '9') || bytes.IndexByte([]byte(" _-.()*#'/"), c) >= 0:
		default:
			return false
		}
	}
	return letters > 0
}

// mailLabel reports whether a label speaks of the contact's e-mail address.
func mailLabel(text []byte) bool { return rankName(string(text)) >= rankMail }

// takeLabel takes the label off "Email: ann@x.example". Any other label than one for e-mail leaves the text
// as it is, for "cc: ann@x.example" is about somebody else.
func takeLabel(text []byte) []byte {
	if i := labelEnd(text); i > 0 && mailLabel(text[:i-1]) {
		return text[i:]
	}
	return nil
}

// aside reports whether a part of a cell says something else than an address, and says so: it has a label of
// its own, or is a placeholder.
func aside(text []byte) bool {
	return bytes.IndexByte(text, '@') < 0 && (placeholder(text) || labelEnd(text) > 0)
}

// labelledLines reports whether nearly every line is made of values with labels, one of them an address: each
// is a cell of its own then, for the order of the values may change from line to line.
func labelledLines(head []byte) bool {
	fit, addresses := 0, 0
	lines := linesOf(head)
	for _, line := range lines {
		all := len(line) < reach
		for _, piece := range bytes.FieldsFunc(line, func(r rune) bool {
			return r == '|' || r == ';' || r == ',' ||
				r == '\t'
		}) {
			piece = trim(piece)
			all = all && (len(piece) == 0 || labelEnd(piece) > 0)
		}
		fit += btoi(all)
		addresses += btoi(bytes.IndexByte(line, '@') >= 0)
	}
	return fit > 0 && 10*fit >= 9*len(lines) && 2*addresses >= len(lines)
}

// labelled reports whether each piece of text between bars has a label: "Name: Amy | Email: amy@x.example".
func labelled(text []byte) bool {
	for piece := range strings.SplitSeq(string(text), "|") {
		if p := trim([]byte(piece)); len(p) > 0 && labelEnd(p) == 0 {
			return false
		}
	}
	return true
}
