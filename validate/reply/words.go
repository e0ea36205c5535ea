package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// words writes text the way the tables have their phrases: lower case ASCII letters and digits, one space
// between words, one before the first and after the last. Addresses vanish, so that no local part is read as
// a word and "<a@b>: user unknown" is "user unknown"; so do apostrophes of contractions; accents are folded;
// every other sign is a space. Each Han or kana sign is a word.
func words(lines ...string) string { return laidOut(lines).text }

// layout is a text in the form of [words] with what that form leaves out.
type layout struct {
	text  string
	names []spot // addresses, which vanish, and names of hosts
	stops []int  // ends of sentences
	ends  []int  // those where not even a semicolon joins the next one
	parts []int  // other places where something new may begin

	opened []int // those of them that are parentheses
	quotes []int // what stands right behind quotation marks
	asked  []int // ends of questions
}

func laidOut(lines []string) layout {
	n := 2
	for _, l := range lines {
		n += len(l) + 1
	}
	w := writer{out: make([]byte, 1, n)}
	w.out[0] = ' '
	for _, l := range lines {
		w.line(l)
	}
	w.space()
	return layout{string(w.out), w.names, w.stops, w.ends, w.parts, w.opened, w.quotes, w.asked}
}

// stopIn reports whether a sentence ends between two places.
func (l *layout) stopIn(from, to int) bool {
	for _, s := range l.stops {
		if s >= from && s <= to {
			return true
		}
	}
	return false
}

// begins reports whether nothing but addresses stands before a place.
func (l *layout) begins(at int) bool { return at <= 1 }

type writer struct {
	out   []byte
	token int // where in out the token began that may turn out to be an address
	names []spot
	stops []int
	ends  []int
	parts []int

	opened []int
	quotes []int
	asked  []int
}

// name notes an address or a host's name that begins at start of out.
func (w *writer) name(start int, k kind) {
	if len(w.names) == mostSaid {
		w.names = w.names[:mostSaid-1]
	}
	w.names = append(w.names, spot{start, len(w.out), noun{k, any64}})
}

// stop notes the end of a sentence.
func (w *writer) stop(c byte) {
	if len(w.stops) == mostSaid {
		return
	}
	w.stops = append(w.stops, len(w.out))
	if c != ';' {
		w.ends = append(w.ends, len(w.out))
	}
}

// part notes a place where something new may begin.
func (w *writer) part(at int) {
	if len(w.parts) < mostSaid {
		w.parts = append(w.parts, at)
	}
}

// host notes a host's name, if the token with a dot at s[i] is one. It has been written as far as that dot, the first.
func (w *writer) host(s string, i int) {
	if n := len(w.names); len(w.out) == w.token || (n > 0 && w.names[n-1].start == w.token) {
		return
	}
	end := i + 1
	for end < len(s) && (isAlnum(s[end]) || s[end] == '-' || s[end] == '.') {
		end++
	}
	name := strings.TrimRight(s[i:end], ".-")
	top := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	if (end < len(s) && s[end] == '@') || !isTop(top) {
		return
	}
	w.name(w.token, aThing)
	w.names[len(w.names)-1].end = len(w.out) + len(name)
}

// isTop reports whether a name that ends so is likely a host's and not a person's.
func isTop(label string) bool {
	return (plainLetters(label) && len(label) == 2) ||
		strings.Contains(" com net org edu gov mil info biz local example test invalid ", " "+label+" ")
}

func (w *writer) space() {
	if w.out[len(w.out)-1] != ' ' {
		w.out = append(w.out, ' ')
	}
}

// signs says what becomes of each ASCII byte.
var signs = func() (t [utf8.RuneSelf]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case isAlnum(c):
			t[c] = c
			if c >= 'A' && c <= 'Z' {
				t[c] = c + 'a' - 'A'
			}
		default:
			t[c] = ' '
		}
	}
	return t
}()

func (w *writer) line(s string) {
	w.space()
	w.token = len(w.out)
	if s != "" && (s[0] < 'a' || s[0] > 'z') {
		w.part(len(w.out))
	}
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case (c == '@' || atSign(s[i:])) && len(w.out) > w.token:
			w.out = w.out[:w.token]
			w.name(w.token, aMailbox)
			i += addressEnd(s[i:])
			continue
		case c == '\'' && contraction(s[i+1:]):
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != '\u2019' || !contraction(s[i+n:]) {
				w.rune(r)
			}
			i += n
			continue
		case signs[c] == ' ':
			w.sign(s, i)
		default:
			w.out = append(w.out, signs[c])
		}
		i++
	}
}

// atSign reports whether s begins with an "@" as mails and links encode it.
func atSign(s string) bool {
	return len(s) > 3 && (s[0] == '=' || s[0] == '%') && s[1] == '4' && s[2] == '0' && isAlnum(s[3])
}

// sign writes the sign at s[i] as a space, and notes what it says of its neighbours.
func (w *writer) sign(s string, i int) {
	c := s[i]
	last := i+1 == len(s)
	switch {
	case c == '.' && !last && isAlnum(s[i+1]):
		w.host(s, i)
	case c == '?' && (last || s[i+1] == ' ') && len(w.asked) < mostSaid:
		w.asked = append(w.asked, len(w.out))
		w.stop(c)
	case c == ';' || c == '!' || c == '?' || (c == '.' && (last || s[i+1] == ' ')):
		w.stop(c)
	case (c == '-' || c == '/') && i > 0 && s[i-1] == ' ', strings.IndexByte("()<>[]", c) >= 0:
		w.part(len(w.out))
		if c == '(' {
			w.opened = append(w.opened, len(w.out))
		}
	case c == '=':
		w.part(w.token)
	}
	w.space()
	if (c == '"' || c == '\'') && len(w.quotes) < mostSaid {
		w.quotes = append(w.quotes, len(w.out))
	}
	if endsToken(c) {
		w.token = len(w.out)
	}
}

func (w *writer) rune(r rune) {
	if plain, ok := otherFolds[r]; ok {
		r = plain
	}
	switch {
	case r < rune(len(folded)) && folded[r] != 0:
		w.out = append(w.out, folded[r])
		if r == '\u00df' { // sharp s
			w.out = append(w.out, 's')
		}
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		w.space()
		w.out = append(utf8.AppendRune(w.out, r), ' ')
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		w.out = utf8.AppendRune(w.out, unicode.ToLower(r))
	default:
		w.space()
	}
}

// contraction reports whether s goes on as English does after an apostrophe ("doesn't", "recipient's"), which
// is then left out. Elsewhere it parts words ("l'utilisateur").
func contraction(s string) bool {
	n := 0
	for n < len(s) && n < 3 && s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' {
		n++
	}
	return n == 1 && strings.ContainsAny(s[:1], "tsTS")
}

// endsToken reports whether c can't be part of an address as replies write them.
func endsToken(c byte) bool { return strings.IndexByte(" \t\r\n<>()[]\"',:;=|", c) >= 0 }

func addressEnd(s string) int {
	for i := 1; i < len(s); i++ {
		if endsToken(s[i]) || strings.HasPrefix(s[i:], "..") {
			return i
		}
	}
	return len(s)
}

// otherFolds are letters of other scripts that replies write with and without their sign.
var otherFolds = map[rune]rune{
	'ș': 's', 'Ș': 's', 'ț': 't', 'Ț': 't', // Romanian, with a comma below
	'ё': 'е', 'Ё': 'е', 'ά': 'α', 'έ': 'ε', 'ή': 'η', 'ί': 'ι', 'ό': 'ο', 'ύ': 'υ', 'ώ': 'ω',
	'Ά': 'α', 'Έ': 'ε', 'Ή': 'η', 'Ί': 'ι', 'Ό': 'ο', 'Ύ': 'υ', 'Ώ': 'ω', 'ς': 'σ',
}

// folded gives letters with accents their plain ones, for the scripts of Western and Central Europe.
var folded = func() (t [0x180]byte) {
	for plain, accented := range map[byte]string{
		'a': "àáâãäåāăąÀÁÂÃÄÅĀĂĄæÆ", 'c': "çćĉċčÇĆĈĊČ", 'd': "ďđðĎĐÐ", 'e': "èéêëēĕėęěÈÉÊËĒĔĖĘĚ", 'g': "ĝğġģĜĞĠĢ",
		'h': "ĥħĤĦ", 'i': "ìíîïĩīĭįıÌÍÎÏĨĪĬĮİ", 'j': "ĵĴ", 'k': "ķĶ", 'l': "ĺļľłĹĻĽŁ", 'n': "ñńņňÑŃŅŇ",
		'o': "òóôõöøōŏőÒÓÔÕÖØŌŎŐœŒ", 'r': "ŕŗřŔŖŘ", 's': "śŝşšßŚŜŞŠ", 't': "ţťŧŢŤŦþÞ", 'u': "ùúûüũūŭůűųÙÚÛÜŨŪŬŮŰŲ",
		'w': "ŵŴ", 'y': "ýÿŷÝŶŸ", 'z': "źżžŹŻŽ",
	} {
		for _, r := range accented {
			t[r] = plain
		}
	}
	return t
}()
