package fleet

import (
	"context"
	"sync"
	"time"
)

// hands are the batches that a worker holds. It takes no more than it can ask about soon: what waits for a limit or
// for greylisting costs nothing and doesn't count.
type hands struct {
	mu        sync.Mutex
	all       sync.WaitGroup
	batches   map[*hand]bool
	busy      map[string]bool // operators
	halted    bool
	questions int // at most, but for a few batches
}

const (
	fewBatches  = 8  // even if they are large: so many operators side by side keep an address at work
	mostBatches = 64 // even if they are small
	inHand      = 200
)

// most says how many questions a worker may hold, at the fleet's pace.
func (h *hands) most(pace float64) {
	h.questions = int(max(pace, 1) * inHand)
	h.batches, h.busy = make(map[*hand]bool), make(map[string]bool)
}

// count is how many batches there are, how many of them wait, and how many questions are open in them.
func (h *hands) count() (batches, waiting, questions int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for one := range h.batches {
		questions += one.left
		if one.waits {
			waiting++
		}
	}
	return len(h.batches), waiting, questions
}

// room reports whether one more batch may be taken, of an operator unless that is empty.
func (h *hands) room(operator string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	active, questions := 0, 0
	for one := range h.batches {
		if !one.waits {
			active, questions = active+1, questions+one.left
		}
	}
	few := active < fewBatches || (active < mostBatches && questions < h.questions)
	return few && !h.halted && !h.busy[operator]
}

// await waits until there is room.
func (h *hands) await(ctx context.Context, operator string) {
	for !h.room(operator) && ctx.Err() == nil {
		pause(ctx, 50*time.Millisecond)
	}
}

// take makes an operator this batch's, and reports whether it was another's.
func (h *hands) take(one *hand) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy[one.Operator] {
		return false
	}
	h.busy[one.Operator], h.batches[one] = true, true
	return true
}

func (h *hands) drop(one *hand) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.batches, one)
	delete(h.busy, one.Operator)
}

func (h *hands) halt(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.halted = on
}

func (h *hands) wait() { h.all.Wait() }

// note takes in how far a batch is.
func (h *hands) note(one *hand, left int, waits bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one.left, one.waits = left, waits
}
