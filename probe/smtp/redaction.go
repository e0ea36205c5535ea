package smtp

import (
	"encoding/hex"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/prebounce/prebounce/validate/reply"
)

// redaction is one way to take addresses out.
type redaction struct {
	reply.Context
	keepSender bool
	bare       bool // the recipient's local part too
}

// span is a piece of text and what is to stand there.
type span struct {
	from, to int
	with     string
}

// maxRedacted is as much as [reply.Parse] keeps.
const maxRedacted = 16 << 10

func (d redaction) apply(text string) string {
	spans := d.addresses(text)
	spans = append(spans, d.disguised(text)...)
	if d.bare {
		spans = append(spans, d.words(text)...)
	}
	return cut(replace(text, spans), maxRedacted)
}

// replace puts the spans' words in; where spans overlap, the one that begins first wins, then the longest, and takes the others in.
func replace(text string, spans []span) string {
	sort.SliceStable(spans, func(i, j int) bool {
		a, b := spans[i], spans[j]
		return a.from < b.from || a.from == b.from && a.to > b.to
	})
	var out strings.Builder
	at := 0
	for _, s := range spans {
		if s.from >= at {
			out.WriteString(text[at:s.from])
			out.WriteString(s.with)
		}
		at = max(at, s.to)
	}
	return out.String() + text[min(at, len(text)):]
}

func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// addresses finds all that has an @ inside, by the same rule by which replies are read: an address is no word there, and neither
// is what stands for it. A quoted local part belongs to it.
func (d redaction) addresses(text string) (spans []span) {
	for i := 0; i < len(text); i++ {
		if text[i] != '@' {
			continue
		}
		from := begin(text, i)
		to := i + end(text[i:])
		if from < i && !d.stays(text[from:to]) {
			spans = append(spans, span{from, to, d.placeholder(text[from:to])})
		}
		i = to - 1
	}
	return spans
}

func (d redaction) stays(address string) bool {
	return d.keepSender && d.Sender != "" && strings.EqualFold(strings.TrimRight(address, "."), d.Sender)
}

func (d redaction) placeholder(address string) string {
	if strings.EqualFold(strings.TrimRight(address, "."), d.Recipient) {
		return redactedRecipient
	}
	return redactedOther
}

// begin finds where the address begins that has its @ at text[at].
func begin(text string, at int) int {
	if at > 0 && text[at-1] == '"' {
		if open := strings.LastIndexByte(text[max(0, at-maxAddress):at-1], '"'); open >= 0 {
			return max(0, at-maxAddress) + open
		}
	}
	from := at
	for from > 0 && !endsAddress(text[from-1]) {
		from--
	}
	return from
}

// end is how much of s, which begins with an @, belongs to the address.
func end(s string) int {
	for i := 1; i < len(s); i++ {
		if endsAddress(s[i]) || strings.HasPrefix(s[i:], "..") {
			return i
		}
	}
	return len(s)
}

func endsAddress(c byte) bool { return strings.IndexByte(" \t\r\n<>()[]\"',:;=|", c) >= 0 }

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

// words finds the recipient's local part, and what of it stands before a plus, where they are words of their own.
func (d redaction) words(text string) (spans []span) {
	local, _, ok := cutAddress(d.Recipient)
	if !ok {
		return nil
	}
	text = lower(text)
	local = strings.Trim(local, `"`)
	for _, word := range []string{local, local[:max(0, strings.IndexByte(local, '+'))]} {
		for from := 0; word != ""; {
			i := strings.Index(text[from:], word)
			if i < 0 {
				break
			}
			i += from
			from = i + len(word)
			if ownWord(text, i, from) {
				spans = append(spans, span{i, from, masked(word)})
			}
		}
	}
	return spans
}

// ownWord tells whether text[from:to] is no part of a longer word; a dot or hyphen joins two words only if there is another behind it.
func ownWord(text string, from, to int) bool {
	before := strings.TrimRight(text[:from], ".-")
	after := strings.TrimLeft(text[to:], ".-")
	return (before == "" || !inName(before[len(before)-1])) && (after == "" || !inName(after[0]))
}

func inName(c byte) bool { return isAlnum(c) || c == '_' || c >= utf8.RuneSelf }

// masked writes one word for each word, so that phrases keep their length.
func masked(s string) string {
	var b strings.Builder
	inside := false
	for i := range len(s) {
		if !inName(s[i]) {
			b.WriteByte(s[i])
		} else if !inside {
			b.WriteString("redacted")
		}
		inside = inName(s[i])
	}
	return b.String()
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
