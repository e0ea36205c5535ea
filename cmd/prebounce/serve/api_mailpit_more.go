package serve

import (
	"io"
	"net/http"
	"strings"
)

// apiMailInfo says how many mails there are. Clients ask for it to find out whether the server is ready.
func (s *Server) apiMailInfo(w http.ResponseWriter, _ *http.Request) {
	all, err := s.taken()
	if err != nil {
		failAPI(w, err)
		return
	}
	size := 0
	for i := range all {
		size += len(all[i].Text)
	}
	tell(w, http.StatusOK, map[string]any{"Version": "prebounce " + s.o.Version, "Messages": len(all), "Unread": len(all),
		"DatabaseSize": size, "Tags": map[string]int{}})
}

// apiPart sends a part of a mail as a file, whatever it calls itself.
func (s *Server) apiPart(w http.ResponseWriter, r *http.Request) {
	m := s.message(w, r)
	if m == nil {
		return
	}
	for _, p := range partsOf(m.Text) {
		if p.id == r.PathValue("part") {
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Header().Set("Content-Disposition", "attachment")
			_, _ = w.Write(p.body) // whoever has gone needs no answer
			return
		}
	}
	failAPI(w, errNoMail)
}

// viewMail shows a mail's text or HTML alone: NAME.txt, NAME.html. The HTML may do nothing, and loads nothing.
func (s *Server) viewMail(w http.ResponseWriter, r *http.Request) {
	name, html := strings.CutSuffix(r.PathValue("name"), ".html")
	name, text := strings.CutSuffix(name, ".txt")
	r.SetPathValue("id", name)
	if html == text {
		failAPI(w, errNoMail)
		return
	}
	m := s.message(w, r)
	if m == nil {
		return
	}
	if html {
		showHTML(w, textOf(partsOf(m.Text), "text/html"))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, textOf(partsOf(m.Text), "text/plain")) // whoever has gone needs no answer
}
