package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// words writes text the way the tables have their phrases: lower case ASCII letters and digits, one space between words, one
// before the first and after the last. Addresses vanish, so that no local part is read as a word and "<a@b>: user unknown"
// is "user unknown"; so do apostrophes of contractions; accents are folded; every other sign is a space. Each Han or kana sign is a word.
func words(lines ...string) string {
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
	return string(w.out)
}

type writer struct {
	out   []byte
	token int // where in out the token began that may turn out to be an address
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
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '@' && len(w.out) > w.token:
			w.out = w.out[:w.token]
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
			w.space()
			if endsToken(c) {
				w.token = len(w.out)
			}
		default:
			w.out = append(w.out, signs[c])
		}
		i++
	}
}

func (w *writer) rune(r rune) {
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

// contraction tells whether s goes on as English does after an apostrophe ("doesn't", "recipient's"), which is then left out.
// Elsewhere it parts words ("l'utilisateur").
func contraction(s string) bool {
	n := 0
	for n < len(s) && n < 3 && s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' {
		n++
	}
	return n == 1 && strings.ContainsAny(s[:1], "tsTS")
}

// endsToken tells whether c can't be part of an address as replies write them.
func endsToken(c byte) bool { return strings.IndexByte(" \t\r\n<>()[]\"',:;=|", c) >= 0 }

func addressEnd(s string) int {
	for i := 1; i < len(s); i++ {
		if endsToken(s[i]) || strings.HasPrefix(s[i:], "..") {
			return i
		}
	}
	return len(s)
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
