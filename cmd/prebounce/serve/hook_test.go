package serve

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/webhook"
)

// receiver takes webhooks at a server of loopback.
type receiver struct {
	status int
	ids    []string
	bodies []string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	b, _ := io.ReadAll(q.Body)
	r.ids, r.bodies = append(r.ids, q.Header.Get("webhook-id")), append(r.bodies, string(b))
	w.WriteHeader(r.status)
}

// begins starts it, and returns what sends to it.
func (r *receiver) begins(t *testing.T) *webhook.Sender {
	t.Helper()
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	secrets, err := webhook.ParseSecrets("whsec_" + strings.Repeat("A", 32))
	if err != nil {
		t.Fatal(err)
	}
	to, err := webhook.New(s.URL+"/hook?key=very-secret", webhook.Options{Secrets: secrets, Private: true})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// ended makes a run that has ended, and that a webhook is to be told of.
func (x *site) ended(t *testing.T, to *webhook.Sender) *Run {
	t.Helper()
	run := x.dropped(t, [2]string{"ann@acme.test.csv", "email\nann@acme.test\n"})
	if err := os.Mkdir(run.out(), 0o700); err != nil {
		t.Fatal(err)
	}
	const told = `{"list":"ann@acme.test.csv","rows":65,"clean":39,"review":11,"removed":15,"reasons":[]}`
	if err := os.WriteFile(filepath.Join(run.out(), "report.json"), []byte(told), 0o600); err != nil {
		t.Fatal(err)
	}
	run.Began, run.Hooks, run.Ended = time.Now(), []string{to.Key()}, &ended{Exit: 3}
	if err := run.save(); err != nil {
		t.Fatal(err)
	}
	return run
}

// hookOf is a hook that looks only when it is told to.
func (x *site) hookOf(to *webhook.Sender) *hook {
	return &hook{to: to, runs: x.runs, address: "http://127.0.0.1:8080", log: x.Server.log, count: x.metrics.hooked,
		due: map[string]time.Time{}, news: make(chan struct{}, 1)}
}

// TestAnEndIsToldUntilItIsHeard, with the same words by the same id, ever more seldom, and then no more; a restart does
// not make it forget.
func TestAnEndIsToldUntilItIsHeard(t *testing.T) {
	x, r := open(t, nil, nil), &receiver{status: http.StatusInternalServerError}
	h := x.hookOf(r.begins(t))
	run := x.ended(t, h.to)
	now := time.Now().Add(time.Minute)
	h.add(run.ID)
	var waited []time.Duration
	for range len(waits) + 2 {
		next := h.round(t.Context(), now)
		waited, now = append(waited, next.Sub(now)), next
		h = x.hookOf(h.to) // a restart
		h.due[run.ID] = now
	}
	for i, w := range waited {
		if want := min(waits[min(i, len(waits)-1)], time.Hour); w != want { // it looks every hour anyway
			t.Errorf("after try %d it waits %v, want %v", i+1, w, want)
		}
	}
	r.status = http.StatusOK
	for range 3 {
		now = h.round(t.Context(), now)
	}
	if len(r.ids) != len(waited)+1 || strings.Count(strings.Join(r.ids, " "), r.ids[0]) != len(r.ids) ||
		len(h.due) != 0 {
		t.Errorf("it was told %v, and %v are due", r.ids, h.due)
	}
	for _, body := range r.bodies {
		if body != r.bodies[0] {
			t.Errorf("it says %s, then %s", r.bodies[0], body)
		}
	}
}

// TestWhatAWebhookHears: who, how it ended, how many rows, where to look, and nobody's address.
func TestWhatAWebhookHears(t *testing.T) {
	x, r := open(t, nil, nil), &receiver{status: http.StatusOK}
	h := x.hookOf(r.begins(t))
	run := x.ended(t, h.to)
	h.add(run.ID)
	h.round(t.Context(), time.Now())
	if len(r.bodies) != 1 {
		t.Fatalf("it hears %q", r.bodies)
	}
	var m message
	if err := json.Unmarshal([]byte(r.bodies[0]), &m); err != nil {
		t.Fatal(err)
	}
	d := m.Data
	if m.Type != "run.ended" || m.Timestamp.IsZero() || d.Run != run.ID || d.Status != Done || *d.Exit != 3 ||
		*d.Rows != (rowTotals{65, 39, 11, 15, 0}) ||
		d.Links["report"] != "http://127.0.0.1:8080/api/v1/runs/"+run.ID+"/report.json" {
		t.Errorf("it hears %s", r.bodies[0])
	}
	for _, text := range []string{r.bodies[0], x.log.String()} {
		if strings.Contains(text, "@") || strings.Contains(text, "very-secret") {
			t.Errorf("there is an address, or a secret, in %s", text)
		}
	}
}

// TestWhatNoWebhookHears: what it was not there for, what was deleted, what works, and what it wants no more.
func TestWhatNoWebhookHears(t *testing.T) {
	x, r := open(t, nil, nil), &receiver{status: http.StatusGone}
	h := x.hookOf(r.begins(t))
	before, deleted, open, gone := x.ended(t, h.to), x.ended(t, h.to), x.ended(t, h.to), x.ended(t, h.to)
	before.Hooks, open.Began = nil, time.Time{}
	for _, run := range []*Run{before, open} {
		if err := run.save(); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.runs.delete(deleted.ID); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, run := range []*Run{before, deleted, open, gone} {
			h.add(run.ID)
		}
		h.round(t.Context(), time.Now())
	}
	if len(r.ids) != 1 || !strings.HasPrefix(r.ids[0], gone.ID) || len(h.due) != 0 {
		t.Errorf("it hears %v of %s, and %v are due", r.ids, gone.ID, h.due)
	}
}

// TestAReceiverThatIsAwayIsGivenUp after some days.
func TestAReceiverThatIsAwayIsGivenUp(t *testing.T) {
	now := time.Now()
	away := hearing{Since: now}
	if outcome, wait := away.after(&webhook.Refused{Status: 503}, now.Add(patienceWithHooks)); outcome != hookAgain ||
		wait <= 0 {
		t.Errorf("%s, %v", outcome, wait)
	}
	if outcome, _ := away.after(&webhook.Refused{Status: 503}, now.Add(patienceWithHooks+1)); outcome != hookLost ||
		!away.Settled {
		t.Errorf("%s, %+v", outcome, away)
	}
}

// TestAnEndThatNobodyKnowsYet: after a kill the worker gets a moment to end in good order.
func TestAnEndThatNobodyKnowsYet(t *testing.T) {
	now := time.Now()
	x := open(t, nil, nil)
	run := x.dropped(t, [2]string{"may.csv", "email\nann@acme.test\n"})
	run.Began = now
	if at := endKnown(run, now); at != now.Add(settling) || !strings.HasSuffix(run.event(), "_stopped") {
		t.Errorf("killed: %v, %s", at, run.event())
	}
	run.Ended = &ended{Exit: 1}
	if at := endKnown(run, now); at != now || !strings.HasSuffix(run.event(), "_failed") {
		t.Errorf("failed: %v, %s", at, run.event())
	}
}
