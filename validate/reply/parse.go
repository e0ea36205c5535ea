package reply

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of what is kept: no server has a reason to say more, and a hostile one can't cost more.
const (
	maxText  = 16 << 10 // bytes of one reply
	maxLines = 100
)

// Reply is one SMTP reply. The zero value is a reply that says nothing.
type Reply struct {
	Code     int      // the basic code; 0 where the text has none
	Enhanced Enhanced // the first one given
	Lines    []string // the text of each line, without its codes; valid UTF-8
	Stage    Stage    // what the words around the reply say it answers: "(in reply to RCPT TO command)"
	Host     string   // who said it, where the words around the reply name the host

	hash bool // the enhanced code came first and as "#5.1.0", which is Cisco's way
}

// Text is all lines as one.
func (r Reply) Text() string { return strings.Join(r.Lines, " ") }

// String writes the reply on one line: codes, then text.
func (r Reply) String() string {
	var parts []string
	if r.Code != 0 {
		parts = append(parts, strconv.Itoa(r.Code))
	}
	if !r.Enhanced.IsZero() {
		mark := ""
		if r.hash {
			mark = "#" // by which Parse knows Cisco's replies
		}
		parts = append(parts, mark+r.Enhanced.String())
	}
	return strings.Join(append(parts, r.Lines...), " ")
}

// severity is the first digit that the codes agree on: 0 where there is none or they contradict each other.
func (r Reply) severity() int {
	basic, enhanced := r.Code/100, int(r.Enhanced.Class)
	switch {
	case basic == 0:
		return enhanced
	case enhanced == 0 || enhanced == basic:
		return basic
	}
	return 0
}

// Parse reads a reply as servers, logs and bounce mails write it: with several lines, or these flattened into
// one; with or without enhanced code; as "host x said: ... (in reply to RCPT TO command)", "smtp; 550 ..." or
// "#5.1.1". Where a server quotes another, the code is the outer one's. It never fails: text that is not a reply
// has no code. At most 16 KiB and 100 lines are kept.
func Parse(text string) Reply {
	text = strings.TrimSpace(toUTF8(bounded(text)))
	text = unescapeNewlines(text)
	kind, text := cutType(text)
	text, stage := cutStage(cutEnvelope(text))
	r := Reply{Stage: stage}
	if start := codeStart(text); start > 0 {
		r.readWrapping(text[:start])
		text = unquoted(text[start:], text[start-1])
	}
	if at := laterCode(text); at > 0 && kind != unix {
		text = text[at:]
	}
	r.readLines(text)
	if kind == unix {
		r.Code = 0 // how a program ended
	}
	if r.Enhanced.IsZero() {
		r.Enhanced = r.codeInText()
	}
	return r
}

// unquoted takes the closing quote off a reply that stands in quotes.
func unquoted(s string, before byte) string {
	switch before {
	case '"', '\'':
		return strings.TrimSuffix(s, string(before))
	case '<':
		return strings.TrimSuffix(s, ">")
	}
	return s
}

func (r *Reply) codeInText() Enhanced {
	for _, line := range r.Lines {
		if e := findEnhanced(line, uint16(r.Code/100)); !e.IsZero() {
			return e
		}
	}
	return Enhanced{}
}

func bounded(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return s
}

// toUTF8 takes what is not UTF-8 for Latin-1, which is right for most 8-bit replies and loses nothing in the others.
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	cut := len(s) - 1
	if len(s) == maxText { // the bound may have cut a letter
		for ; cut > len(s)-utf8.UTFMax; cut-- {
			if utf8.RuneStart(s[cut]) && utf8.ValidString(s[:cut]) {
				return s[:cut]
			}
		}
	}
	out := make([]rune, len(s))
	for i := range len(s) {
		out[i] = rune(s[i])
	}
	return string(out)
}

// unescapeNewlines undoes what Exim does to a reply of several lines in its log.
func unescapeNewlines(s string) string {
	if !strings.Contains(s, `\n`) {
		return s
	}
	return strings.NewReplacer(`\r\n`, "\n", `\n`, "\n").Replace(s)
}
