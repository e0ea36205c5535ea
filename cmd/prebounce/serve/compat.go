package serve

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"time"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/compat"
	"github.com/prebounce/prebounce/report"
)

// services lets clients of other services in by their own routes, and everybody else go on to h. Their keys stand
// where each service has them, so they are looked for behind the routes; whoever shows none comes no further.
func (s *Server) services(h http.Handler) http.Handler {
	if len(s.o.Compat) == 0 {
		return h
	}
	m := compat.New(&engine{s}, s.o.Compat)
	timed := s.timed(m)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := m.Handler(r); pattern == "" {
			h.ServeHTTP(w, r)
			return
		}
		timed.ServeHTTP(w, r)
	})
}

// engine is [compat.Engine]: runs are its jobs.
type engine struct{ s *Server }

// Admit is of [compat.Engine].
func (e *engine) Admit(key string, lists bool, checks int) error {
	v := e.s.entry.byToken(key)
	if v == nil {
		return &compat.Error{Status: http.StatusUnauthorized, Why: "this key is unknown: show a token of prebounce serve"}
	}
	need := toCheck
	if lists {
		need = toRun
	}
	err := v.may(need)
	if err == nil {
		err = v.spend(checks)
	}
	return told(err)
}

// told is an error as a client of a service is told.
func told(err error) error {
	var known *compat.Error
	var r *refusal
	if err == nil || errors.As(err, &known) {
		return err
	}
	e := &compat.Error{Status: statusOf(err), Why: report.Plain(err.Error())}
	if errors.As(err, &r) {
		e.Wait = r.wait
	}
	return e
}

// Check is of [compat.Engine].
func (e *engine) Check(ctx context.Context, address string) ([]report.Address, error) {
	all, err := e.s.checkOne(ctx, address)
	if err != nil && !late(err) {
		e.s.log.Error("checking", "error", err)
		err = told(errNotReady)
	}
	return all, err
}

// Start is of [compat.Engine].
func (e *engine) Start(id string) error { return told(e.s.runs.start(id, false)) }

// Delete is of [compat.Engine].
func (e *engine) Delete(id string) error {
	e.s.runs.cancel(id)
	return told(e.s.runs.delete(id))
}

// Jobs is of [compat.Engine].
func (e *engine) Jobs(service string, number int) (jobs []*compat.Job, err error) {
	all, err := e.s.runs.those(time.Now(), func(id string) bool { return number == 0 || compat.NumberOf(id) == number })
	for _, run := range all {
		if run.Service == service {
			jobs = append(jobs, e.job(run))
		}
	}
	return jobs, told(err)
}

var jobStates = map[State]compat.State{Open: compat.Open, Waiting: compat.Queued, Working: compat.Running,
	Stopped: compat.Failed, Failed: compat.Failed, Done: compat.Done}

func (e *engine) job(run *Run) *compat.Job {
	j := &compat.Job{ID: run.ID, Name: run.Name(), State: jobStates[run.State()], Made: run.Made, Began: run.Began,
		Rows: run.Rows, Once: run.Once}
	switch j.State {
	case compat.Done:
		j.Percent = 100
		j.Ended, _ = madeAt(filepath.Join(run.out(), "report.json"))
		j.Estimate = e.s.results.estimate(run)
	case compat.Running:
		if g, _, ok := e.s.live.look(run.ID); ok {
			j.Percent = g.overall()
		}
	case compat.Failed:
		j.Why = "it was stopped"
		if run.Ended != nil && len(run.Ended.Said) > 0 {
			j.Why = report.Plain(run.Ended.Said[0])
		}
	}
	return j
}

// overall is how far a run is in all its phases.
func (g *glance) overall() int {
	for i, p := range phases {
		if p.name == g.Phase {
			return (100*i + min(g.Percent, 100)) / len(phases)
		}
	}
	return 0
}

// estimate is the share of a run's list that would bounce; nil without a forecast.
func (r *results) estimate(run *Run) *float64 {
	result, err := r.of(run)
	if err != nil || result.Risk == nil {
		return nil
	}
	return &result.Risk.Rate.AsIs.Mean
}
