package serve

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/prebounce/prebounce/report"
)

// metrics are what an operations team watches. Every label has few values, and none comes from a list or a client.
type metrics struct {
	all      *prometheus.Registry
	checks   *prometheus.CounterVec
	pending  prometheus.Counter
	ended    *prometheus.CounterVec
	hooks    *prometheus.CounterVec
	counts   counted
	rows     *prometheus.CounterVec
	reasons  *prometheus.CounterVec
	took     prometheus.Histogram
	requests *prometheus.HistogramVec
}

func newMetrics(s *Server) *metrics {
	counts := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prebounce_" + name, Help: help}, labels)
	}
	m := &metrics{
		all:    prometheus.NewRegistry(),
		checks: counts("checks_total", "Addresses checked over HTTP.", "status", "reason"),
		pending: prometheus.NewCounter(prometheus.CounterOpts{Name: "prebounce_checks_pending_total",
			Help: "Checks that were not answered in time."}),
		ended:   counts("runs_ended_total", "Runs that have ended since the start, by their state.", "state"),
		hooks:   counts("webhooks_total", "Tries to tell webhooks of the end of a run, by their outcome.", "outcome"),
		rows:    counts("rows_total", "Rows of finished runs since the start, by the list that they went to.", "list"),
		reasons: counts("row_reasons_total", "Rows of finished runs since the start, by reason.", "reason"),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "prebounce_run_duration_seconds",
			Help:    "How long finished runs took.",
			Buckets: prometheus.ExponentialBuckets(0.1, 4, 10)}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "prebounce_http_request_duration_seconds",
			Help:    "How long answers took.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 8)}, []string{"route", "code"}),
	}
	for _, state := range []State{Done, Failed, Stopped} {
		m.ended.WithLabelValues(string(state)) // from the start, so that an alert sees the first one
	}
	for outcome := range hookLevels {
		m.hooks.WithLabelValues(outcome)
	}
	m.counts = newCounted()
	for _, vec := range m.counts {
		m.all.MustRegister(vec)
	}
	m.all.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.all.MustRegister(m.checks, m.pending, m.ended, m.hooks, m.rows, m.reasons, m.took, m.requests,
		runStates{s.runs}, storeState{s})
	return m
}

// ran counts a run that has ended.
func (m *metrics) ran(run *Run) {
	m.ended.WithLabelValues(string(run.State())).Inc()
	if run.State() != Done {
		return
	}
	m.took.Observe(time.Since(run.Began).Seconds())
	r, err := report.Load(run.out())
	if err != nil {
		return
	}
	for list, n := range map[string]int64{"clean": r.Clean, "review": r.Review, "removed": r.Removed,
		"rejected": r.Rejected} {
		m.rows.WithLabelValues(list).Add(float64(n))
	}
	for _, c := range r.Reasons {
		m.reasons.WithLabelValues(c.Reason.String()).Add(float64(c.Rows))
	}
}

// hooked counts a try to tell a webhook.
func (m *metrics) hooked(outcome string) { m.hooks.WithLabelValues(outcome).Inc() }

// checked counts answers to a check.
func (m *metrics) checked(all []report.Address) {
	for i := range all {
		m.checks.WithLabelValues(all[i].Status.String(), all[i].Reason.String()).Inc()
	}
}

// timed measures how long h takes, by the route that answered and not by the path that was asked for. What went wrong
// in here is logged, by the route as well.
func (s *Server) timed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, seen := time.Now(), &noted{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(seen, r)
		took := time.Since(began)
		s.metrics.requests.WithLabelValues(r.Pattern, strconv.Itoa(seen.status/100)+"xx").Observe(took.Seconds())
		if seen.status >= http.StatusInternalServerError {
			s.log.Error("answered", "route", r.Pattern, "status", seen.status, "seconds", took.Seconds())
		}
	})
}

// noted notes the status of an answer.
type noted struct {
	http.ResponseWriter
	status int
}

func (n *noted) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (n *noted) Unwrap() http.ResponseWriter { return n.ResponseWriter }
