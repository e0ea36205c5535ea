package serve

import (
	"net/http"
	"slices"
	"time"

	"github.com/prebounce/prebounce/report/risk"
)

func (s *Server) routePages(m *http.ServeMux) {
	m.Handle("GET /static/{name}", s.static())
	m.HandleFunc("GET /{$}", s.home)
	m.HandleFunc("GET /runs", s.history)
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.show(w, http.StatusNotFound, "failed", view{Title: "There is no such page",
			Error: "Choose a page from the menu above."})
	})
}

func (s *Server) routeRuns(m *http.ServeMux) {
	m.HandleFunc("POST /runs", s.drop)
	m.HandleFunc("GET /runs/{id}", s.run)
	m.HandleFunc("POST /runs/{id}/choose", s.choose)
	m.HandleFunc("POST /runs/{id}/start", s.start)
	m.HandleFunc("POST /runs/{id}/cancel", s.cancel)
	m.HandleFunc("POST /runs/{id}/delete", s.delete)
	m.HandleFunc("GET /runs/{id}/events", s.events)
	s.routeResults(m)
}

// home is where a list is dropped.
func (s *Server) home(w http.ResponseWriter, r *http.Request) {
	all, err := s.runs.list(time.Now())
	if err != nil {
		s.fail(w, err)
		return
	}
	s.show(w, http.StatusOK, "home", view{Title: "Clean a list", Nav: "home", Body: all[:min(len(all), 5)]})
}

func (s *Server) history(w http.ResponseWriter, r *http.Request) {
	all, err := s.runs.list(time.Now())
	if err != nil {
		s.fail(w, err)
		return
	}
	s.show(w, http.StatusOK, "runs", view{Title: "Runs", Nav: "runs", Body: map[string]any{"Runs": all,
		"Done": finished(all), "Card": s.card()}})
}

func finished(all []*Run) []*Run {
	return slices.DeleteFunc(slices.Clone(all), func(r *Run) bool { return r.State() != Done })
}

// drop takes lists.
func (s *Server) drop(w http.ResponseWriter, r *http.Request) {
	run, err := s.runs.upload(r)
	if err != nil {
		s.log.Info("upload refused", "error", err)
		s.fail(w, err)
		return
	}
	s.log.Info("run made", "run", run.ID, "lists", len(run.Lists), "octets", run.Size())
	s.goTo(w, r, run.ID)
}

// goTo shows a run after something was done with it.
func (s *Server) goTo(w http.ResponseWriter, r *http.Request, id string) {
	http.Redirect(w, r, "/runs/"+id, http.StatusSeeOther)
}

// run shows a run by where it stands.
func (s *Server) run(w http.ResponseWriter, r *http.Request) {
	run, err := s.runs.get(r.PathValue("id"))
	if err != nil {
		s.fail(w, err)
		return
	}
	switch run.State() {
	case Open:
		s.preview(w, r, run)
	case Done:
		s.decide(w, r, run)
	case Waiting, Working:
		g, _, _ := s.live.look(run.ID)
		s.show(w, http.StatusOK, "watch", view{Title: run.Name(), Nav: "runs", Run: run, Refresh: 3,
			Body: watching(run, g)})
	default:
		s.show(w, http.StatusOK, "ended", view{Title: run.Name(), Nav: "runs", Run: run, Body: run.Ended})
	}
}

// step is a phase of a run as the page shows it.
type step struct{ Name, Says, State string }

// watching is what is shown of a run at work.
func watching(run *Run, g glance) map[string]any {
	var steps []step
	state := "done"
	for _, p := range phases {
		if (p.name == "gathering" || p.name == "asking") && !run.Choices.asks() {
			continue
		}
		if p.name == g.Phase {
			steps = append(steps, step{p.name, p.says, "now"})
			state = "next"
			continue
		}
		if g.Phase == "" {
			state = "next"
		}
		steps = append(steps, step{p.name, p.says, state})
	}
	return map[string]any{"Steps": steps, "Glance": g}
}

// preview shows the beginning of the lists, and what can be chosen.
func (s *Server) preview(w http.ResponseWriter, r *http.Request, run *Run) {
	asked := map[string]any{
		"Previews": previews(r.Context(), run, s.o.MaxUpload), "Choices": run.Choices, "Services": risk.Profiles(),
		"Months": months(time.Now()),
		"Plan":   planOf(run), "More": max(0, len(run.Lists)-previewLists),
	}
	s.show(w, http.StatusOK, "preview", view{Title: run.Name(), Nav: "home", Run: run, Body: asked})
}

// month is a month to choose.
type month struct{ Value, Says string }

// months are the last three years, which is as far as memory goes.
func months(now time.Time) (all []month) {
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	for i := range 36 {
		m := first.AddDate(0, -i, 0)
		all = append(all, month{m.Format("2006-01"), m.Format("January 2006")})
	}
	return all
}

// choose keeps the choices and does what the button says.
func (s *Server) choose(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	err := formOf(w, r)
	var c Choices
	if err == nil {
		c, err = parseChoices(r.PostForm)
	}
	what := r.PostForm.Get("do")
	if err == nil {
		var fit []finding
		if what == "plan" {
			fit = s.fit(r.Context(), c)
		}
		err = s.runs.choose(id, c, fit)
	}
	if err == nil && what != "look" {
		err = s.runs.start(id, what == "plan")
	}
	if err != nil {
		s.fail(w, err)
		return
	}
	s.goTo(w, r, id)
}

func (s *Server) start(w http.ResponseWriter, r *http.Request) {
	if err := s.runs.start(r.PathValue("id"), false); err != nil {
		s.fail(w, err)
		return
	}
	s.goTo(w, r, r.PathValue("id"))
}

func (s *Server) cancel(w http.ResponseWriter, r *http.Request) {
	s.runs.cancel(r.PathValue("id"))
	s.goTo(w, r, r.PathValue("id"))
}

func (s *Server) delete(w http.ResponseWriter, r *http.Request) {
	if err := s.runs.delete(r.PathValue("id")); err != nil {
		s.fail(w, err)
		return
	}
	s.log.Info("run deleted", "run", r.PathValue("id"))
	http.Redirect(w, r, "/runs", http.StatusSeeOther)
}
