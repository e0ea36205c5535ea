package contacts

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Repair is the set of repairs that turned a cell's text into an address. It is empty for nearly all cells.
type Repair uint16

const (
	angleBrackets Repair = 1 << iota // Name <a@b.example>
	mailToScheme                     // mailto:a@b.example?subject=...
	outerQuotes                      // “a@b.example”
	apostrophe                       // 'a@b.example
	trailingMark                     // a@b.example.
	comment                          // a@b.example (work)
	label                            // Email: a@b.example
	outerBlanks                      // blanks around it
	invisible                        // no-break spaces, zero-width characters or a byte order mark around it
	asideText                        // a placeholder or a mark beside it: "n/a; a@b.example"
)

var repairSentences = [...]string{
	"taken out of angle brackets",
	"taken out of a mailto: link",
	"quotes around it removed",
	"apostrophe before it removed",
	"full stop, comma or semicolon after it removed",
	"comment in brackets after it removed",
	"label before it removed",
	"blanks around it removed",
	"invisible characters around it removed",
	"placeholder or mark next to it removed",
}

// String returns a description for people, or "" for no repair.
func (r Repair) String() string {
	var said []string
	for i, s := range repairSentences {
		if r&(1<<i) != 0 {
			said = append(said, s)
		}
	}
	return strings.Join(said, ", ")
}

// repairs are tried in turn until none applies. Each returns what is left, or nil where there is nothing to repair.
var repairs = [...]struct {
	kind Repair
	take func(text []byte) []byte
}{
	{comment, takeComment},
	{angleBrackets, takeBrackets},
	{mailToScheme, takeMailTo},
	{outerQuotes, takeQuotes},
	{apostrophe, takeApostrophe},
	{trailingMark, takeTrailing},
	{label, takeLabel},
}

// repair takes everything off a text that surrounds its address. A text that would lose its @ stays as it is.
func repair(text []byte) Found {
	f := Found{Text: text}
	for again := len(text) <= reach; again; {
		again = false
		for _, r := range repairs {
			if left := trim(r.take(f.Text)); bytes.IndexByte(left, '@') >= 0 {
				f.Text, again = left, true
				f.Repair |= r.kind
			}
		}
	}
	return f
}

func takeComment(text []byte) []byte {
	if text[len(text)-1] != ')' {
		return nil
	}
	return text[:max(bytes.LastIndex(text, []byte(" (")), 0)]
}

func takeBrackets(text []byte) []byte {
	if !hasBrackets(text) {
		return nil
	}
	return text[bytes.LastIndexByte(text, '<')+1 : len(text)-1]
}

const mailTo = "mailto:"

func takeMailTo(text []byte) []byte {
	if len(text) < len(mailTo) || !strings.EqualFold(string(text[:len(mailTo)]), mailTo) {
		return nil
	}
	to, _, _ := bytes.Cut(text[len(mailTo):], []byte("?"))
	return to
}

// quotePairs are what people and word processors put around a text.
var quotePairs = [...]struct{ open, close string }{
	{`"`, `"`}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"”", "”"}, {"„", "“"}, {"„", "”"}, {"‘", "’"}, {"’", "’"},
	{"‚", "‘"}, {"«", "»"}, {"»", "«"},
}

func takeQuotes(text []byte) []byte {
	for _, q := range quotePairs {
		inner, opens := bytes.CutPrefix(text, []byte(q.open))
		inner, closes := bytes.CutSuffix(inner, []byte(q.close))
		domain := inner[bytes.LastIndexByte(inner, '@')+1:] // before it, an apostrophe may be part of the address
		if opens && closes && !bytes.Contains(domain, []byte(q.open)) {
			return inner
		}
	}
	return nil
}

var apostrophes = [...]string{"'", "’", "‘", "`", "´"}

func takeApostrophe(text []byte) []byte {
	for _, a := range apostrophes {
		if rest, ok := bytes.CutPrefix(text, []byte(a)); ok {
			return rest
		}
	}
	return nil
}

// takeTrailing removes one mark. Two of them are not a typo that can be repaired without guessing.
func takeTrailing(text []byte) []byte {
	n := len(text) - 1
	if !isMark(text[n]) || (n > 0 && isMark(text[n-1])) {
		return nil
	}
	return text[:n]
}

func isMark(c byte) bool { return c == '.' || c == ',' || c == ';' }

// around is what stands around text, the trimmed part of a cell, and around the only address in it beside its
// own repairs.
func around(cell, text []byte, f Found) Repair {
	var r Repair
	before, behind, _ := bytes.Cut(cell, text)
	for _, outer := range [...][]byte{before, behind} {
		for _, c := range string(outer) {
			if c > ' ' {
				r |= invisible
			} else {
				r |= outerBlanks
			}
		}
	}
	if f.Repair == 0 && len(f.Text) < len(text) {
		r |= asideText
	}
	return r
}

// trim drops what is blank to the eye around a text: blanks of ASCII, NBSP, U+3000, U+200B to U+200D and U+FEFF.
func trim(text []byte) []byte {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if !isBlank(r) {
			break
		}
		text = text[n:]
	}
	for len(text) > 0 {
		r, n := utf8.DecodeLastRune(text)
		if !isBlank(r) {
			break
		}
		text = text[:len(text)-n]
	}
	return text
}

func isBlank(r rune) bool {
	switch {
	case r <= ' ':
		return r == ' ' || (r >= '\t' && r <= '\r')
	case r < 0xA0:
		return false
	}
	return r == 0xA0 || r == 0x3000 || (r >= 0x200B && r <= 0x200D) || r == 0xFEFF
}

// placeholders are texts that stand for a missing address. Letter case is ignored.
var placeholders = func() map[string]bool {
	set := map[string]bool{}
	for _, s := range append(strings.Fields(placeholderWords), placeholderPhrases...) {
		set[strings.ToLower(s)] = true
	}
	return set
}()

const placeholderWords = `
n/a na n.a. n.a n.v. k.a. s/o null nil none nan undefined unknown unavailable missing empty blank \N
no nope false deleted removed noemail no-email no_email noaddress tbd tba xx xxx 0 00 keine kein keiner unbekannt aucun aucune sansemail ninguno ninguna
nessuno nessuna nenhum geen brak нет 无 無 なし
#ref! #n/a #name? #value! #null! #div/0! #num! #error! #spill!`

var placeholderPhrases = []string{"no email", "no e-mail", "no address", "not available", "not provided",
	"not applicable", "not known",
	"no mail", "no e-mail address", "no email address", "no email on file", "not given", "not set", "email deleted",
	"deleted user",
	"keine e-mail", "keine email", "pas d'email", "sans email", "sin correo", "sin email", "nessuna email"}

const longestPlaceholder = 20

// placeholder reports whether a text without an @ is only a placeholder for a missing address.
func placeholder(text []byte) bool {
	if n := len(text); n > 2 && strings.IndexByte("([{<", text[0]) >= 0 && strings.IndexByte(")]}>", text[n-1]) >= 0 {
		text = trim(text[1 : n-1])
	}
	if len(text) == 0 || len(text) > longestPlaceholder {
		return false
	}
	if !isLetterOrDigit(text[0]) && strings.Trim(string(text), "-_./*?#~–—") == "" {
		return true
	}
	var lower [longestPlaceholder]byte
	for i, c := range text {
		lower[i] = c
		if c >= utf8.RuneSelf {
			return placeholders[strings.ToLower(string(text))]
		}
		if 'A' <= c && c <= 'Z' {
			lower[i] += 'a' - 'A'
		}
	}
	return placeholders[string(lower[:len(text)])]
}
