package serve

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/webhook"
)

// hearing is what a receiver has heard of a run, as a file of the run's folder has it.
type hearing struct {
	Event   string    `json:"event"`
	Since   time.Time `json:"since"` // when it was first to be told
	Tries   int       `json:"tries"`
	Settled bool      `json:"settled"` // it was heard, or nobody tries any more
}

// note keeps what became of a try, and returns how long to wait for the next one; zero: there is none.
func (h *hook) note(run *Run, t *hearing, err error, now time.Time) time.Duration {
	outcome, wait := t.after(err, now)
	h.count(outcome)
	about := []any{"run", run.ID, "host", h.to.Host(), "tries", t.Tries}
	if err != nil {
		about = append(about, "error", err)
	}
	h.log.Log(context.Background(), hookLevels[outcome], "webhook "+outcome, about...)
	if err := run.write(h.file(), t); err != nil && !missing(err) {
		h.log.Error("keeping what a webhook heard", "run", run.ID, "error", err)
	}
	return wait
}

func (h *hook) file() string { return "webhook-" + h.to.Key() + ".json" }

// heard is what the receiver has heard of a run.
func (h *hook) heard(run *Run) *hearing {
	t := &hearing{}
	f, err := os.Open(filepath.Join(run.dir, h.file()))
	if err != nil {
		return t
	}
	defer f.Close()
	if decode(f, t) != nil {
		return &hearing{} // it hears of it once more
	}
	return t
}

// waits are how long to wait after each try; the last one goes on.
var waits = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour}

// patienceWithHooks is how long a receiver may be away.
const patienceWithHooks = 3 * 24 * time.Hour

// Outcomes of a try to tell.
const (
	hookHeard = "delivered"
	hookAgain = "failed"
	hookLost  = "given_up"
)

var hookLevels = map[string]slog.Level{hookHeard: slog.LevelInfo, hookAgain: slog.LevelWarn,
	hookLost: slog.LevelError}

// after counts a try, and says how long to wait for the next one.
func (t *hearing) after(err error, now time.Time) (outcome string, wait time.Duration) {
	wait = waits[min(t.Tries, len(waits)-1)]
	t.Tries++
	var refused *webhook.Refused
	switch {
	case err == nil:
		t.Settled = true
		return hookHeard, 0
	case errors.As(err, &refused) && refused.Gone(), now.Sub(t.Since) > patienceWithHooks:
		t.Settled = true
		return hookLost, 0
	}
	return hookAgain, wait
}
