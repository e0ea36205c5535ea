package reply

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
)

// isHeaderField tells whether a line can be the first of a mail: "Return-Path: <>".
func isHeaderField(line string) bool {
	name, _, ok := strings.Cut(line, ":")
	if !ok || name == "" || len(name) > 70 {
		return false
	}
	for i := range len(name) {
		if !isAlnum(name[i]) && name[i] != '-' {
			return false
		}
	}
	return true
}

// mailHeader tells whether the text has one of the fields that every bounce mail has.
func mailHeader(text string) bool {
	lower := strings.ToLower(text[:min(len(text), 16<<10)])
	for _, field := range []string{"\nfrom:", "\nsubject:", "\nreceived:", "\nreturn-path:", "\nmime-version:"} {
		if strings.Contains("\n"+lower, field) {
			return true
		}
	}
	return false
}

func readMail(r *bufio.Reader, passed func(line int), yield func(Bounce, error) bool) {
	text, err := io.ReadAll(io.LimitReader(r, maxMail))
	if err != nil {
		yield(Bounce{}, err)
		return
	}
	all := Mail(text)
	if len(all) == 0 {
		passed(1)
	}
	for _, b := range all {
		if !yield(b, nil) {
			return
		}
	}
}

// readMbox takes the mails of an mbox one after the other; of a long one the first MiB.
func readMbox(r *bufio.Reader, passed func(line int), yield func(Bounce, error) bool) {
	var text bytes.Buffer
	blank, stopped, from := true, false, 1
	flush := func() bool {
		all := Mail(text.Bytes())
		if len(all) == 0 && text.Len() > 0 {
			passed(from)
		}
		for _, b := range all {
			if !yield(b, nil) {
				stopped = true
				break
			}
		}
		text.Reset()
		return !stopped
	}
	lines(r, func(line string, n int, err error) bool {
		if err != nil {
			stopped = true
			return yield(Bounce{}, err)
		}
		if blank && strings.HasPrefix(line, "From ") {
			more := flush()
			from = n
			return more
		}
		blank = line == ""
		if quoted := strings.TrimLeft(line, ">"); quoted != line && strings.HasPrefix(quoted, "From ") {
			line = line[1:]
		}
		if text.Len() < maxMail {
			text.WriteString(line + "\n")
		}
		return true
	})
	if !stopped {
		flush()
	}
}

// Mail reads the recipients that a bounce mail gives back: from its delivery status (RFC 3464), else from the paragraphs that
// name an address and what was said about it, as qmail writes them. Any other mail holds none.
func Mail(text []byte) []Bounce {
	m, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		return nil
	}
	var p parts
	p.read(textproto.MIMEHeader(m.Header), m.Body, 0)
	if len(p.bounces) > 0 {
		return p.bounces
	}
	return paragraphs(p.text)
}

// parts collects what counts in the parts of a mail.
type parts struct {
	bounces []Bounce
	text    string
}

const maxDepth = 5 // of parts within parts

func (p *parts) read(h textproto.MIMEHeader, body io.Reader, depth int) {
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case strings.HasPrefix(kind, "multipart/") && depth < maxDepth:
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			part, err := parts.NextRawPart()
			if err != nil {
				return
			}
			p.read(part.Header, part, depth+1)
		}
	case kind == "message/delivery-status" || kind == "message/global-delivery-status":
		p.bounces = append(p.bounces, deliveryStatus(decoded(h, body))...)
	case (kind == "text/plain" || kind == "") && p.text == "":
		p.text = string(readAll(decoded(h, body)))
	}
}

func decoded(h textproto.MIMEHeader, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

// readAll reads what there is; a part that breaks off is worth what came.
func readAll(r io.Reader) []byte {
	text, _ := io.ReadAll(io.LimitReader(r, maxMail))
	return text
}

// deliveryStatus reads the groups of fields, the first of which is about the mail and the others about one recipient each.
func deliveryStatus(r io.Reader) (all []Bounce) {
	text := strings.ReplaceAll(string(readAll(r)), "\r\n", "\n")
	for group := range strings.SplitSeq(text, "\n\n") {
		fields, _ := textproto.NewReader(bufio.NewReader(strings.NewReader(strings.TrimLeft(group, "\n") + "\n\n"))).ReadMIMEHeader()
		if b, ok := recipientOf(fields); ok {
			all = append(all, b)
		}
	}
	return all
}

var actionStatus = map[string]Enhanced{"failed": {Class: 5}, "delayed": {Class: 4}, "delivered": {Class: 2}, "relayed": {Class: 2}, "expanded": {Class: 2}}

func recipientOf(fields textproto.MIMEHeader) (Bounce, bool) {
	to := afterType(fields.Get("Original-Recipient"))
	if address(to) == "" {
		to = afterType(fields.Get("Final-Recipient"))
	}
	if to = address(to); to == "" {
		return Bounce{}, false
	}
	action := actionStatus[strings.ToLower(strings.TrimSpace(fields.Get("Action")))]
	status, _, _ := strings.Cut(strings.TrimSpace(fields.Get("Status")), " ")
	e, err := ParseEnhanced(status)
	if err != nil || action.Class != 0 && e.Class != action.Class {
		e = action
	}
	text := fields.Get("Diagnostic-Code")
	if host := afterType(fields.Get("Remote-MTA")); host != "" && text != "" {
		b := said(to, text, e)
		if b.Reply.Host == "" {
			b.Reply.Host = host
			b.Finding = Classify(b.Reply, Context{Recipient: to})
		}
		return b, true
	}
	return said(to, text, e), true
}

// afterType takes the type off a field such as "rfc822; a@b".
func afterType(s string) string {
	if _, after, ok := strings.Cut(s, ";"); ok {
		s = after
	}
	return strings.TrimSpace(s)
}

// paragraphs reads "<a@b>:" and the lines under it.
func paragraphs(text string) (all []Bounce) {
	for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		first, rest, ok := strings.Cut(strings.TrimSpace(p), "\n")
		first = strings.TrimSpace(first)
		if !ok || !strings.HasSuffix(first, ":") || !strings.HasPrefix(first, "<") {
			continue
		}
		if to := address(strings.TrimSuffix(first, ":")); to != "" {
			all = append(all, said(to, rest, Enhanced{}))
		}
	}
	return all
}
