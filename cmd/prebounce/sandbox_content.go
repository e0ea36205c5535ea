package main

import (
	"errors"
	"io"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	gomessage "github.com/emersion/go-message"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// mailContent is what a test wants to know of a mail. Its JSON form has stable names.
type mailContent struct {
	Subject     string       `json:"subject"`
	Headers     []mailHeader `json:"headers"` // decoded, in their order
	From        []string     `json:"from"`
	To          []string     `json:"to"`
	Cc          []string     `json:"cc"`
	ReplyTo     []string     `json:"reply_to"`
	Text        string       `json:"text"`
	HTML        string       `json:"html"`
	Parts       []mailPart   `json:"parts"`
	Attachments []mailPart   `json:"attachments"`
	Links       []string     `json:"links"`
	Transcript  []string     `json:"transcript"` // of the session, up to the reply
}

type mailHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type mailPart struct {
	Type     string `json:"type"`
	Filename string `json:"filename,omitempty"`
	Size     int    `json:"size"` // decoded, in octets
}

// Bounds of what is shown of a mail.
const (
	maxParts    = 500
	maxPartText = 1 << 20
	maxLinks    = 1000
)

var link = regexp.MustCompile(`https?://[^\s"'<>\x00-\x1f]+`)

// contentOf reads a stored attempt. What can't be read is left out: the findings say what is wrong with it.
func contentOf(dir string, m *sandbox.Stored) *mailContent {
	c := &mailContent{
		Subject: m.Subject(), Headers: []mailHeader{}, From: []string{}, To: []string{},
		Cc: []string{}, ReplyTo: []string{}, Parts: []mailPart{}, Attachments: []mailPart{},
		Links: []string{}, Transcript: []string{},
	}
	if transcript, err := sandbox.Transcript(dir, m.Name); err == nil {
		c.Transcript = strings.Split(strings.TrimSuffix(transcript, "\n"), "\n")
	}
	entity, _ := gomessage.Read(strings.NewReader(string(m.Text)))
	if entity == nil || len(m.Text) == 0 {
		return c
	}
	for fields := entity.Header.Fields(); fields.Next(); {
		value, err := fields.Text()
		if err != nil {
			value = fields.Value()
		}
		c.Headers = append(c.Headers, mailHeader{fields.Key(), value})
	}
	for name, into := range map[string]*[]string{"From": &c.From, "To": &c.To, "Cc": &c.Cc, "Reply-To": &c.ReplyTo} {
		*into = mailboxesIn(entity.Header.Get(name))
	}
	entity.Walk(func(at []int, e *gomessage.Entity, _ error) error { return c.add(at, e) })
	return c
}

func mailboxesIn(field string) []string {
	all := []string{}
	list, err := mail.ParseAddressList(field)
	if err != nil {
		return all
	}
	for _, a := range list {
		all = append(all, a.Address)
	}
	return all
}

var errEnoughParts = errors.New("too many parts")

// add takes a leaf of the MIME tree.
func (c *mailContent) add(at []int, e *gomessage.Entity) error {
	if e == nil || len(c.Parts) >= maxParts || len(at) > 20 {
		return errEnoughParts
	}
	kind, params, _ := e.Header.ContentType()
	if strings.HasPrefix(kind, "multipart/") {
		return nil
	}
	disposition, dispositionParams, _ := e.Header.ContentDisposition()
	text, _ := io.ReadAll(io.LimitReader(e.Body, maxPartText))
	rest, _ := io.Copy(io.Discard, e.Body)
	part := mailPart{Type: kind, Filename: dispositionParams["filename"], Size: len(text) + int(rest)}
	if part.Filename == "" {
		part.Filename = params["name"]
	}
	c.Parts = append(c.Parts, part)
	switch {
	case disposition == "attachment" || part.Filename != "":
		c.Attachments = append(c.Attachments, part)
	case kind == "text/plain" || kind == "":
		c.Text += string(text)
		c.addLinks(string(text))
	case kind == "text/html":
		c.HTML += string(text)
		c.addLinks(strings.ReplaceAll(string(text), "&amp;", "&"))
	}
	return nil
}

func (c *mailContent) addLinks(text string) {
	for _, l := range link.FindAllString(text, maxLinks) {
		if l = strings.TrimRight(l, ".,;:!?)"); !slices.Contains(c.Links, l) && len(c.Links) < maxLinks {
			c.Links = append(c.Links, l)
		}
	}
}
