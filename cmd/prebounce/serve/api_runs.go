package serve

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"time"
)

// runView is a run as the API shows it.
type runView struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	State    State      `json:"state"`
	Made     time.Time  `json:"made"`
	Began    time.Time  `json:"began,omitzero"`
	Lists    []Uploaded `json:"lists"`
	Choices  Choices    `json:"choices"`
	Progress *glance    `json:"progress,omitempty"` // while it works
	Exit     *int       `json:"exit,omitempty"`     // of the command clean, once it has ended
	Said     []string   `json:"said,omitempty"`     // what it complained of
	Files    []fileView `json:"files"`
}

// fileView is a file to have.
type fileView struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	Says string `json:"says,omitempty"`
	URL  string `json:"url"`
}

func (s *Server) view(run *Run) *runView {
	v := &runView{ID: run.ID, Name: run.Name(), State: run.State(), Made: run.Made, Began: run.Began,
		Lists: run.Lists, Choices: run.Choices, Files: []fileView{}}
	if g, _, ok := s.live.look(run.ID); ok {
		v.Progress = &g
	}
	if run.Ended != nil {
		v.Exit, v.Said = &run.Ended.Exit, run.Ended.Said
	}
	for _, d := range downloads(run.out()) {
		v.Files = append(v.Files, fileView{d.Path, d.Size, d.Says, pathOf(run) + "/files/" + string(inPath(d.Path))})
	}
	return v
}

func pathOf(run *Run) string { return apiRoot + "/runs/" + run.ID }

const (
	usualPage = 50
	mostPage  = 200
)

// apiRuns lists the runs, the latest first, a page at a time.
func (s *Server) apiRuns(w http.ResponseWriter, r *http.Request) {
	limit, after := usualPage, r.URL.Query().Get("after")
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostPage {
			failAPI(w, fmt.Errorf("invalid limit %q: want 1 to %d", text, mostPage))
			return
		}
		limit = n
	}
	all, err := s.runs.list(time.Now())
	if err != nil {
		failAPI(w, err)
		return
	}
	page, next := []*runView{}, ""
	for _, run := range all {
		if after != "" && run.ID >= after {
			continue
		}
		if len(page) == limit {
			next = page[limit-1].ID
			w.Header().Set("Link", fmt.Sprintf(`<%s/runs?limit=%d&after=%s>; rel="next"`, apiRoot, limit, next))
			break
		}
		page = append(page, s.view(run))
	}
	tell(w, http.StatusOK, map[string]any{"runs": page, "next": next})
}

// withRun answers about the run of a request.
func (s *Server) withRun(w http.ResponseWriter, r *http.Request, use func(*Run)) {
	run, err := s.runs.get(r.PathValue("id"))
	if err != nil {
		failAPI(w, err)
		return
	}
	use(run)
}

func (s *Server) apiRun(w http.ResponseWriter, r *http.Request) {
	s.withRun(w, r, func(run *Run) { tell(w, http.StatusOK, s.view(run)) })
}

func (s *Server) apiDelete(w http.ResponseWriter, r *http.Request) {
	if err := s.runs.delete(r.PathValue("id")); err != nil {
		failAPI(w, err)
		return
	}
	s.log.Info("run deleted", "run", r.PathValue("id"))
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) apiStart(w http.ResponseWriter, r *http.Request) {
	if err := s.runs.start(r.PathValue("id"), false); err != nil {
		failAPI(w, err)
		return
	}
	s.withRun(w, r, func(run *Run) { tell(w, http.StatusAccepted, s.view(run)) })
}

// apiCancel asks a run to end. It does so in good order, which may take a moment.
func (s *Server) apiCancel(w http.ResponseWriter, r *http.Request) {
	s.runs.cancel(r.PathValue("id"))
	s.withRun(w, r, func(run *Run) { tell(w, http.StatusAccepted, s.view(run)) })
}

func (s *Server) apiEvents(w http.ResponseWriter, r *http.Request) {
	s.withRun(w, r, func(*Run) { s.events(w, r) })
}

func (s *Server) apiFile(w http.ResponseWriter, r *http.Request) {
	s.withRun(w, r, func(run *Run) {
		if !run.send(w, r, r.PathValue("name")) {
			failAPI(w, errNoFile)
		}
	})
}

func (s *Server) apiReport(w http.ResponseWriter, r *http.Request) {
	s.withRun(w, r, func(run *Run) {
		if path := filepath.Join(run.out(), "report.json"); isFile(path) {
			sendFile(w, r, path, "report.json")
			return
		}
		failAPI(w, errNoFile)
	})
}
