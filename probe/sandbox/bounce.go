package sandbox

import (
	"bytes"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"
	"time"
)

// enhanced finds the enhanced code of a reply (RFC 2034).
var enhanced = regexp.MustCompile(`^[245]\d\d[ -]([245]\.\d{1,3}\.\d{1,3})(?:[^\d.]|$)`)

// maxReturned is how much of a message a bounce returns. Of a longer one it returns the header.
const maxReturned = 50_000

// bounceForms are the forms of bounces, by the values of the setting bounce.
var bounceForms = map[string]func(b *bounceMail) string{
	"rfc3464": (*bounceMail).report, "exim": (*bounceMail).exim, "qmail": (*bounceMail).qmail,
}

// bounceMail is what goes into a bounce.
type bounceMail struct {
	host     string
	of       Message
	fates    []fate
	returned []byte // what comes back of the message
	whole    bool   // that is all of it
	date     string
	boundary string
}

// newBounce is the bounce of a host, addressed to the sender.
func (p *postOffice) newBounce(h *mailHost, m Message, fates []fate) Message {
	now := p.clock.now()
	b := &bounceMail{host: h.name, of: m, fates: fates, date: now.UTC().Format(time.RFC1123Z)}
	b.returned, b.whole = returnable(m)
	for b.boundary = m.QueueID + "/" + h.name; bytes.Contains(b.returned, []byte("--"+b.boundary)); {
		b.boundary += "="
	}
	text := strings.ReplaceAll(bounceForms[h.p.bounce](b), "\n", "\r\n")
	bounce := Message{
		Outcome: Accepted, QueueID: m.QueueID + "B", BounceOf: m.QueueID, Host: h.name, HELO: h.name,
		To:         []string{m.From},
		Recipients: []Recipient{{Address: m.From, Accepted: true}}, Received: now, Session: m.Session,
		Text: bytes.Replace([]byte(text), []byte(returnedHere), b.returned, 1),
	}
	if addrs := p.world.addresses(h.owner); len(addrs) > 0 {
		bounce.Client = addrs[0]
	}
	return bounce
}

// returnedHere stands in a form where the message comes, whose octets stay as they were. No reply or address has a NUL.
const returnedHere = "\x00"

// returnable is the message with its trace fields, or its header if it is long or the sender wants no more
// (RFC 3461 §4.3).
func returnable(m Message) (text []byte, whole bool) {
	text = m.traced()
	ret, _ := valueOf(m.Parameters, "RET")
	if len(text) <= maxReturned && !strings.EqualFold(ret, "HDRS") {
		return text, true
	}
	header, _, _ := bytes.Cut(text, []byte("\r\n\r\n"))
	if len(header) > maxReturned {
		header = header[:maxReturned]
	}
	return append(bytes.Clone(header), "\r\n"...), false
}

// headed puts the fields on top that all bounces have.
func (b *bounceMail) headed(from, subject, more, body string) string {
	return fmt.Sprintf("From: %s\nTo: <%s>\nSubject: %s\nDate: %s\nMessage-ID: <%s.bounce@%s>\nAuto-Submitted: "+
		"auto-replied\n%s\n%s",
		from, b.of.From, subject, b.date, b.of.QueueID, b.host, more, body)
}

// report is a bounce as RFC 3464 has it, with the words around it that Postfix users know.
func (b *bounceMail) report() string {
	var said, status strings.Builder
	fmt.Fprintf(&status, "Reporting-MTA: dns; %s\n", b.host)
	if id, ok := valueOf(b.of.Parameters, "ENVID"); ok {
		fmt.Fprintf(&status, "Original-Envelope-Id: %s\n", unxtext(id))
	}
	fmt.Fprintf(&status, "Arrival-Date: %s\n", b.of.Received.UTC().Format(time.RFC1123Z))
	kind, global := "rfc822", ""
	for _, f := range b.fates {
		if !ascii(f.Recipient + f.Reply) {
			kind, global = "utf-8", "global-" // RFC 6533
		}
	}
	for _, f := range b.fates {
		fmt.Fprintf(&said, "%s", fold("<"+f.Recipient+">: host "+f.Host+" said: "+oneLine(f.Reply)+
			" (in reply to RCPT TO command)"))
		fmt.Fprintf(&status, "\nFinal-Recipient: %s; %s\n", kind, f.Recipient)
		if orcpt, ok := valueOf(f.params, "ORCPT"); ok {
			of, address, _ := strings.Cut(orcpt, ";")
			fmt.Fprintf(&status, "Original-Recipient: %s;%s\n", of, unxtext(address))
		}
		fmt.Fprintf(&status, "Action: failed\nStatus: %s\nRemote-MTA: dns; %s\n%s", f.Status(), f.Host,
			fold("Diagnostic-Code: smtp; "+oneLine(f.Reply)))
	}
	returnedAs := "message/rfc822"
	if !b.whole {
		returnedAs = "text/rfc822-headers"
	}
	body := b.part("text/plain; charset=utf-8", "This is the mail system at host "+b.host+".\n\n"+
		"Your message was accepted, but it could not be delivered to these recipients:\n\n"+said.String()) +
		b.part("message/"+global+"delivery-status", status.String()) + b.part(returnedAs, returnedHere) + "--" +
		b.boundary + "--\n"
	more := "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=" + global +
		"delivery-status;\n\tboundary=\"" + b.boundary + "\"\n"
	return b.headed("Mail Delivery System <MAILER-DAEMON@"+b.host+">", "Undelivered Mail Returned to Sender", more,
		body)
}

func (b *bounceMail) part(kind, body string) string {
	return "--" + b.boundary + "\nContent-Type: " + kind + "\nContent-Transfer-Encoding: 8bit\n\n" + body + "\n"
}

// exim is a bounce in Exim's form, which names the recipients in a field of its own.
func (b *bounceMail) exim() string {
	var names []string
	var said strings.Builder
	for _, f := range b.fates {
		names = append(names, f.Recipient)
		fmt.Fprintf(&said, "  %s\n    host %s\n    SMTP error from remote mail server after RCPT TO:<%s>:\n    %s\n",
			f.Recipient, f.Host, f.Recipient, strings.ReplaceAll(f.Reply, "\n", "\n    "))
	}
	rest := "------ This is a copy of the message, including all the headers. ------\n\n"
	if !b.whole {
		rest = "------ This is a copy of the message's headers. ------\n\n"
	}
	body := "This message was created automatically by mail delivery software.\n\n" +
		"A message that you sent could not be delivered to one or more of its\n" +
		"recipients. This is a permanent error. The following address(es) failed:\n\n" + said.String() + "\n" + rest +
		returnedHere
	return b.headed("Mail Delivery System <Mailer-Daemon@"+b.host+">",
		"Mail delivery failed: returning message to sender",
		"X-Failed-Recipients: "+strings.Join(names, ",\n ")+"\n"+b.plain(), body)
}

// qmail is a bounce in qmail's form, which programs tell by its first sentence.
func (b *bounceMail) qmail() string {
	var said strings.Builder
	for _, f := range b.fates {
		fmt.Fprintf(&said, "<%s>:\n%s does not like recipient.\nRemote host said: %s\nGiving up on %s.\n\n",
			f.Recipient, f.Host, oneLine(f.Reply), f.Host)
	}
	body := "Hi. This is the qmail-send program at " + b.host + ".\n" +
		"I'm afraid I wasn't able to deliver your message to the following addresses.\n" +
		"This is a permanent error; I've given up. Sorry it didn't work out.\n\n" + said.String() +
		"--- Below this line is a copy of the message.\n\n" + returnedHere
	return b.headed("MAILER-DAEMON@"+b.host, "failure notice", b.plain(), body)
}

// plain are the fields of a text; they are left out where ASCII needs none.
func (b *bounceMail) plain() string {
	if ascii(string(b.returned)) {
		return ""
	}
	return "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
}

// oneLine joins the lines of a reply, as mail servers do in a bounce.
func oneLine(reply string) string { return textproto.TrimString(strings.ReplaceAll(reply, "\n", " ")) }

// fold breaks a text at spaces into lines of at most 76 characters where it can, those after the first indented.
func fold(text string) string {
	var b strings.Builder
	width := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case width+len(word) > 75:
			b.WriteString("\n    ")
			width = 4
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += len(word)
	}
	return b.String() + "\n"
}

var hexchar = regexp.MustCompile(`\+[0-9A-F]{2}`)

// unxtext decodes RFC 3461 §4's xtext. What would be a control character stays encoded.
func unxtext(text string) string {
	return hexchar.ReplaceAllStringFunc(text, func(code string) string {
		var c byte
		if fmt.Sscanf(code, "+%X", &c); c < ' ' || c > '~' {
			return code
		}
		return string(c)
	})
}
