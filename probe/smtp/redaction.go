package smtp

import (
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

// replace puts the spans' words in; where spans overlap, the one that begins first wins, then the longest,
// and takes the others in.
func replace(text string, spans []span) string {
	sort.SliceStable(spans, func(i, j int) bool {
		a, b := spans[i], spans[j]
		return a.from < b.from || (a.from == b.from && a.to > b.to)
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

// addresses finds all that has an @ inside, by the same rule by which replies are read: an address is not a word
// there, and neither is what stands for it. A quoted local part belongs to it.
func (d redaction) addresses(text string) (spans []span) {
	to := 0
	for i := 0; i < len(text); i++ {
		if text[i] != '@' {
			continue
		}
		from := to + begin(text[to:i])
		to = i + end(text[i:])
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

// begin finds where the local part begins with which s ends.
func begin(s string) int {
	if quoted, ok := strings.CutSuffix(s, `"`); ok {
		if open := strings.LastIndexByte(quoted, '"'); open >= 0 && len(quoted)-open < maxAddress {
			return open
		}
	}
	from := len(s)
	for from > 0 && !endsAddress(s[from-1]) {
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

// ownWord reports whether text[from:to] is a whole word and not part of an address; a dot or hyphen joins
// two words only if there is another behind it.
func ownWord(text string, from, to int) bool {
	before := strings.TrimRight(text[:from], ".-")
	after := strings.TrimLeft(text[to:], ".-")
	return (before == "" || !inName(before[len(before)-1])) && (after == "" || (!inName(after[0]) && after[0] != '@'))
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
