package smtp

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// coding writes so many octets in so many characters of an alphabet: base64 and hexadecimal, in which hosts hide the
// recipient, also as a part of a longer text.
type coding struct {
	characters, octets int
	alphabet           func(c byte) bool
	decode             func(s string) ([]byte, error)
}

var (
	inBase64 = coding{4, 3, isBase64, func(s string) ([]byte, error) {
		return base64.RawStdEncoding.DecodeString(urlSafe.Replace(s))
	}}
	inHex   = coding{2, 1, isHex, hex.DecodeString}
	urlSafe = strings.NewReplacer("-", "+", "_", "/")
)

func isBase64(c byte) bool { return isAlnum(c) || strings.IndexByte("+/-_", c) >= 0 }

func isHex(c byte) bool { return ('0' <= c && c <= '9') || ('a' <= c|0x20 && c|0x20 <= 'f') }

// find looks into each run of characters of the alphabet that is long enough. Where in it the code begins isn't known,
// so each place of a group is tried.
func (c *coding) find(v view, wanted []string) (spans []span) {
	least := len(slices.MinFunc(wanted, func(a, b string) int { return cmp.Compare(len(a), len(b)) }))
	for from := 0; from < len(v.text); {
		to := from
		for to < len(v.text) && c.alphabet(v.text[to]) {
			to++
		}
		for shift := 0; shift < c.characters && (to-from-shift)*c.octets >= least*c.characters; shift++ {
			spans = append(spans, c.within(v, from+shift, to, wanted)...)
		}
		from = to + 1
	}
	return spans
}

// within finds what is wanted in the code from one place to another.
func (c *coding) within(v view, from, to int, wanted []string) (spans []span) {
	if to-from < c.characters {
		return nil
	}
	octets, err := c.decode(v.text[from:lastGroup(from, to, c.characters)])
	if err != nil {
		return nil
	}
	said := lower(string(octets))
	for _, w := range wanted {
		for at := 0; ; {
			i := strings.Index(said[at:], w)
			if i < 0 {
				break
			}
			at += i
			first := from + at/c.octets*c.characters
			at += len(w)
			last := min(from+(at+c.octets-1)/c.octets*c.characters, to)
			spans = append(spans, span{v.from[first], v.to[last-1], redactedRecipient})
		}
	}
	return spans
}

// lastGroup is the end of the last group that can be decoded: one of a single character of base64 holds nothing.
func lastGroup(from, to, characters int) int {
	rest := (to - from) % characters
	if rest == 1 || characters == 2 {
		return to - rest
	}
	return to
}
