package validate

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Suggest is the address that was probably meant by a text that is none, for a plain slip that leaves no
// choice: a comma typed for the dots in its domain, a blank beside the @, a bracket left over. It is empty
// if no such address exists.
func Suggest(text string) string {
	address, _ := SuggestFor(text)
	return address
}

// longestMeant is how many octets of a text are looked at for a slip.
const longestMeant = 2 * maxAddress

// SuggestFor is [Meant] that also names the slip.
func SuggestFor(text string) (address, slip string) {
	if len(text) > longestMeant {
		return "", ""
	}
	for _, s := range slips {
		if mended := s.mend(text); mended != text {
			text = mended
			if slip == "" {
				slip = s.name
			}
		}
	}
	a, err := Parse(text)
	if slip == "" || err != nil || a.Literal || strings.IndexByte(a.Domain, '.') < 0 {
		return "", ""
	}
	return a.String(), slip
}

// slips are the plain ones, mended one after the other.
var slips = [...]struct {
	name string
	mend func(text string) string
}{
	{"a character that nobody sees", func(s string) string { return strings.Map(visible, s) }},
	{"wide letters", width.Fold.String},
	{"a word or a code for the @", atSigns},
	{"two @ in a row", func(s string) string { return collapsed(s, "@@", "@") }},
	{"a blank beside the @ or a dot", besideBlanks},
	{"a mark or bracket left over", leftOver},
	{"two dots in a row", behindAt(func(d string) string { return collapsed(d, "..", ".") })},
	{"a dot too many", behindAt(func(d string) string { return strings.Trim(d, ".") })},
	{"a comma for a dot", behindAt(commas)},
}

// visible drops what takes no room: zero-width characters, soft hyphens, marks of direction.
func visible(r rune) rune {
	switch {
	case r == '\u00a0' || r == '\u3000':
		return ' '
	case r == '\u00ad' || (r > unicode.MaxLatin1 && unicode.Is(unicode.Cf, r)):
		return -1
	}
	return r
}

var atWords = strings.NewReplacer("&#64;", "@", "&commat;", "@", "[at]", "@", "(at)", "@", "{at}", "@", "[AT]", "@",
	"(AT)", "@",
	"[dot]", ".", "(dot)", ".", "[DOT]", ".", "(DOT)", ".")

// atSigns reads what people write against harvesters, unless there is an @.
func atSigns(s string) string {
	if strings.IndexByte(s, '@') >= 0 {
		return s
	}
	return atWords.Replace(s)
}

func besideBlanks(s string) string {
	local, domain, ok := cutAt(s)
	if !ok {
		return s
	}
	labels := strings.Split(domain, ".")
	for i := range labels {
		labels[i] = strings.TrimSpace(labels[i])
	}
	return strings.TrimSpace(local) + "@" + strings.Join(labels, ".")
}

func cutAt(s string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return "", "", false
	}
	return s[:at], s[at+1:], true
}

func collapsed(s, twice, once string) string {
	for strings.Contains(s, twice) {
		s = strings.ReplaceAll(s, twice, once)
	}
	return s
}

// leftOver drops marks around an address that can't be a part of it.
func leftOver(s string) string {
	return strings.TrimRight(strings.TrimLeft(s, "<([\":;,>)] "), ">)]}\"'`:;,*/\\<([{!? ")
}

// behindAt mends what stands behind the @.
func behindAt(mend func(domain string) string) func(string) string {
	return func(s string) string {
		local, domain, ok := cutAt(s)
		if !ok {
			return s
		}
		return local + "@" + mend(domain)
	}
}

// commas puts dots in the place of all commas, if one comes before any dot: behind a domain that has its dot,
// a comma may separate.
func commas(domain string) string {
	if i := strings.IndexAny(domain, ",."); i < 0 || domain[i] == '.' {
		return domain
	}
	return strings.ReplaceAll(domain, ",", ".")
}
