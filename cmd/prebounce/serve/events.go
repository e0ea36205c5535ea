package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// pulse is how often a stream says that it is alive, and pause how long it waits between two pieces of news.
const (
	pulse = 15 * time.Second
	pause = 200 * time.Millisecond
)

// events tells how far a run is, as server-sent events, until it is at work no more.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		w.Header().Set("Retry-After", "5")
		refuse(w, http.StatusServiceUnavailable, "too many windows watch: close one")
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	c := http.NewResponseController(w)
	for {
		g, news, ok := s.live.look(r.PathValue("id"))
		if !ok {
			fmt.Fprint(w, "event: ended\ndata: {}\n\n")
			_ = c.Flush()
			return
		}
		b, _ := json.Marshal(g)
		if _, err := fmt.Fprintf(w, "data: %s\n\n", b); err != nil || c.Flush() != nil {
			return
		}
		if !waitFor(r, news) {
			return
		}
	}
}

// waitFor waits for news, or for the time of a pulse, and reports whether anybody still listens.
func waitFor(r *http.Request, news <-chan struct{}) bool {
	select {
	case <-time.After(pause):
	case <-r.Context().Done():
		return false
	}
	select {
	case <-news:
	case <-time.After(pulse):
	case <-r.Context().Done():
		return false
	}
	return true
}
