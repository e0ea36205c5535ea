package exports

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longestText bounds what is folded, in octets: no name or status is longer.
const longestText = 200

// fold returns a name or value without case, accents, blanks and punctuation, so that "Opt-Out", "opt out" and
// "OPT_OUT" are one. A text too long for a name folds to nothing.
func fold(text string) string {
	if len(text) > longestText {
		return ""
	}
	if plain, ok := foldASCII(text); ok {
		return plain
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// foldASCII folds a text of ASCII letters.
func foldASCII(text string) (string, bool) {
	b := make([]byte, 0, len(text))
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 0x80:
			return "", false
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			b = append(b, c)
		}
	}
	return string(b), true
}

// words splits a name at its blanks, punctuation and humps, each word folded.
func words(name string) (all []string) {
	if len(name) > longestText {
		return nil
	}
	from, before := 0, rune(0)
	take := func(to int) {
		if w := fold(name[from:to]); w != "" {
			all = append(all, w)
		}
		from = to
	}
	for i, r := range name {
		if (!unicode.IsLetter(r) && !unicode.IsNumber(r)) || (unicode.IsUpper(r) && unicode.IsLower(before)) {
			take(i)
		}
		before = r
	}
	take(len(name))
	return all
}
