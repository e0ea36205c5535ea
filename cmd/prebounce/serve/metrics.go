package serve

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/prebounce/prebounce/report"
)

// metrics are what an operations team watches. Every label has few values, and none comes from a list or a client.
type metrics struct {
	all      *prometheus.Registry
	checks   *prometheus.CounterVec
	pending  prometheus.Counter
	ended    *prometheus.CounterVec
	rows     *prometheus.CounterVec
	reasons  *prometheus.CounterVec
	took     prometheus.Histogram
	requests *prometheus.HistogramVec
}

func newMetrics(runs *runs) *metrics {
	counts := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prebounce_" + name, Help: help}, labels)
	}
	m := &metrics{
		all:    prometheus.NewRegistry(),
		checks: counts("checks_total", "Addresses checked over HTTP.", "status", "reason"),
		pending: prometheus.NewCounter(prometheus.CounterOpts{Name: "prebounce_checks_pending_total",
			Help: "Checks that were not answered in time."}),
		ended:   counts("runs_ended_total", "Runs that have ended since the start, by their state.", "state"),
		rows:    counts("rows_total", "Rows of finished runs since the start, by the list that they went to.", "list"),
		reasons: counts("row_reasons_total", "Rows of finished runs since the start, by reason.", "reason"),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "prebounce_run_duration_seconds",
			Help:    "How long finished runs took.",
			Buckets: prometheus.ExponentialBuckets(0.1, 4, 10)}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "prebounce_http_request_duration_seconds",
			Help:    "How long answers took.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 8)}, []string{"route", "code"}),
	}
	m.all.MustRegister(m.checks, m.pending, m.ended, m.rows, m.reasons, m.took, m.requests, runStates{runs})
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

// checked counts answers to a check.
func (m *metrics) checked(all []report.Address) {
	for i := range all {
		m.checks.WithLabelValues(all[i].Status.String(), all[i].Reason.String()).Inc()
	}
}

// timed measures how long h takes, by the route that answered and not by the path that was asked for.
func (m *metrics) timed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, seen := time.Now(), &noted{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(seen, r)
		m.requests.WithLabelValues(r.Pattern, strconv.Itoa(seen.status/100)+"xx").Observe(time.Since(began).Seconds())
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

// runStates counts the runs that are there whenever somebody looks.
type runStates struct{ runs *runs }

var runsNow = prometheus.NewDesc("prebounce_runs", "Runs that are there, by their state.", []string{"state"}, nil)

// Describe is of [prometheus.Collector].
func (runStates) Describe(to chan<- *prometheus.Desc) { to <- runsNow }

// Collect is of [prometheus.Collector].
func (c runStates) Collect(to chan<- prometheus.Metric) {
	all, err := c.runs.list()
	if err != nil {
		to <- prometheus.NewInvalidMetric(runsNow, err)
		return
	}
	n := map[State]int{Open: 0, Waiting: 0, Working: 0, Stopped: 0, Failed: 0, Done: 0}
	for _, run := range all {
		n[run.State()]++
	}
	for state, n := range n {
		to <- prometheus.MustNewConstMetric(runsNow, prometheus.GaugeValue, float64(n), string(state))
	}
}

func (s *Server) routeHealth(m *http.ServeMux) {
	m.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		tell(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	m.HandleFunc("GET /readyz", s.readyz)
	m.Handle("GET /metrics", needs(toMetrics, promhttp.HandlerFor(s.metrics.all, promhttp.HandlerOpts{})))
}

// readyz says whether a run could be taken now.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	s.runs.mu.Lock()
	closed := s.runs.closed
	s.runs.mu.Unlock()
	err := s.runs.fits(0)
	switch {
	case closed:
		problem(w, http.StatusServiceUnavailable, "prebounce is about to end")
	case err != nil:
		problem(w, http.StatusServiceUnavailable, err.Error())
	default:
		tell(w, http.StatusOK, map[string]string{"status": "ready"})
	}
}
