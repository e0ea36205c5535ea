package smtp

import (
	"encoding/hex"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// separators are what stands between local part and domain where it isn't an @: VERP and bounce addresses,
// the percent hack, people's and programs' ways to hide it. Other spellings are undone by the views.
var separators = []string{"@", "=", "%", "#", "+", "!", " at ", "(at)", "[at]", "&#64;", "&commat;"}

// disguised finds the recipient in other forms than the plain one, and where a line break or a blank parts it.
func (d redaction) disguised(text string) (spans []span) {
	local, domain, ok := cutAddress(strings.TrimRight(d.Recipient, "."))
	if !ok || (len(text) <= len(local)+len(domain) && !strings.Contains(domain, "xn--")) { // no form of it is as short
		return nil
	}
	wanted := needles(local, domain)
	for _, base := range []view{as(text), unfolded(text)} {
		for _, d := range decodings {
			if !strings.Contains(base.text, d.mark) {
				continue
			}
			v := base.decoded(d.decode)
			for _, needle := range wanted {
				spans = v.find(spans, needle)
			}
		}
		for _, code := range []coding{inBase64, inHex} {
			spans = append(spans, code.find(base, wanted)...)
		}
	}
	return spans
}

// needles are the ways to write an address.
func needles(local, domain string) (all []string) {
	for _, d := range []string{domain, ulabels(domain)} {
		for _, sep := range separators {
			all = append(all, local+sep+d)
		}
		all = append(all, d+"!"+local)
	}
	return slices.Compact(all)
}

// ulabels is a domain as people write it.
func ulabels(domain string) string {
	if !strings.Contains(domain, "xn--") {
		return domain
	}
	if u, err := idna.ToUnicode(domain); err == nil {
		return lower(u)
	}
	return domain
}

// decodings are undone one at a time, of the text and of the text without blanks and line ends. A text without the mark
// holds nothing of the kind.
var decodings = []struct {
	mark   string
	decode func(string) (string, int)
}{{"", asItIs}, {"%", percentCoded}, {"%25", twicePercentCoded}, {"=", quotedPrintable}}

// cutAddress splits an address in lower case.
func cutAddress(s string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 {
		return "", "", false
	}
	return lower(s[:at]), lower(s[at+1:]), true
}

// view is a text with something undone.
type view struct {
	of       string
	text     string
	from, to []int // where in of each octet of text comes from
}

// as is the text itself.
func as(text string) view { return (view{of: text}).filled(text, asItIs, nil) }

// unfolded leaves blanks and line ends out.
func unfolded(text string) view {
	return (view{of: text}).filled(text, func(s string) (string, int) {
		if strings.IndexByte(" \t\r\n", s[0]) >= 0 {
			return "", 1
		}
		return asItIs(s)
	}, nil)
}

// decoded undoes an encoding and puts the text in lower case.
func (v *view) decoded(decode func(string) (string, int)) view {
	d := (view{of: v.of}).filled(v.text, decode, v)
	d.text = lower(d.text)
	return d
}

// filled is the view of what decode makes of a text: it says what a string begins with, and how much of it that is.
// The text is that of another view, or the whole one.
func (v view) filled(text string, decode func(string) (string, int), other *view) view {
	var b strings.Builder
	for i := 0; i < len(text); {
		said, n := decode(text[i:])
		from, to := i, i+n
		if other != nil {
			from, to = other.from[i], other.to[i+n-1]
		}
		for range len(said) {
			v.from, v.to = append(v.from, from), append(v.to, to)
		}
		b.WriteString(said)
		i += n
	}
	v.text = b.String()
	return v
}

func asItIs(s string) (string, int) { return s[:1], 1 }

func percentCoded(s string) (string, int) { return hexCoded(s, '%') }

// twicePercentCoded undoes what an address in a link in a link becomes.
func twicePercentCoded(s string) (string, int) {
	if rest, ok := strings.CutPrefix(s, "%25"); ok {
		if said, n := percentCoded("%" + rest); n == 3 {
			return said, 5
		}
	}
	return percentCoded(s)
}

// quotedPrintable undoes soft line breaks as well (RFC 2045 §6.7).
func quotedPrintable(s string) (string, int) {
	if s[0] == '=' {
		if n := len(s) - 1 - len(strings.TrimLeft(s[1:], " \t\r\n")); n > 0 {
			return "", 1 + n
		}
	}
	return hexCoded(s, '=')
}

func hexCoded(s string, mark byte) (string, int) {
	if len(s) >= 3 && s[0] == mark {
		if b, err := hex.DecodeString(s[1:3]); err == nil {
			return string(b), 3
		}
	}
	return s[:1], 1
}

// find adds where the needle begins at the beginning of a word.
func (v *view) find(spans []span, needle string) []span {
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

// names reports whether a text speaks of an address.
func names(text, address string) bool {
	local, domain, ok := cutAddress(address)
	v := view{of: text, text: lower(text)}
	return ok && v.speaksOf(local+"@"+domain)
}

// speaksOf reports whether the needle begins at the beginning of a word of a text that nothing was undone in.
func (v *view) speaksOf(needle string) bool {
	for from := 0; ; {
		i := strings.Index(v.text[from:], needle)
		if i < 0 {
			return false
		}
		if i += from; i == 0 || !inName(v.text[i-1]) {
			return true
		}
		from = i + len(needle)
	}
}
