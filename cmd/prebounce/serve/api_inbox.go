package serve

import (
	"net/http"
	"slices"

	"github.com/prebounce/prebounce/probe/sandbox"
)

func (s *Server) inboxEndpoints() []endpoint {
	return []endpoint{
		{"GET", "/inbox", s.apiInbox, toInbox}, {"DELETE", "/inbox", s.apiEmpty, toInbox},
		{"GET", "/inbox/{name}", s.apiAttempt, toInbox}, {"DELETE", "/inbox/{name}", s.apiDeleteMail, toInbox},
		{"GET", "/messages", s.apiMessages, toInbox}, {"DELETE", "/messages", s.apiDeleteMessages, toInbox},
		{"GET", "/message/{id}", s.apiMessage, toInbox}, {"GET", "/message/{id}/raw", s.apiRaw, toInbox},
		{"GET", "/message/{id}/headers", s.apiHeaders, toInbox}, {"GET", "/message/{id}/part/{part}", s.apiPart, toInbox},
		{"GET", "/search", s.apiSearch, toInbox}, {"DELETE", "/search", s.apiDeleteFound, toInbox},
		{"GET", "/info", s.apiMailInfo, toInbox},
	}
}

// attemptView is an attempt to send as a list of the API shows it.
type attemptView struct {
	Name     string           `json:"name"`
	Subject  string           `json:"subject"`
	Envelope *sandbox.Message `json:"envelope"`
}

// stored are the attempts of the inbox, the latest first, or those of some names.
func (s *Server) stored(names ...string) ([]sandbox.Stored, error) {
	if s.o.Inbox == "" {
		return nil, errNoInbox
	}
	for _, name := range names {
		if !isAttempt(name) {
			return nil, errNoMail
		}
	}
	all, err := sandbox.ReadInbox(s.o.Inbox, names...)
	if missing(err) {
		err = nil
		if len(names) > 0 {
			err = errNoMail
		}
	}
	slices.Reverse(all)
	return all, err
}

// apiInbox lists the attempts to send, also those that were refused.
func (s *Server) apiInbox(w http.ResponseWriter, r *http.Request) {
	all, err := s.stored()
	start, limit, err2 := pageOf(r)
	if err == nil {
		err = err2
	}
	if err != nil {
		failAPI(w, err)
		return
	}
	views := []attemptView{}
	for i := range all {
		if fitsMail(&all[i], r.URL.Query().Get("text")) {
			views = append(views, attemptView{all[i].Name, all[i].Subject(), &all[i].Message})
		}
	}
	tell(w, http.StatusOK, map[string]any{"total": len(all), "matched": len(views), "attempts": part(views, start,
		limit)})
}

// apiAttempt shows an attempt with its content and what the doctor finds in it.
func (s *Server) apiAttempt(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if _, err := s.stored(name); err != nil {
		failAPI(w, err)
		return
	}
	found := s.attempts(r, name)
	if len(found) != 1 {
		failAPI(w, errNoMail)
		return
	}
	tell(w, http.StatusOK, found[0])
}

func (s *Server) apiDeleteMail(w http.ResponseWriter, r *http.Request) {
	s.remove(w, r.PathValue("name"))
}

func (s *Server) apiEmpty(w http.ResponseWriter, _ *http.Request) { s.remove(w) }

// remove deletes the attempts of some names, or all.
func (s *Server) remove(w http.ResponseWriter, names ...string) {
	all, err := s.stored(names...)
	if err == nil {
		err = s.forget(all)
	}
	if err != nil {
		failAPI(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// forget deletes attempts; what is gone already is not an error.
func (s *Server) forget(all []sandbox.Stored) error {
	var names []string
	for _, m := range all {
		names = append(names, m.Name)
	}
	if len(names) == 0 {
		return nil
	}
	if err := sandbox.Delete(s.o.Inbox, names...); err != nil && !missing(err) {
		return err
	}
	return nil
}

// part is a page of a list.
func part[T any](all []T, start, limit int) []T {
	start = min(start, len(all))
	return all[start:min(start+limit, len(all))]
}
