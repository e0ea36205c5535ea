package dns

import (
	"context"
	"sync"
)

// window lets so many questions fly as a resolver bears. It doubles while all is well and halves when more than a
// fifth fails; from then on it grows in small steps, and in very small ones near the limit that was too much. A list
// has dead domains of its own, hence a share and a floor and not single failures. Beyond most it grows only while that
// brings more answers, see [growth].
type window struct {
	most   int
	growth growth

	mu      sync.Mutex
	limit   int
	flying  int
	waiting []chan struct{} // first come, first served
	ceiling int             // three quarters of the limit that was too much; 0 while none was
	done    int             // since the limit was last considered
	failed  int
}

const firstWindow = 32

func newWindow(most int) *window { return &window{most: most, limit: min(most, firstWindow)} }

// enter waits for a place.
func (w *window) enter(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	w.mu.Lock()
	if w.flying < w.limit && len(w.waiting) == 0 {
		w.flying++
		w.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	w.waiting = append(w.waiting, turn)
	w.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		w.giveUp(turn)
		return ctx.Err()
	}
}

// giveUp takes a waiter out; a place that it was given meanwhile goes to the next.
func (w *window) giveUp(turn chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, t := range w.waiting {
		if t == turn {
			w.waiting = append(w.waiting[:i], w.waiting[i+1:]...)
			return
		}
	}
	w.flying--
	w.admit()
}

// leave gives the place back and learns from how it went: failures is how many failures it counts for.
func (w *window) leave(failures int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flying--
	w.done++
	w.failed += failures
	if w.done >= max(w.limit, 16) {
		w.consider()
	}
	w.admit()
}

func (w *window) consider() {
	switch {
	case w.failed*5 > w.done:
		w.ceiling = w.limit * 3 / 4
		w.limit = max(w.limit/2, w.most/16, 1)
	case w.failed*10 > w.done && w.limit <= w.most: // neither good nor bad
	case w.ceiling == 0 && w.limit >= w.most:
		w.limit = w.growth.next(w.limit, w.done, w.failed, len(w.waiting) > 0)
	case w.ceiling == 0:
		w.limit = min(w.limit*2, w.most)
	case w.limit < w.ceiling:
		w.limit = min(w.limit+max(w.most/16, 1), w.ceiling)
	default:
		w.limit = min(w.limit+max(w.most/64, 1), w.most)
	}
	w.done, w.failed = 0, 0
}

func (w *window) admit() {
	for w.flying < w.limit && len(w.waiting) > 0 {
		close(w.waiting[0])
		w.waiting = w.waiting[1:]
		w.flying++
	}
}

// load is how full the window would be with one more: above 1 it would have to wait.
func (w *window) load() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return float64(w.flying+len(w.waiting)+1) / float64(w.limit)
}

// places is how many there are, and a quarter more: only if somebody waits is it known that more could fly.
func (w *window) places() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.limit + w.limit/4 + 1
}
