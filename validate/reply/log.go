package reply

import (
	"bufio"
	"encoding/json"
	"strings"
)

func readLog(r *bufio.Reader, _ func(line int), yield func(Bounce, error) bool) {
	lines(r, func(line string, _ int, err error) bool {
		if err != nil {
			return yield(Bounce{}, err)
		}
		for _, b := range LogLines(line) {
			if !yield(b, nil) {
				return false
			}
		}
		return true
	})
}

// LogLine reads the fate of one recipient from a line of a mail server's log; false for every other line.
func LogLine(line string) (Bounce, bool) {
	all := LogLines(line)
	if len(all) == 0 {
		return Bounce{}, false
	}
	return all[0], true
}

// logForms are the forms of lines that tell of recipients, by server.
var logForms = []func(string) []Bounce{
	syslogLine, one(rejectLine), one(eximLine), one(eximReject), one(harakaLine), one(stalwartLine),
	one(momentumLine), one(pairsLine),
}

func one(f func(string) (Bounce, bool)) func(string) []Bounce {
	return func(line string) []Bounce {
		if b, ok := f(line); ok {
			return []Bounce{b}
		}
		return nil
	}
}

// LogLines reads the fates of recipients from a line of a log of Postfix, Sendmail, Exim, Haraka, Stalwart,
// Momentum or of another server that writes names before its values; also where the line stands in a JSON
// object, as journalctl -o json writes it. There are none in every other line.
func LogLines(line string) []Bounce {
	line = loggedMessage(line)
	for _, form := range logForms {
		if all := form(line); len(all) > 0 && all[0].Address != "" {
			return all
		}
	}
	return nil
}

// loggedMessage is the line itself where a collector of logs has wrapped it in JSON.
func loggedMessage(line string) string {
	if !strings.HasPrefix(strings.TrimSpace(line), "{") {
		return line
	}
	var fields map[string]any
	if json.Unmarshal([]byte(line), &fields) != nil {
		return line
	}
	for _, name := range []string{"MESSAGE", "message", "msg", "log", "line"} {
		switch text := fields[name].(type) {
		case string:
			return strings.TrimSpace(text)
		case []any: // octets, where the message isn't text
			var b []byte
			for _, v := range text {
				if n, ok := v.(float64); ok && n >= 0 && n < 256 {
					b = append(b, byte(n))
				}
			}
			return string(b)
		}
	}
	return line
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

var (
	logTo     = lazily(`(?:^|[ ,:])to=((?:<[^>]*>,?)+)`)
	logOrigTo = lazily(`\borig_to=<([^>]+@[^>]+)>`)
)

// syslogLine reads "to=<a@b>, ..., dsn=5.1.1, status=bounced (host x said: 550 ...)" (Postfix) and
// "to=<a@b>,<c@d>, ..., stat=User unknown" (Sendmail; newer ones have "reply=550 ..." before it). Where an
// alias led elsewhere, the address that was written to counts.
func syslogLine(line string) (all []Bounce) {
	m := logTo().FindStringSubmatch(line)
	status, _ := ParseEnhanced(fieldAfter(line, "dsn=", ","))
	if m == nil || status.IsZero() {
		return nil
	}
	to := strings.Split(strings.Trim(m[1], "<>,"), ">,<")
	if o := logOrigTo().FindStringSubmatch(line); o != nil {
		to = []string{o[1]}
	}
	text, ok := deliveryText(line, status)
	for _, a := range to {
		if ok && a != "" {
			all = append(all, said(a, text, status))
		}
	}
	return all
}

// deliveryText is what Postfix or Sendmail noted of a delivery.
func deliveryText(line string, status Enhanced) (text string, ok bool) {
	if _, text, ok := strings.Cut(line, " status="); ok {
		_, text, _ = strings.Cut(text, "(")
		return strings.TrimSuffix(strings.TrimSpace(text), ")"), true
	}
	if _, text, ok := strings.Cut(line, " stat="); ok {
		return sendmailText(line, strings.TrimSpace(text), status), true
	}
	return "", false
}

// sendmailText is the other host's reply where the log has it. Its own words say "User unknown" to every 550
// at RCPT, whatever the host said, so that they count only beside a status about the address.
func sendmailText(line, stat string, status Enhanced) string {
	if reply := fieldAfter(line, " reply=", ", stat="); reply != "" {
		return reply
	}
	if stat == "User unknown" && status.Subject != 1 && status.Subject != 2 {
		return ""
	}
	return stat
}

// rejectLine reads what a Postfix refused itself: "reject: RCPT from h[1.2.3.4]: 550 5.1.1 ...; from=<>
// to=<a@b> proto=ESMTP".
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

// Exim's main log: date, time, perhaps zone and process, message id, flag, address. "**" failed, "==" is put
// off, "=>" and "->" are delivered.
var eximFate = lazily(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*(?: [-+]\d{4})?(?: \[\d+\])? \w{6}-\w{6,11}-\w{2,4} (\*\*|==|=>|->) (\S+)(?: <([^>]*)>)?(.*)`)

var eximStatus = map[string]Enhanced{"**": {Class: 5}, "==": {Class: 4}, "=>": {Class: 2}, "->": {Class: 2}}

func eximLine(line string) (Bounce, bool) {
	m := eximFate().FindStringSubmatch(line)
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

var eximRejected = lazily(` (temporarily )?rejected RCPT <([^>]*)>: (.*)`)

func eximReject(line string) (Bounce, bool) {
	m := eximRejected().FindStringSubmatch(line)
	if m == nil {
		return Bounce{}, false
	}
	status := Enhanced{Class: 5}
	if m[1] != "" {
		status = Enhanced{Class: 4}
	}
	return said(m[2], m[3], status), true
}
