package serve

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/prebounce/prebounce/report"
)

// endpoint is a route of the API, and the right that it takes. openapi.yaml has the same ones.
type endpoint struct {
	method, path string
	handle       http.HandlerFunc
	right        right
}

const apiRoot = "/api/v1"

// endpoints are the routes below apiRoot.
func (s *Server) endpoints() []endpoint {
	all := []endpoint{
		{"POST", "/check", s.apiCheck, toCheck},
		{"GET", "/explain", s.apiExplain, toCheck}, {"POST", "/explain", s.apiExplain, toCheck},
		{"GET", "/doctor", s.apiDoctor, toCheck},
		{"GET", "/runs", s.apiRuns, toRun}, {"POST", "/runs", s.apiMake, toRun},
		{"GET", "/runs/{id}", s.apiRun, toRun}, {"DELETE", "/runs/{id}", s.apiDelete, toRun},
		{"POST", "/runs/{id}/start", s.apiStart, toRun}, {"POST", "/runs/{id}/cancel", s.apiCancel, toRun},
		{"GET", "/runs/{id}/what-if", s.apiWhatIf, toRun}, {"POST", "/runs/{id}/what-if", s.apiCarryOut, toRun},
		{"GET", "/runs/{id}/events", s.apiEvents, toRun},
		{"GET", "/runs/{id}/files/{name...}", s.apiFile, toRun}, {"GET", "/runs/{id}/report.json", s.apiReport, toRun},
		{"GET", "/openapi.yaml", s.apiDescription, toAnybody},
	}
	return append(all, s.inboxEndpoints()...)
}

func (s *Server) routeAPI(m *http.ServeMux) {
	allowed := map[string][]string{}
	for _, e := range s.endpoints() {
		m.Handle(e.method+" "+apiRoot+e.path, needs(e.right, e.handle))
		allowed[e.path] = append(allowed[e.path], e.method)
	}
	for path, methods := range allowed {
		m.HandleFunc(apiRoot+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Allow", strings.Join(methods, ", "))
			problem(w, http.StatusMethodNotAllowed, "this takes "+strings.Join(methods, " or "))
		})
	}
	m.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		problem(w, http.StatusNotFound, "there is no such endpoint; "+apiRoot+"/openapi.yaml lists all")
	})
}

// trouble is an error as RFC 9457 has it.
type trouble struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// problem answers a program with what went wrong.
func problem(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// whoever has gone needs no answer
	_ = json.NewEncoder(w).Encode(trouble{"about:blank", http.StatusText(status), status, report.Plain(why)})
}

// failAPI answers a program with an error.
func failAPI(w http.ResponseWriter, err error) {
	status := statusOf(err)
	if refused := (*refusal)(nil); errors.As(err, &refused) {
		retryAfter(w, refused.wait)
	}
	if status == http.StatusConflict || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	problem(w, status, err.Error())
}

// tell answers a program with a value.
func tell(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		problem(w, http.StatusInternalServerError, "this answer can't be written")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // whoever has gone needs no answer
}

// read reads a request's body: one JSON value, bounded, and no field that means nothing.
func read(w http.ResponseWriter, r *http.Request, v any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostJob))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil && d.Decode(&json.RawMessage{}) != io.EOF {
		err = errors.New("more than one value")
	}
	var most *http.MaxBytesError
	if errors.As(err, &most) {
		return &tooMuch{"the body is larger than 1 MiB: send several requests", http.StatusRequestEntityTooLarge}
	}
	if err != nil {
		return errors.New("invalid body: want JSON; " + err.Error())
	}
	return nil
}
