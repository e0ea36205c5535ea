package serve

import (
	"encoding/json"
	"net/http"

	"github.com/prebounce/prebounce/report"
)

func (s *Server) routeWhatIf(m *http.ServeMux) {
	m.HandleFunc("GET /runs/{id}/what-if", s.effect)
	m.HandleFunc("POST /runs/{id}/make", s.makeLists)
}

// trying is the form of the what-ifs, and what the choices come to.
type trying struct {
	Run      *Run
	Supposed supposed
	Kept     [][2]string // the choices, for a form beside this one
	Steps    []stepSwitches
	Segments []segmentSwitches
	Fixed    []fixedSwitch
	Limits   []limit
	Effect   *effect
	Error    string
}

// whatIf shows the switches for steps, reasons, segments, age and risk, and what they come to. The effect is
// computed from what the run stored. It is nil for a run without a forecast.
func (s *Server) whatIf(r *http.Request, run *Run) any {
	q := r.URL.Query()
	t, err := s.deciders.of(run, supposedOf(q))
	if err != nil {
		return nil
	}
	v := &trying{Run: run, Supposed: supposedOf(q)}
	want, err := t.decision(q)
	if err == nil {
		v.Effect, err = t.effect(want)
	}
	if err != nil {
		v.Error, want = report.Plain(err.Error()), t.own
		v.Effect, _ = t.effect(want) // the run's own decision is one that can be made
	}
	v.Steps, v.Fixed = t.steps(want)
	v.Segments, v.Limits, v.Kept = t.segments(want), limits(want.MaxRisk), kept(q)
	return v
}

// effect answers what choices come to: a piece of the page, or JSON for whoever asks for it.
func (s *Server) effect(w http.ResponseWriter, r *http.Request) {
	run, err := s.done(r.PathValue("id"))
	if err != nil {
		s.fail(w, err)
		return
	}
	e, err := s.tryOut(r, run)
	switch {
	case err != nil:
		refuse(w, http.StatusBadRequest, report.Plain(err.Error()))
	case r.Header.Get("Accept") == "application/json":
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(e) // whoever has gone needs no answer
	default:
		s.piece(w, "decide", "effect", e)
	}
}

func (s *Server) tryOut(r *http.Request, run *Run) (*effect, error) {
	q := r.URL.Query()
	t, err := s.deciders.of(run, supposedOf(q))
	if err != nil {
		return nil, err
	}
	want, err := t.decision(q)
	if err != nil {
		return nil, err
	}
	return t.effect(want)
}

// done finds a run that is done.
func (s *Server) done(id string) (*Run, error) {
	run, err := s.runs.get(id)
	if err == nil && run.State() != Done {
		return nil, errGone
	}
	return run, err
}

// piece writes a part of a page.
func (s *Server) piece(w http.ResponseWriter, page, part string, what any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := s.pages.byName[page].ExecuteTemplate(w, part, what); err != nil {
		s.log.Error("writing a part of a page", "page", page, "part", part, "error", err)
	}
}
