package reply

import "strings"

// stageWords are how logs and bounce mails name the command that a reply answers, lower case.
var stageWords = []struct {
	words string
	stage Stage
}{
	{"refused to talk to me", Greeting},
	{"initial connection", Greeting},
	{"initial server greeting", Greeting},
	{"greeting failed", Greeting},
	{"my name was rejected", EHLO},
	{"ehlo", EHLO},
	{"helo", EHLO},
	{"starttls", EHLO},
	{"auth ", EHLO},
	{"mail from", MAIL},
	{"sender was rejected", MAIL},
	{"rcpt to", RCPT},
	{"recipient was rejected", RCPT},
	{"end of data", DATA},
	{"data command", DATA},
	{"after data", DATA},
	{"message body", DATA},
}

// unix is the type of diagnostics that hold how a program ended (RFC 3464 §2.3.6 leaves room for such types).
const unix = "x-unix"

// cutType takes the type off the front of a diagnostic: "smtp; 550 ...", "X-Postfix; ...". It is not part of
// what was said.
func cutType(text string) (kind, rest string) {
	kind, rest, ok := strings.Cut(text, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if !ok || !diagnosticType(kind) {
		return "", text
	}
	return kind, strings.TrimSpace(rest)
}

// diagnosticType reports whether a word names the type of a diagnostic, in lower case.
func diagnosticType(word string) bool {
	switch word {
	case "smtp", "esmtp", "lmtp", "dns", "unix", "x400", "expired", "local", "notes":
		return true
	}
	return strings.HasPrefix(word, "x-") && len(word) < 40 && !strings.ContainsAny(word, " \t\n.:")
}

// laterCode finds the refusal behind a greeting that a log has on the same line, "220-mx.example.net 421
// 4.2.1 Service refused": 0 for none. Behind any other positive reply only a code together with its enhanced
// code is one.
func laterCode(text string) int {
	if !startsWithCode(text) || (text[0] != '2' && text[0] != '3') {
		return 0
	}
	last := 0
	for i := 4; i+5 <= len(text); i++ {
		if text[i-1] != ' ' || (text[i] != '4' && text[i] != '5') || !startsWithCode(text[i:]) {
			continue
		}
		rest := strings.TrimLeft(text[i+3:], " -")
		e, n := leadingEnhanced(rest)
		if (n > 0 && e.Class == uint16(text[i]-'0')) || (text[:3] == "220" && rest != "" && !isDigit(rest[0])) {
			last = i
		}
	}
	return last
}

// cutEnvelope takes off what Postfix's log has behind a refusal of its own: "; from=<s> to=<r> proto=ESMTP helo=<h>".
func cutEnvelope(text string) string {
	i := strings.LastIndex(text, "; from=<")
	if i < 0 || strings.Contains(text[i:], "\n") || !strings.Contains(text[i:], " proto=") {
		return text
	}
	return text[:i]
}

const inReplyTo = "(in reply to "

// cutStage takes Postfix's "(in reply to RCPT TO command)" off the end, or off the line where the bounce mail has it.
func cutStage(text string) (string, Stage) {
	i := strings.LastIndex(text, inReplyTo)
	if i < 0 {
		return text, StageUnknown
	}
	inside := text[i+len(inReplyTo):]
	end := strings.IndexByte(inside, ')')
	if end < 0 {
		return text, StageUnknown
	}
	return strings.TrimSpace(text[:i]) + inside[end+1:], stageIn(inside[:end] + " command")
}

func stageIn(words string) Stage {
	words = strings.ToLower(words)
	for _, w := range stageWords {
		if strings.Contains(words, w.words) {
			return w.stage
		}
	}
	return StageUnknown
}

// codeStart finds where the reply begins inside the words of a log or a bounce mail: the first code that stands behind
// punctuation or behind a word that announces it. 0 if the text begins with a code or has none.
func codeStart(text string) int {
	if startsWithCode(text) {
		return 0
	}
	if _, n := leadingEnhanced(strings.TrimLeft(text, "#( ")); n > 0 && !strings.Contains(text, "said:") {
		return 0
	}
	for i := 1; i+3 <= len(text); i++ {
		if isDigit(text[i]) && !isAlnum(text[i-1]) && startsWithCode(text[i:]) && announced(text[:i]) {
			return i
		}
	}
	return 0
}

var announcers = []string{"said", "error", "error code", "returned", "response", "reply", "status", "failed with",
	"code"}

func announced(before string) bool {
	before = strings.TrimRight(before, " \t\r")
	if before == "" {
		return true
	}
	if strings.IndexByte(":;'\"(<#>\n=", before[len(before)-1]) >= 0 {
		return true
	}
	before = before[max(0, len(before)-16):]
	for _, a := range announcers {
		if len(before) >= len(a) && strings.EqualFold(before[len(before)-len(a):], a) {
			return true
		}
	}
	return false
}

// readWrapping keeps what the words before the reply tell: who spoke, and when.
func (r *Reply) readWrapping(words string) {
	if r.Stage == StageUnknown {
		r.Stage = stageIn(words)
	}
	lower := strings.ToLower(words)
	for _, mark := range []string{"host ", "dns; ", "server ", "mx ", "from "} {
		_, after, ok := strings.Cut(lower, mark)
		if !ok {
			continue
		}
		name := after[:hostLen(after)]
		if strings.Contains(name, ".") {
			r.Host = strings.Trim(name, ".")
			return
		}
	}
}

func hostLen(s string) int {
	n := 0
	for n < len(s) && n < 255 && (isAlnum(s[n]) || s[n] == '.' || s[n] == '-') {
		n++
	}
	return n
}
