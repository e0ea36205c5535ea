package spf

import (
	"net/url"
	"slices"
	"strings"
)

// token is a piece of a macro-string (RFC 7208 §7.1): literal text, or a macro.
type token struct {
	literal    string
	letter     byte // of a macro, in lower case; 0: literal
	keep       int  // how many right-hand parts stay; 0: all
	reverse    bool
	delimiters string
	escape     bool // an upper-case letter asks for URL escaping
	expands    bool // it was written with a percent sign
}

// Macro letters that are allowed in a domain-spec, and anywhere. The letters c, r and t have a meaning only in the text
// that exp= leads to (RFC 7208 §7.2).
const (
	domainMacro = "slodiphv"
	anyMacro    = "slodiphvcrt"
)

// escapes are the macros that stand for a character.
var escapes = map[byte]string{'%': "%", '_': " ", '-': "%20"}

// parseMacros splits a macro-string, in which the macros of these letters are allowed.
func parseMacros(text, letters string) (all []token, why string) {
	for text != "" {
		literal, rest, found := strings.Cut(text, "%")
		if literal != "" {
			all = append(all, token{literal: literal})
		}
		if !found {
			break
		}
		var t token
		if t, text, why = parseMacro(rest, letters); why != "" {
			return nil, why
		}
		all = append(all, t)
	}
	return all, ""
}

// parseMacro reads what follows a percent sign.
func parseMacro(text, letters string) (t token, rest, why string) {
	const form = "a percent sign must begin a macro such as %{i} or %{d2r}, or one of %%, %_ and %-"
	if text == "" {
		return t, "", form
	}
	if stands, ok := escapes[text[0]]; ok {
		return token{literal: stands, expands: true}, text[1:], ""
	}
	body, rest, closed := strings.Cut(text, "}")
	if !closed || len(body) < 2 || body[0] != '{' {
		return t, "", form
	}
	t = token{letter: body[1] | 0x20, escape: body[1] < 'a', expands: true}
	if !isLetter(body[1]) || !strings.Contains(letters, string(t.letter)) {
		return t, "", "unknown macro %{" + body[1:2] + "}: want one of s, l, o, d, i, p, h and v"
	}
	return t, rest, t.transform(body[2:])
}

// transform reads the transformers and delimiters of a macro.
func (t *token) transform(text string) (why string) {
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	for _, c := range text[:digits] {
		t.keep = min(10*t.keep+int(c-'0'), 1000) // more parts than any name has
	}
	if digits > 0 && t.keep == 0 {
		return "a macro cannot keep 0 parts"
	}
	text = text[digits:]
	if text != "" && text[0]|0x20 == 'r' {
		t.reverse, text = true, text[1:]
	}
	if strings.Trim(text, ".-+,/_=") != "" {
		return "a macro ends with delimiters out of . - + , / _ ="
	}
	t.delimiters = text
	return ""
}

// checkDomainSpec holds a domain-spec to its grammar: a macro-string that ends with a macro, or with a dot and a top
// label.
func checkDomainSpec(text string) (why string) {
	all, why := parseMacros(text, domainMacro)
	if why != "" {
		return why
	}
	if len(all) == 0 {
		return "the domain is missing"
	}
	last := all[len(all)-1]
	if last.expands {
		return ""
	}
	name := strings.TrimSuffix(last.literal, ".")
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || !isTopLabel(name[dot+1:]) {
		return "want a domain name of two or more labels, without a port or an address"
	}
	return ""
}

// isTopLabel reports whether a label is of letters, digits and inner hyphens, and not of digits alone (RFC 7208 §7.1).
func isTopLabel(label string) bool {
	other := false
	for i, c := range []byte(label) {
		switch {
		case isLetter(c):
			other = true
		case c == '-' && i > 0 && i < len(label)-1:
			other = true
		case !isDigit(c):
			return false
		}
	}
	return other
}

// expanded applies the transformers of a macro to its value.
func (t *token) expanded(value string) string {
	delimiters := t.delimiters
	if delimiters == "" {
		delimiters = "."
	}
	parts := splitAny(value, delimiters)
	if t.reverse {
		slices.Reverse(parts)
	}
	if t.keep > 0 && t.keep < len(parts) {
		parts = parts[len(parts)-t.keep:]
	}
	value = strings.Join(parts, ".")
	if t.escape {
		value = strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	}
	return value
}

// splitAny splits at each of the delimiters and keeps empty parts.
func splitAny(value, delimiters string) (parts []string) {
	for {
		i := strings.IndexAny(value, delimiters)
		if i < 0 {
			return append(parts, value)
		}
		parts, value = append(parts, value[:i]), value[i+1:]
	}
}
