package serve

import (
	"fmt"
	"sync"
	"time"
)

// live is how far each run at work is, for whoever watches.
type live struct {
	mu   sync.Mutex
	runs map[string]*watched
}

type watched struct {
	last  Message
	since time.Time     // when its phase began
	news  chan struct{} // closed when there are some
}

func newLive() *live { return &live{runs: map[string]*watched{}} }

// of is what is watched of a run; the caller holds the lock.
func (l *live) of(id string) *watched {
	w := l.runs[id]
	if w == nil {
		w = &watched{news: make(chan struct{}), since: time.Now()}
		l.runs[id] = w
	}
	return w
}

func (w *watched) announce() {
	close(w.news)
	w.news = make(chan struct{})
}

func (l *live) tell(id string, m Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.of(id)
	if w.last.Phase != m.Phase {
		w.since = time.Now()
	}
	w.last = m
	w.announce()
}

// changed says that a run is in another state.
func (l *live) changed(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of(id).announce()
}

// forget says that a run is at work no more.
func (l *live) forget(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w := l.runs[id]; w != nil {
		close(w.news)
	}
	delete(l.runs, id)
}

// glance is how far a run is.
type glance struct {
	Message
	Percent int           `json:"percent"`
	Left    time.Duration `json:"-"`
	Says    string        `json:"says"`
}

// look returns how far a run is, and what to wait for until there is more to see; false for a run that is not at work.
func (l *live) look(id string) (g glance, news <-chan struct{}, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.runs[id]
	if w == nil {
		return g, nil, false
	}
	g = glance{Message: w.last, Left: w.last.Left}
	if w.last.Total > 0 {
		g.Percent = int(100 * w.last.Done / w.last.Total)
	}
	if took := time.Since(w.since); g.Left == 0 && g.Percent > 1 && took > 2*time.Second {
		g.Left = time.Duration(float64(took) * float64(w.last.Total-w.last.Done) / float64(w.last.Done))
	}
	g.Says = g.says()
	return g, w.news, true
}

// phases are what a run does, in order, as people call it.
var phases = []struct{ name, says string }{
	{"reading", "Reading your list"}, {"dns", "Asking DNS which domains take mail"},
	{"gathering", "Collecting the addresses to ask about"},
	{"asking", "Asking mail servers"}, {"writing", "Writing the cleaned lists"},
}

// says is a glance in words.
func (g *glance) says() string {
	for _, p := range phases {
		if p.name != g.Phase {
			continue
		}
		says := fmt.Sprintf("%s: %d%%", p.says, g.Percent)
		if g.Left > 0 {
			says += ", about " + span(g.Left) + " left"
		}
		return says
	}
	return "Starting"
}

// span is a time as people say it, rounded up.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d seconds", (d+time.Second-1)/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", (d+time.Minute-1)/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", (d+time.Hour-1)/time.Hour)
	}
	return fmt.Sprintf("%d days", (d+24*time.Hour-1)/(24*time.Hour))
}
