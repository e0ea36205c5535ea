package serve

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/validate"
)

func (s *Server) routeTools(m *http.ServeMux) {
	m.HandleFunc("GET /check", s.check)
	m.HandleFunc("POST /check", s.check)
	m.HandleFunc("GET /explain", s.explain)
	m.HandleFunc("POST /explain", s.explain)
	m.HandleFunc("GET /doctor", s.doctor)
	m.HandleFunc("POST /doctor", s.doctor)
	m.HandleFunc("GET /compare", s.compare)
	m.HandleFunc("POST /runs/{id}/bounces", s.bounces)
	m.HandleFunc("POST /link", s.newLink)
	m.HandleFunc("POST /quit", s.quit)
	s.routeInbox(m)
}

// newLink gives another link to whoever has the token: a second start of the program opens the page of the first.
func (s *Server) newLink(w http.ResponseWriter, r *http.Request) {
	if _, ok := tokenOf(r); !ok {
		refuse(w, http.StatusForbidden, "a link takes the token")
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write([]byte(s.Link()))
}

// quit ends the program. Runs that are at work go on when they are asked to, after the next start.
func (s *Server) quit(w http.ResponseWriter, _ *http.Request) {
	if s.o.Quit == nil {
		s.fail(w, errGone)
		return
	}
	s.show(w, http.StatusOK, "failed", view{Title: "prebounce has ended",
		Error: "You may close this window. Start prebounce again to go on."})
	_ = http.NewResponseController(w).Flush()
	s.o.Quit()
}

// checked is an address as check tells of it.
type checked struct {
	Input, Address string
	Status         validate.Verdict
	Reason         validate.Reason
	Reasons        []validate.Reason
	Detail         string
	Sendable       bool
	Suggestion     string
	Operator       *string
	MX             *[]string
	Role           string
	Disposable     string
	Free           bool
	Reply          *report.Reply
}

// check looks at one address, or a few.
func (s *Server) check(w http.ResponseWriter, r *http.Request) {
	body := map[string]any{}
	if err := formOf(w, r); err != nil {
		s.fail(w, err)
		return
	}
	asked := strings.TrimSpace(r.Form.Get("address"))
	body["Asked"] = asked
	if r.Method == http.MethodPost && asked != "" {
		lines := lastOf(strings.Split(strings.ReplaceAll(asked, "\r", ""), "\n"), 100)
		args := append([]string{"check", "--format=jsonl"}, s.network()...)
		said := s.command(r.Context(), strings.NewReader(strings.Join(lines, "\n")+"\n"), append(args, "--", "-")...)
		body["Cards"], body["Said"] = decodeLines[checked](said.Out), said.Words
	}
	s.show(w, http.StatusOK, "check", view{Title: "One address", Nav: "check", Body: body})
}

// network are the flags that say whom to ask.
func (s *Server) network() []string {
	if s.o.Sandbox {
		return []string{"--sandbox"}
	}
	return nil
}

// decodeLines reads one JSON value a line; what is none is left out.
func decodeLines[T any](text string) (all []T) {
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, 4*mostJob)
	for lines.Scan() {
		var v T
		if json.Unmarshal(lines.Bytes(), &v) == nil {
			all = append(all, v)
		}
	}
	return all
}

// explained is a reply as explain tells of it.
type explained struct {
	Reply    string   `json:"reply"`
	Address  string   `json:"address"`
	Class    string   `json:"class"`
	Subject  string   `json:"subject"`
	Removes  bool     `json:"removes_contact"`
	Operator string   `json:"operator"`
	List     string   `json:"block_list"`
	Retry    string   `json:"retry"`
	Meaning  string   `json:"meaning"`
	Advice   []string `json:"advice"`
}

// explain says what replies and bounces mean. They go in by standard input, so no text becomes the name of a file.
func (s *Server) explain(w http.ResponseWriter, r *http.Request) {
	body := map[string]any{}
	if err := formOf(w, r); err != nil {
		s.fail(w, err)
		return
	}
	asked := r.Form.Get("text")
	body["Asked"] = asked
	if r.Method == http.MethodPost && strings.TrimSpace(asked) != "" {
		said := s.command(r.Context(), pasted(asked), "explain", "--format=jsonl", "-")
		body["Replies"], body["Said"] = lastOf(decodeLines[explained](said.Out), 200), said.Words
	}
	s.show(w, http.StatusOK, "explain", view{Title: "One reply or bounce", Nav: "explain", Body: body})
}

// compare tells two runs apart, as diff does.
func (s *Server) compare(w http.ResponseWriter, r *http.Request) {
	older, err := s.runs.get(r.URL.Query().Get("older"))
	newer, err2 := s.runs.get(r.URL.Query().Get("newer"))
	if err != nil || err2 != nil || older.State() != Done || newer.State() != Done {
		s.fail(w, errGone)
		return
	}
	said := s.command(r.Context(), nil, "diff", "--", older.out(), newer.out())
	said.rename(older.out(), older.Name())
	said.rename(newer.out(), newer.Name())
	s.show(w, http.StatusOK, "compare", view{Title: "Compare two runs", Nav: "runs",
		Body: map[string]any{"Older": older, "Newer": newer, "Said": said}})
}

// card is how past forecasts did; nil if nothing was learned yet.
func (s *Server) card() *history.Card {
	past, err := history.Load(historyIn(s.runs.o.Dir))
	if err != nil {
		return nil
	}
	card, err := past.Card()
	if err != nil {
		return nil
	}
	return card
}
