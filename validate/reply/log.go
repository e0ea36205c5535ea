package reply

import (
	"bufio"
	"regexp"
	"strings"
)

func readLog(r *bufio.Reader, _ func(line int), yield func(Bounce, error) bool) {
	lines(r, func(line string, _ int, err error) bool {
		if err != nil {
			return yield(Bounce{}, err)
		}
		if b, ok := LogLine(line); ok {
			return yield(b, nil)
		}
		return true
	})
}

// LogLine reads the fate of one recipient from a line of a Postfix, Exim or Sendmail log; false for every other line.
func LogLine(line string) (Bounce, bool) {
	for _, f := range []func(string) (Bounce, bool){syslogLine, rejectLine, eximLine, eximReject} {
		if b, ok := f(line); ok && b.Address != "" {
			return b, true
		}
	}
	return Bounce{}, false
}

func isLogLine(line string) bool {
	_, ok := LogLine(line)
	return ok
}

// fieldAfter is the text between two marks, "" if they aren't there.
func fieldAfter(line, mark, end string) string {
	_, after, ok := strings.Cut(line, mark)
	if !ok {
		return ""
	}
	field, _, _ := strings.Cut(after, end)
	return field
}

// syslogLine reads "to=<a@b>, ..., dsn=5.1.1, status=bounced (host x said: 550 ...)" (Postfix) and "..., stat=User unknown"
// (Sendmail; newer ones have "reply=550 ..." before it).
func syslogLine(line string) (Bounce, bool) {
	to := fieldAfter(line, "to=<", ">")
	status, _ := ParseEnhanced(fieldAfter(line, "dsn=", ","))
	if to == "" || status.IsZero() {
		return Bounce{}, false
	}
	if _, text, ok := strings.Cut(line, " status="); ok {
		_, text, _ = strings.Cut(text, "(")
		return said(to, strings.TrimSuffix(strings.TrimSpace(text), ")"), status), true
	}
	if _, text, ok := strings.Cut(line, " stat="); ok {
		return said(to, sendmailText(line, strings.TrimSpace(text), status), status), true
	}
	return Bounce{}, false
}

// sendmailText is the other host's reply where the log has it. Its own words say "User unknown" to every 550 at RCPT, whatever
// the host said, so that they count only beside a status about the address.
func sendmailText(line, stat string, status Enhanced) string {
	if reply := fieldAfter(line, " reply=", ", stat="); reply != "" {
		return reply
	}
	if stat == "User unknown" && status.Subject != 1 && status.Subject != 2 {
		return ""
	}
	return stat
}

// rejectLine reads what a Postfix refused itself: "reject: RCPT from h[1.2.3.4]: 550 5.1.1 ...; from=<> to=<a@b> proto=ESMTP".
func rejectLine(line string) (Bounce, bool) {
	_, after, ok := strings.Cut(line, "reject: ")
	if !ok || !strings.HasPrefix(after, "RCPT from ") {
		return Bounce{}, false
	}
	_, text, ok := strings.Cut(after, "]: ")
	if !ok {
		return Bounce{}, false
	}
	to := fieldAfter(text, " to=<", ">")
	return said(to, cutEnvelope(text), Enhanced{}), true
}

// Exim's main log: date, time, perhaps zone and process, message id, flag, address. "**" failed, "==" is put off, "=>" and
// "->" are delivered.
var eximFate = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*(?: [-+]\d{4})?(?: \[\d+\])? \w{6}-\w{6,11}-\w{2,4} (\*\*|==|=>|->) (\S+)(?: <([^>]*)>)?(.*)`)

var eximStatus = map[string]Enhanced{"**": {Class: 5}, "==": {Class: 4}, "=>": {Class: 2}, "->": {Class: 2}}

func eximLine(line string) (Bounce, bool) {
	m := eximFate.FindStringSubmatch(line)
	if m == nil {
		return Bounce{}, false
	}
	to, bare := strings.CutSuffix(m[2], ":") // else router, transport and host stand before the reason
	if m[3] != "" {
		to = m[3]
	}
	text := m[4]
	switch {
	case m[1] == "=>" || m[1] == "->":
		text = fieldAfter(text, ` C="`, `"`)
	case m[1] == "==":
		_, text, _ = strings.Cut(text, "defer ")
		_, text, _ = strings.Cut(text, ": ")
	case !bare:
		_, text, _ = strings.Cut(text, ": ")
	}
	return said(to, strings.TrimSpace(text), eximStatus[m[1]]), true
}

var eximRejected = regexp.MustCompile(` (temporarily )?rejected RCPT <([^>]*)>: (.*)`)

func eximReject(line string) (Bounce, bool) {
	m := eximRejected.FindStringSubmatch(line)
	if m == nil {
		return Bounce{}, false
	}
	status := Enhanced{Class: 5}
	if m[1] != "" {
		status = Enhanced{Class: 4}
	}
	return said(m[2], m[3], status), true
}
