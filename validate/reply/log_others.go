package reply

import (
	"strings"
)

var harakaSaid = lazily(`\brecipient <?([^\s<>]+@[^\s<>]+)>? (rejected|deferred|bounced|delivered)(?:: (.*))?$`)

var harakaStatus = map[string]Enhanced{"rejected": {Class: 5}, "bounced": {Class: 5}, "deferred": {Class: 4},
	"delivered": {Class: 2}}

// harakaLine reads "recipient <a@b> rejected: 550 5.1.1 ...".
func harakaLine(line string) (Bounce, bool) {
	m := harakaSaid().FindStringSubmatch(line)
	if m == nil {
		return Bounce{}, false
	}
	return said(m[1], m[3], harakaStatus[m[2]]), true
}

var stalwartEvent = lazily(`\((?:delivery|queue|smtp)\.([a-z-]+)\)`)

// stalwartLine reads "RCPT TO rejected (delivery.rcpt-to-rejected) ... to = "a@b", code = 550, details = "5.1.1 ..."".
func stalwartLine(line string) (Bounce, bool) {
	m := stalwartEvent().FindStringSubmatch(line)
	to := fieldAfter(line, `to = "`, `"`)
	if to == "" {
		to = fieldAfter(line, `to = ["`, `"`)
	}
	if m == nil || address(to) == "" {
		return Bounce{}, false
	}
	code := strings.Trim(fieldAfter(line, "code = ", ","), `" `)
	text := strings.TrimSpace(code + " " + fieldAfter(line, `details = "`, `"`))
	switch {
	case strings.Contains(m[1], "delivered"):
		return said(to, text, Enhanced{Class: 2}), true
	case text == "":
		return Bounce{}, false
	}
	return said(to, text, Enhanced{}), true
}

// momentumRecord is a line of Momentum's log: time, message, parent, kind, and fields that an @ parts, as it
// parts the addresses.
var momentumRecord = lazily(`^\d{10}(?:\.\d+)?@[^@\s]+@[^@\s]+@([BPDT])@(.*)$`)

var (
	momentumTo    = lazily(`(?:^|@)([^@\s<>]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+)(?:@|$)`)
	momentumReply = lazily(`(?:^|@)([245]\d\d[ -].*)$`)
)

// momentumLine reads a bounce (B, P), a delivery (D) or a failure for now (T). The recipient is the first
// address in it.
func momentumLine(line string) (Bounce, bool) {
	m := momentumRecord().FindStringSubmatch(line)
	if m == nil {
		return Bounce{}, false
	}
	to := momentumTo().FindStringSubmatch(m[2])
	if to == nil {
		return Bounce{}, false
	}
	text := ""
	if r := momentumReply().FindStringSubmatch(m[2]); r != nil {
		text = r[1]
	}
	return said(to[1], text, Enhanced{Class: map[string]uint16{"B": 5, "P": 5, "D": 2, "T": 4}[m[1]]}), true
}

var (
	pairTo    = lazily(`(?i)\b(?:to|rcpt|recipient|rcpt_to|rcptto)[=:]\s?[<"]?<?([^\s<>"',;]+@[^\s<>"',;]+)`)
	pairReply = lazily(`(?i)\b(?:response|reply|reason|error|result|smtp_?response|diag(?:nostic)?|msg|text)[=:]\s?(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|\[([^\]]*)\]|([245]\d\d.*))`)
)

// pairsLine reads a line of names and values, "rcpt=<a@b> ... response="550 5.1.1 ..."", if the value is a reply.
func pairsLine(line string) (Bounce, bool) {
	to, text := pairTo().FindStringSubmatch(line), pairReply().FindStringSubmatch(line)
	if to == nil || text == nil {
		return Bounce{}, false
	}
	words := strings.ReplaceAll(text[1]+text[2]+text[3]+text[4], `\"`, `"`)
	if !startsWithCode(strings.TrimLeft(words, `"'[ `)) {
		return Bounce{}, false
	}
	return said(to[1], strings.TrimLeft(words, `"'[ `), Enhanced{}), true
}
