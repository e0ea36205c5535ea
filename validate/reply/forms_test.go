package reply

import "strings"

// forms writes one reply in the ways that servers, logs and bounce mails have for it.
func forms(text string) map[string]string {
	r := Parse(text)
	flat := strings.ReplaceAll(text, "\n", " ")
	all := map[string]string{
		"as it came":       text,
		"CRLF":             strings.ReplaceAll(text, "\n", "\r\n") + "\r\n",
		"flattened":        flat,
		"in a DSN":         "smtp; " + flat,
		"in a DSN, tight":  "smtp;" + flat,
		"in a Postfix log": "host mx.example.net[192.0.2.7] said: " + flat + " (in reply to RCPT TO command)",
		"in Exim's log": "SMTP error from remote mail server after RCPT TO:<user@example.net>: " +
			strings.ReplaceAll(text, "\n", `\n`),
		"in a qmail bounce": "192.0.2.7 does not like recipient.\nRemote host said: " + text,
		"in quotes":         "Remote server returned '" + flat + "'",
		"spaced":            "  " + flat + "  ",
	}
	if r.Code != 0 && len(r.Lines) == 1 && len(r.Lines[0]) > 20 {
		all["on several lines"] = severalLines(r)
	}
	return all
}

// severalLines breaks the text of a reply at a space before a small letter: a line that begins with a capital may begin
// a sentence.
func severalLines(r Reply) string {
	code, rest, _ := strings.Cut(r.String(), " ")
	if !r.Enhanced.IsZero() {
		var e string
		e, rest, _ = strings.Cut(rest, " ")
		code += "-" + e
	} else {
		code += "-"
	}
	at := len(rest) / 2
	for at < len(rest) && !(rest[at] == ' ' && goesOn(rest[at+1:])) {
		at++
	}
	if at == len(rest) {
		return r.String()
	}
	last := strings.Replace(code, "-", " ", 1)
	return strings.TrimSuffix(code, " ") + " " + rest[:at] + "\n" + last + " " + rest[at+1:]
}

// goesOn reports whether a line goes on with the sentence of the one before.
func goesOn(line string) bool { return line != "" && line[0] >= 'a' && line[0] <= 'z' }
