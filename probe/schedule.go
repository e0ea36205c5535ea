package probe

import (
	"container/heap"
	"time"
)

// schedule says whose turn it is: the lane that is due first, unless its operator has as many connections as it
// bears. It is for one goroutine.
type schedule struct {
	due     byDue
	running int
	dropped bool
}

func newSchedule(lanes []*queue) *schedule {
	s := &schedule{}
	for _, l := range lanes {
		if l.begin(); !l.done {
			s.due = append(s.due, l)
			l.operator.open++
		}
	}
	heap.Init(&s.due)
	return s
}

// len is how many lanes wait for their time; those that wait for their operator come back with the one that holds it.
func (s *schedule) len() int { return len(s.due) }

// next is a lane to work now, or none and how long to wait for one.
func (s *schedule) next(now, held time.Time, workers int) (*queue, time.Duration) {
	for s.running < workers && len(s.due) > 0 {
		l := s.due[0]
		if start := later(l.due, held); start.After(now) {
			return nil, start.Sub(now)
		}
		heap.Pop(&s.due)
		if op := l.operator; op.busy == op.rule.Connections {
			op.waiting = append(op.waiting, l)
			continue
		}
		l.operator.busy++
		s.running++
		return l, 0
	}
	return nil, time.Hour // one that runs will come back
}

// back takes a lane that was worked, and lets the next one of its operator have its turn.
func (s *schedule) back(l *queue, done bool) {
	op := l.operator
	s.running--
	op.busy--
	l.estimate = l.left()
	if s.dropped {
		return
	}
	if done {
		op.open--
	} else {
		heap.Push(&s.due, l)
	}
	if len(op.waiting) > 0 {
		heap.Push(&s.due, op.waiting[0])
		op.waiting = op.waiting[1:]
	}
}

// drop forgets all that wait, for good.
func (s *schedule) drop() { s.due, s.dropped = nil, true }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// byDue is a heap.
type byDue []*queue

func (h byDue) Len() int { return len(h) }
func (h byDue) Less(i, j int) bool {
	if h[i].due.Equal(h[j].due) {
		return h[i].greeted && !h[j].greeted // who is there shows that the way out is open
	}
	return h[i].due.Before(h[j].due)
}
func (h byDue) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *byDue) Push(l any)   { *h = append(*h, l.(*queue)) }
func (h *byDue) Pop() any {
	last := len(*h) - 1
	l := (*h)[last]
	*h = (*h)[:last]
	return l
}
