package serve

import (
	"bytes"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// This file has the shapes of Mailpit's API. Its names are Mailpit's.

type mailpitAddress struct{ Name, Address string }

type mailpitSummary struct {
	ID, MessageID        string
	Read                 bool
	From                 mailpitAddress
	To, Cc, Bcc, ReplyTo []mailpitAddress
	Subject              string
	Created              time.Time
	Username             string
	Tags                 []string
	Size                 int
}

// mailpitListed is a mail in a list.
type mailpitListed struct {
	mailpitSummary
	Snippet     string
	Attachments int
}

type mailpitPart struct {
	PartID, FileName, ContentType, ContentID string
	Size                                     int
}

type mailpitMessage struct {
	mailpitSummary
	Date                time.Time
	ReturnPath          string
	Text, HTML          string
	Attachments, Inline []mailpitPart
}

// listed is a mail as a list shows it.
func listed(m *sandbox.Stored) mailpitListed {
	parts := partsOf(m.Text)
	v := mailpitListed{mailpitSummary: summaryOf(m), Snippet: snippetOf(parts)}
	for i := range parts {
		if parts[i].attached() && !parts[i].inline() {
			v.Attachments++
		}
	}
	return v
}

// shown is a mail at length.
func shown(m *sandbox.Stored) mailpitMessage {
	parts := partsOf(m.Text)
	v := mailpitMessage{mailpitSummary: summaryOf(m), Date: m.Received, ReturnPath: m.From,
		Text: textOf(parts, "text/plain"), HTML: textOf(parts, "text/html"), Attachments: []mailpitPart{},
		Inline: []mailpitPart{}}
	for _, p := range parts {
		into := &v.Attachments
		switch {
		case !p.attached():
			continue
		case p.inline():
			into = &v.Inline
		}
		*into = append(*into, mailpitPart{p.id, p.name, p.kind, p.contentID, len(p.body)})
	}
	return v
}

// summaryOf reads the header of a mail. Who is in no field of it was in Bcc.
func summaryOf(m *sandbox.Stored) mailpitSummary {
	v := mailpitSummary{ID: m.Name, Subject: m.Subject(), Created: m.Received, Username: m.User, Tags: []string{},
		Size: len(m.Text), Bcc: []mailpitAddress{}}
	h := mail.Header{}
	if parsed, err := mail.ReadMessage(bytes.NewReader(m.Text)); err == nil {
		h = parsed.Header
	}
	v.MessageID = strings.Trim(h.Get("Message-Id"), "<> ")
	v.To, v.Cc, v.ReplyTo = addressesOf(h, "To"), addressesOf(h, "Cc"), addressesOf(h, "Reply-To")
	v.From = mailpitAddress{Address: m.From}
	if from := addressesOf(h, "From"); len(from) > 0 {
		v.From = from[0]
	}
	for _, to := range m.To {
		if !slices.ContainsFunc(slices.Concat(v.To, v.Cc),
			func(a mailpitAddress) bool { return strings.EqualFold(a.Address, to) }) {
			v.Bcc = append(v.Bcc, mailpitAddress{Address: to})
		}
	}
	return v
}

func addressesOf(h mail.Header, field string) []mailpitAddress {
	found := []mailpitAddress{}
	all, _ := h.AddressList(field) // what is not a list of addresses has none
	for _, a := range all {
		found = append(found, mailpitAddress{a.Name, a.Address})
	}
	return found
}
