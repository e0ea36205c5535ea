package serve

import (
	"fmt"
	"net/http"
	"net/url"
)

// apiWhatIf says what other choices for a run that is done would come to. Nobody is asked anew.
func (s *Server) apiWhatIf(w http.ResponseWriter, r *http.Request) {
	run, err := s.done(r.PathValue("id"))
	var e *effect
	if err == nil {
		err = onlyTried(r.URL.Query())
	}
	if err == nil {
		e, err = s.tryOut(r, run)
	}
	if err != nil {
		failAPI(w, err)
		return
	}
	tell(w, http.StatusOK, e)
}

// apiCarryOut starts a run over the same lists that carries such choices out.
func (s *Server) apiCarryOut(w http.ResponseWriter, r *http.Request) {
	run, err := s.done(r.PathValue("id"))
	if err == nil {
		err = onlyTried(r.URL.Query())
	}
	if err == nil {
		run, err = s.carryOut(run, r.URL.Query())
	}
	if err == nil {
		err = s.runs.start(run.ID, false)
	}
	if err == nil {
		run, err = s.runs.get(run.ID)
	}
	if err != nil {
		failAPI(w, err)
		return
	}
	w.Header().Set("Location", pathOf(run))
	tell(w, http.StatusCreated, s.view(run))
}

// onlyTried refuses a name that means nothing, for it was meant to.
func onlyTried(q url.Values) error {
	for name := range q {
		if !isTried(name) && name != "for" && name != "last-sent" {
			return fmt.Errorf("invalid parameter %q: want reason.REASON, hold, max-risk, for or last-sent", name)
		}
	}
	return nil
}
