package smtp

import (
	"encoding/hex"
	"strings"
)

// separators are what stands between local part and domain where it isn't an @: VERP and bounce addresses, the percent hack, people's and
// programs' ways to hide it. Other spellings are undone by the views.
var separators = []string{"@", "=", "%", "#", "+", "!", " at ", "(at)", "[at]", "&#64;", "&commat;"}

// disguised finds the recipient in other forms than the plain one, and where a line break or a blank parts it.
func (d redaction) disguised(text string) (spans []span) {
	local, domain, ok := cutAddress(strings.TrimRight(d.Recipient, "."))
	if !ok {
		return nil
	}
	for _, decode := range []func(string) (string, int){asItIs, percentCoded, quotedPrintable, unfolded} {
		v := look(text, decode)
		for _, sep := range separators {
			spans = v.find(spans, local+sep+domain)
		}
		spans = v.find(spans, domain+"!"+local)
	}
	return spans
}

// cutAddress splits an address in lower case.
func cutAddress(s string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 {
		return "", "", false
	}
	return lower(s[:at]), lower(s[at+1:]), true
}

// view is a text with some encoding undone, in lower case.
type view struct {
	of       string
	text     string
	from, to []int // where in of each octet of text comes from
}

// look undoes an encoding: decode says what a string begins with, and how much of it that is.
func look(text string, decode func(string) (string, int)) view {
	v := view{of: text}
	var b strings.Builder
	for i := 0; i < len(text); {
		said, n := decode(text[i:])
		for range len(said) {
			v.from, v.to = append(v.from, i), append(v.to, i+n)
		}
		b.WriteString(said)
		i += n
	}
	v.text = lower(b.String())
	return v
}

func asItIs(s string) (string, int) { return s[:1], 1 }

func percentCoded(s string) (string, int) { return hexCoded(s, '%') }

func quotedPrintable(s string) (string, int) { return hexCoded(s, '=') }

func hexCoded(s string, mark byte) (string, int) {
	if len(s) >= 3 && s[0] == mark {
		if b, err := hex.DecodeString(s[1:3]); err == nil {
			return string(b), 3
		}
	}
	return s[:1], 1
}

// unfolded leaves blanks and line ends out.
func unfolded(s string) (string, int) {
	if strings.IndexByte(" \t\r\n", s[0]) >= 0 {
		return "", 1
	}
	return s[:1], 1
}

// find adds where the needle begins at the beginning of a word.
func (v view) find(spans []span, needle string) []span {
	for from := 0; ; {
		i := strings.Index(v.text[from:], needle)
		if i < 0 {
			return spans
		}
		i += from
		from = i + len(needle)
		if begin := v.from[i]; i == 0 || !inName(v.text[i-1]) || !inName(v.of[begin-1]) {
			spans = append(spans, span{begin, v.to[from-1], redactedRecipient})
		}
	}
}

// lower leaves all but ASCII letters alone, and every octet in its place.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// names tells whether a text speaks of an address.
func names(text, address string) bool {
	local, domain, ok := cutAddress(address)
	return ok && len(look(text, asItIs).find(nil, local+"@"+domain)) > 0
}
