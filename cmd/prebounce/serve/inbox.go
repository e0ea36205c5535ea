package serve

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/prebounce/prebounce/probe/sandbox"
)

func (s *Server) routeInbox(m *http.ServeMux) {
	m.HandleFunc("GET /inbox", s.inbox)
	m.HandleFunc("GET /inbox/{name}", s.mail)
	m.HandleFunc("GET /inbox/{name}/html", s.mailHTML)
	m.HandleFunc("GET /inbox/{name}/source", s.mailSource)
	m.HandleFunc("POST /inbox/{name}/delete", s.deleteMail)
}

// attempt is one attempt to send to the sandbox, as sandbox inbox tells of it.
type attempt struct {
	Name, Result string
	Envelope     *sandbox.Message
	Findings     []finding
	Content      struct {
		Subject            string
		Headers            []struct{ Name, Value string }
		From, To           []string
		Text, HTML         string
		Parts, Attachments []struct {
			Type, Filename string
			Size           int
		}
		Links, Transcript []string
	}
}

// isAttempt reports whether a text has the form of the name of an attempt.
func isAttempt(name string) bool {
	const most = 64
	return name != "" && len(name) <= most && strings.Trim(name,
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

// attempts asks sandbox inbox about all attempts, or about those of a name.
func (s *Server) attempts(r *http.Request, names ...string) []attempt {
	args := append([]string{"sandbox", "inbox", "--format=json", "--", s.o.Inbox}, names...)
	var d struct{ Reports []attempt }
	if json.Unmarshal([]byte(s.command(r.Context(), nil, args...).Out), &d) != nil {
		return nil
	}
	return d.Reports
}

// inbox lists the mail that the sandbox took or refused, the latest first.
func (s *Server) inbox(w http.ResponseWriter, r *http.Request) {
	if s.o.Inbox == "" {
		s.fail(w, errGone)
		return
	}
	all, err := sandbox.ReadInbox(s.o.Inbox)
	if err != nil && !missing(err) {
		s.fail(w, err)
		return
	}
	const most = 500
	var shown []sandbox.Stored
	for i := len(all) - 1; i >= 0 && len(shown) < most; i-- {
		if fitsMail(&all[i], r.URL.Query().Get("text")) {
			shown = append(shown, all[i])
		}
	}
	body := map[string]any{"Mails": shown, "All": len(all), "Text": r.URL.Query().Get("text")}
	s.show(w, http.StatusOK, "inbox", view{Title: "Inbox", Nav: "inbox", Refresh: 5, Body: body})
}

// fitsMail reports whether an attempt has a text in its subject or among its addresses.
func fitsMail(m *sandbox.Stored, text string) bool {
	return containsFold([]byte(m.Subject()+" "+m.From+" "+strings.Join(m.To, " ")), text)
}

// one finds the attempt of a request.
func (s *Server) one(w http.ResponseWriter, r *http.Request) *attempt {
	name := r.PathValue("name")
	if s.o.Inbox != "" && isAttempt(name) {
		if found := s.attempts(r, name); len(found) == 1 {
			return &found[0]
		}
	}
	s.show(w, http.StatusNotFound, "failed", view{Title: "That mail is gone", Nav: "inbox",
		Error: "It may have been deleted in another window."})
	return nil
}

func (s *Server) mail(w http.ResponseWriter, r *http.Request) {
	if a := s.one(w, r); a != nil {
		title := a.Content.Subject
		if title == "" {
			title = "(no subject)"
		}
		s.show(w, http.StatusOK, "mail", view{Title: title, Nav: "inbox", Body: a})
	}
}

// mailHTML is the HTML of a mail for a frame that may do nothing: no script, no form, no link to elsewhere,
// and not one octet from the network.
func (s *Server) mailHTML(w http.ResponseWriter, r *http.Request) {
	a := s.one(w, r)
	if a == nil {
		return
	}
	showHTML(w, a.Content.HTML)
}

func showHTML(w http.ResponseWriter, html string) {
	w.Header().Set("Content-Security-Policy",
		"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "+
			"'none'; frame-ancestors 'self'")
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(html)) // whoever has gone needs no answer
}

func (s *Server) mailSource(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if s.o.Inbox == "" || !isAttempt(name) {
		s.fail(w, errGone)
		return
	}
	found, err := sandbox.ReadInbox(s.o.Inbox, name)
	if err != nil || len(found) != 1 {
		s.fail(w, errGone)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(found[0].Text)
}

func (s *Server) deleteMail(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if s.o.Inbox == "" || !isAttempt(name) {
		s.fail(w, errGone)
		return
	}
	if err := sandbox.Delete(s.o.Inbox, name); err != nil && !missing(err) {
		s.fail(w, err)
		return
	}
	http.Redirect(w, r, "/inbox", http.StatusSeeOther)
}
