package serve

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func (s *Server) routeHealth(m *http.ServeMux) {
	m.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		tell(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	m.HandleFunc("GET /readyz", s.readyz)
	shown := promhttp.HandlerFor(s.metrics.all, promhttp.HandlerOpts{})
	m.Handle("GET /metrics", needs(toMetrics, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.o.Counts != nil {
			s.metrics.counts.add(s.o.Counts())
		}
		shown.ServeHTTP(w, r)
	})))
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
