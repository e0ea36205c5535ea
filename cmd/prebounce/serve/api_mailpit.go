package serve

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// This file gives the mail that the sandbox took in the shapes of Mailpit's API, for the clients that there
// are. Its names are Mailpit's.

var (
	errNoInbox = fmt.Errorf("there is no inbox: start prebounce serve with --sandbox: %w", errGone)
	errNoMail  = fmt.Errorf("there is no such mail: %w", errGone)
)

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

// taken are the mails that were accepted, the latest first.
func (s *Server) taken() ([]sandbox.Stored, error) {
	all, err := s.stored()
	return slices.DeleteFunc(all, func(m sandbox.Stored) bool { return m.Outcome != sandbox.Accepted }), err
}

func (s *Server) apiMessages(w http.ResponseWriter, r *http.Request) { s.listMail(w, r, "") }

func (s *Server) apiSearch(w http.ResponseWriter, r *http.Request) {
	query, err := queryOf(r)
	if err != nil {
		failAPI(w, err)
		return
	}
	s.listMail(w, r, query)
}

func queryOf(r *http.Request) (string, error) {
	query := r.URL.Query().Get("query")
	if strings.TrimSpace(query) == "" {
		return "", errors.New("want ?query=..., such as to:ann@example.com")
	}
	return query, nil
}

// listed is the mail as a list shows it.
func (f *foundMail) listed() mailpitListed {
	parts := partsOf(f.mail.Text)
	v := mailpitListed{mailpitSummary: f.summary, Snippet: snippetOf(parts)}
	for i := range parts {
		if parts[i].attached() && !parts[i].inline() {
			v.Attachments++
		}
	}
	return v
}

func (s *Server) listMail(w http.ResponseWriter, r *http.Request, query string) {
	all, err := s.taken()
	start, limit, err2 := pageOf(r)
	found, err3 := searchIn(all, query)
	for _, e := range []error{err, err2, err3} {
		if e != nil {
			failAPI(w, e)
			return
		}
	}
	total, page := len(all), []mailpitListed{}
	for _, f := range part(found, start, limit) {
		page = append(page, f.listed())
	}
	tell(w, http.StatusOK, map[string]any{"total": total, "unread": total, "count": len(page),
		"messages_count": len(found), "messages_unread": len(found),
		"start": start, "tags": []string{}, "messages": page})
}

// pageOf reads which part of a list is wanted.
func pageOf(r *http.Request) (start, limit int, err error) {
	limit = usualPage
	for name, to := range map[string]*int{"start": &start, "limit": &limit} {
		if text := r.URL.Query().Get(name); text != "" {
			if *to, err = strconv.Atoi(text); err != nil || *to < 0 {
				return 0, 0, fmt.Errorf("invalid %s %q: want a number", name, text)
			}
		}
	}
	return start, min(limit, 1000), nil
}

// message finds the mail of a request; "latest" is the last one that was accepted.
func (s *Server) message(w http.ResponseWriter, r *http.Request) *sandbox.Stored {
	id := r.PathValue("id")
	var all []sandbox.Stored
	var err error
	if id == "latest" {
		all, err = s.taken()
	} else {
		all, err = s.stored(id)
	}
	if err == nil && len(all) == 0 {
		err = errNoMail
	}
	if err != nil {
		failAPI(w, err)
		return nil
	}
	return &all[0]
}

func (s *Server) apiMessage(w http.ResponseWriter, r *http.Request) {
	m := s.message(w, r)
	if m == nil {
		return
	}
	v := mailpitMessage{mailpitSummary: summaryOf(m), Date: m.Received, ReturnPath: m.From,
		Attachments: []mailpitPart{}, Inline: []mailpitPart{}}
	parts := partsOf(m.Text)
	v.Text, v.HTML = textOf(parts, "text/plain"), textOf(parts, "text/html")
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
	tell(w, http.StatusOK, v)
}

func (s *Server) apiRaw(w http.ResponseWriter, r *http.Request) {
	if m := s.message(w, r); m != nil {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(m.Text) // whoever has gone needs no answer
	}
}

// apiDeleteMessages deletes the mails of these IDs; without any, all.
func (s *Server) apiDeleteMessages(w http.ResponseWriter, r *http.Request) {
	var q struct{ IDs []string }
	if err := read(w, r, &q); err != nil && r.ContentLength != 0 {
		failAPI(w, err)
		return
	}
	all, err := s.stored(q.IDs...)
	if err == nil {
		err = s.forget(all)
	}
	if err != nil {
		failAPI(w, err)
		return
	}
	ok(w)
}

func ok(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, "ok") // whoever has gone needs no answer
}
