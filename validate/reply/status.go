package reply

import (
	"io"
	"mime"
	"net/textproto"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

var wordDecoder = mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(charset)
	if err != nil {
		return nil, err
	}
	return e.NewDecoder().Reader(r), nil
}}

// statuses reads the delivery status of a report: from the part that holds it, or from a text that has its
// fields where the parts are broken.
func (l *letter) statuses() (all []Bounce) {
	words := l.text()
	words = words[:min(len(words), maxNotice)]
	head, _ := cutOriginal(words)
	l.each(func(p *letter) bool {
		kind, _ := p.contentType()
		if kind == "message/delivery-status" || kind == "message/global-delivery-status" {
			all = append(all, deliveryStatus(p.body, head)...)
		}
		return !strings.HasPrefix(kind, "message/") || kind == "message/delivery-status" ||
			kind == "message/global-delivery-status" || p == l
	})
	if len(all) == 0 && finalRecipient().MatchString(words) {
		all = deliveryStatus(words, head)
	}
	return all
}

var finalRecipient = lazily(`(?mi)^\s*(?:Final|Original)-Recipient:`)

// deliveryStatus reads the groups of fields, the first of which is about the mail and the others about one
// recipient each. words is the part for people, which says more where a group has no diagnostic.
func deliveryStatus(text, words string) (all []Bounce) {
	seen := map[string]bool{}
	for group := range strings.SplitSeq(text, "\n\n") {
		if len(seen) == maxRecipients {
			break
		}
		if len(seen) == maxLookups {
			words = ""
		}
		if m := finalRecipient().FindStringIndex(group); m != nil &&
			!isFieldName(strings.TrimSpace(strings.SplitN(strings.TrimLeft(group, "\n "), ":", 2)[0])) {
			group = group[m[0]:]
		}
		fields, _ := cutHeader(group + "\n\n")
		b, ok := recipientOf(fields, words)
		if ok && !seen[strings.ToLower(b.Address)] {
			seen[strings.ToLower(b.Address)] = true
			all = append(all, b)
		}
	}
	return all
}

var actionStatus = map[string]Enhanced{"failed": {Class: 5}, "error": {Class: 5}, "delayed": {Class: 4},
	"delivered": {Class: 2}, "relayed": {Class: 2}, "expanded": {Class: 2}}

// maxLookups is of how many recipients the words for people are searched.
const maxLookups = 20

func recipientOf(fields textproto.MIMEHeader, words string) (Bounce, bool) {
	to := ""
	for _, name := range []string{"Original-Recipient", "Final-Recipient", "X-Actual-Recipient"} {
		if to = address(unescaped(fields.Get(name))); to != "" {
			break
		}
	}
	if to == "" {
		return Bounce{}, false
	}
	action, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(fields.Get("Action"))), " ")
	status, comment := statusOf(fields.Get("Status"), actionStatus[action])
	text := fields.Get("Diagnostic-Code")
	b := said(to, text, status)
	if more := fields.Get("X-Supplementary-Info"); vague(b) && more != "" {
		text = strings.Trim(more, "<> ")
		b = said(to, text, status)
	}
	if vague(b) && comment != "" {
		b = said(to, comment, status)
	}
	if vague(b) {
		if other := saidInWords(to, words, status); !vague(other) {
			b = other
		}
	}
	b.hosted(afterType(fields.Get("Remote-Mta")))
	b.settle(action, status)
	return b, true
}

// vague reports whether the words of a bounce said nothing.
func vague(b Bounce) bool {
	return b.Reply.Text() == "" || unread(rule{id: b.Finding.Rule}) || (strings.HasPrefix(b.Finding.Rule, "code:") &&
		b.Reply.Code == 0)
}

// statusOf is the status of a recipient, and the comment behind it: "4.2.2 (Over quota)". A failure of a
// transient kind stays one of its kind, as do a delay and a success; where status and action have nothing in
// common, the action counts.
func statusOf(field string, action Enhanced) (status Enhanced, comment string) {
	first, rest, _ := strings.Cut(strings.TrimSpace(field), " ")
	status, err := ParseEnhanced(strings.TrimRight(first, ";,"))
	comment = strings.Trim(strings.TrimSpace(rest), "()")
	switch {
	case err != nil:
		return action, comment
	case action.Class == 4 && status.Class == 5:
		status.Class = 4
	case action.Class == 5 && status.Class == 2, action.Class == 2 && status.Class != 2:
		return action, comment
	}
	return status, comment
}

// settle holds a finding to the action: what failed was not accepted, what is late has not failed.
func (b *Bounce) settle(action string, status Enhanced) {
	switch {
	case action == "failed" && b.Finding.Class == Accepted:
		b.Reply.Code, b.Reply.Enhanced = 0, status
		b.Finding = Classify(b.Reply, Context{Recipient: b.Address})
		if b.Finding.Class == Accepted {
			b.Finding = Finding{Class: Undetermined, Rule: "none"}
		}
	case action == "delayed" && b.Finding.Class.Removes():
		b.Finding = Finding{Class: Temporary, Subject: Host, Rule: "action:delayed", Stage: b.Finding.Stage,
			Operator: b.Finding.Operator, Server: b.Finding.Server}
	case classOfAction(action) == 2:
		b.Finding = Finding{Class: Accepted, Rule: "action:" + action}
	}
}

func classOfAction(action string) uint16 { return actionStatus[action].Class }

// hosted notes who spoke, where the words don't say.
func (b *Bounce) hosted(host string) {
	host, _, _ = strings.Cut(host, " ")
	if host == "" || b.Reply.Host != "" || b.Reply.Text() == "" {
		return
	}
	b.Reply.Host = host
	b.Finding = Classify(b.Reply, Context{Recipient: b.Address})
}

// afterType takes the type off a field such as "rfc822; a@b".
func afterType(s string) string {
	if _, after, ok := strings.Cut(s, ";"); ok {
		s = after
	}
	return strings.TrimSpace(s)
}

var (
	utf8Escape  = lazily(`\\x\{([0-9A-Fa-f]{1,6})\}`)
	xtextEscape = lazily(`\+([0-9A-F]{2})`)
)

// unescaped is the address of a field such as "rfc822; a@b". Such of type utf-8 write letters as \x{E9} (RFC
// 6533 §3), others some signs as +3D (RFC 3461 §4).
func unescaped(field string) string {
	kind, _, _ := strings.Cut(strings.ToLower(field), ";")
	text := afterType(field)
	if strings.TrimSpace(kind) == "utf-8" || strings.Contains(text, `\x{`) {
		return utf8Escape().ReplaceAllStringFunc(text, func(m string) string {
			n, err := strconv.ParseUint(m[3:len(m)-1], 16, 32)
			if err != nil || n < 0x20 || n > 0x10ffff {
				return m
			}
			return string(rune(n))
		})
	}
	return xtextEscape().ReplaceAllStringFunc(text, func(m string) string {
		n, _ := strconv.ParseUint(m[1:], 16, 8)
		if n < 0x21 || n > 0x7e {
			return m
		}
		return string(rune(n))
	})
}
