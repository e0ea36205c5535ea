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

	"github.com/prebounce/prebounce/probe/sandbox"
)

// This file answers the clients of Mailpit about the mail that the sandbox took.

var (
	errNoInbox = fmt.Errorf("there is no inbox: start prebounce serve with --sandbox: %w", errGone)
	errNoMail  = fmt.Errorf("there is no such mail: %w", errGone)
	errNoQuery = errors.New("want ?query=..., such as to:ann@example.com")
)

// taken are the mails that were accepted, the latest first.
func (s *Server) taken() ([]sandbox.Stored, error) {
	all, err := s.stored()
	return slices.DeleteFunc(all, func(m sandbox.Stored) bool { return m.Outcome != sandbox.Accepted }), err
}

func (s *Server) apiMessages(w http.ResponseWriter, r *http.Request) { s.listMail(w, r, "") }

func (s *Server) apiSearch(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query().Get("query")
	if strings.TrimSpace(query) == "" {
		failAPI(w, errNoQuery)
		return
	}
	s.listMail(w, r, query)
}

func (s *Server) listMail(w http.ResponseWriter, r *http.Request, query string) {
	all, err := s.taken()
	start, limit, err2 := pageOf(r)
	fitting, err3 := matching(all, query)
	for _, e := range []error{err, err2, err3} {
		if e != nil {
			failAPI(w, e)
			return
		}
	}
	page, shown := []mailpitListed{}, part(fitting, start, limit)
	for i := range shown {
		page = append(page, listed(&shown[i]))
	}
	tell(w, http.StatusOK, map[string]any{"total": len(all), "unread": len(all), "count": len(page),
		"messages_count": len(fitting), "messages_unread": len(fitting),
		"start": start, "tags": []string{}, "messages": page})
}

// matching are the mails that a search finds.
func matching(all []sandbox.Stored, query string) (found []sandbox.Stored, err error) {
	terms, err := searchTerms(query)
	for i := range all {
		v := summaryOf(&all[i])
		if !slices.ContainsFunc(terms, func(t searchTerm) bool { return t.in(&v, &all[i]) == t.not }) {
			found = append(found, all[i])
		}
	}
	return found, err
}

// apiDeleteFound deletes the mails that a search finds.
func (s *Server) apiDeleteFound(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query().Get("query")
	if strings.TrimSpace(query) == "" {
		failAPI(w, errNoQuery)
		return
	}
	all, err := s.taken()
	if err == nil {
		all, err = matching(all, query)
	}
	if err == nil {
		err = s.forget(all)
	}
	s.sayOK(w, err)
}

// sayOK answers as Mailpit does where something was done.
func (s *Server) sayOK(w http.ResponseWriter, err error) {
	if err != nil {
		failAPI(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, "ok") // whoever has gone needs no answer
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
	if m := s.message(w, r); m != nil {
		tell(w, http.StatusOK, shown(m))
	}
}

func (s *Server) apiRaw(w http.ResponseWriter, r *http.Request) {
	if m := s.message(w, r); m != nil {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(m.Text) // whoever has gone needs no answer
	}
}

// apiHeaders shows the fields of a mail's header.
func (s *Server) apiHeaders(w http.ResponseWriter, r *http.Request) {
	m := s.message(w, r)
	if m == nil {
		return
	}
	h := mail.Header{}
	parsed, err := mail.ReadMessage(bytes.NewReader(m.Text))
	if err == nil { // what is not a mail has no fields
		h = parsed.Header
	}
	tell(w, http.StatusOK, h)
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
	s.sayOK(w, err)
}
