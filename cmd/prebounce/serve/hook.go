package serve

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/webhook"
)

// hook tells one receiver which runs have ended, and tries again until it has heard. What it owes is told from the
// folders of runs, so it holds after the program was killed, too. A receiver may hear of the same end twice, by the
// same id.
type hook struct {
	to      *webhook.Sender
	runs    *runs
	address string
	log     *slog.Logger
	count   func(outcome string)

	mu   sync.Mutex
	due  map[string]time.Time // the runs whose end may not have been told, and when to look
	news chan struct{}

	cancel context.CancelFunc
	ended  chan struct{}
}

// newHooks makes a hook for each receiver, which hears of runs that end from now on.
func (s *Server) newHooks() (all []*hook) {
	for _, to := range s.o.Webhooks {
		h := &hook{to: to, runs: s.runs, address: s.o.Address, log: s.log, count: s.metrics.hooked,
			due: map[string]time.Time{}, news: make(chan struct{}, 1), ended: make(chan struct{})}
		s.runs.ran = append(s.runs.ran, func(run *Run) { h.add(run.ID) })
		all = append(all, h)
	}
	return all
}

// beginHooks starts to tell receivers, also of runs that ended before the program was killed.
func (s *Server) beginHooks() error {
	if len(s.hooks) == 0 {
		return nil
	}
	ended, err := s.runs.list(time.Now())
	for _, h := range s.hooks {
		for _, run := range ended {
			h.addAt(run.ID, endKnown(run, time.Now()))
		}
		var ctx context.Context
		ctx, h.cancel = context.WithCancel(context.Background())
		go h.work(ctx)
	}
	return err
}

// settling is how long the worker of a program that was killed may need to end in good order.
const settling = time.Minute

// endKnown is from when it is known how a run ended.
func endKnown(run *Run, now time.Time) time.Time {
	if run.State() == Stopped && run.Ended == nil {
		return now.Add(settling)
	}
	return now
}

func (h *hook) close() {
	h.cancel()
	<-h.ended
}

// add says that a run has ended.
func (h *hook) add(id string) {
	h.addAt(id, time.Now())
	select {
	case h.news <- struct{}{}:
	default: // it will look anyway
	}
}

func (h *hook) addAt(id string, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.due[id] = at
}

func (h *hook) work(ctx context.Context) {
	defer close(h.ended)
	for ctx.Err() == nil {
		wait := time.NewTimer(time.Until(h.round(ctx, time.Now())))
		select {
		case <-ctx.Done():
		case <-h.news:
		case <-wait.C:
		}
		wait.Stop()
	}
}

// round tells what is due, and returns when to look again.
func (h *hook) round(ctx context.Context, now time.Time) (next time.Time) {
	next = now.Add(time.Hour)
	for _, id := range h.dueBy(now) {
		again := h.tell(ctx, id, now)
		h.mu.Lock()
		switch at := h.due[id]; {
		case at.After(now): // it has ended once more
		case again.IsZero():
			delete(h.due, id)
		default:
			h.due[id] = again
		}
		h.mu.Unlock()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, at := range h.due {
		if at.Before(next) {
			next = at
		}
	}
	return next
}

// dueBy are the runs to look at, the oldest first.
func (h *hook) dueBy(now time.Time) (ids []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, at := range h.due {
		if !at.After(now) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// tell tells of a run, if that is due, and returns when to try again; zero: never.
func (h *hook) tell(ctx context.Context, id string, now time.Time) time.Time {
	run, err := h.runs.get(id)
	if err != nil || !slices.Contains(run.Hooks, h.to.Key()) || run.event() == "" {
		return time.Time{} // it was deleted, it is none of ours, or it works again
	}
	t := h.heard(run)
	if t.Event != run.event() {
		t = &hearing{Event: run.event(), Since: now}
	}
	if t.Settled {
		return time.Time{}
	}
	body, err := messageOf(run, h.address, t.Since)
	if err == nil {
		err = h.to.Send(ctx, t.Event, body)
	}
	if ctx.Err() != nil { // the next start tries again
		return now
	}
	if wait := h.note(run, t, err, now); wait > 0 {
		return now.Add(wait)
	}
	return time.Time{}
}
