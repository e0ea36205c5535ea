package compare

import (
	"bufio"
	"cmp"
	"container/heap"
	"errors"
	"fmt"
	"io"

	"github.com/prebounce/prebounce/validate/batch"
)

// merge hands over the results of all runs, that of the memory last: it came last.
func (s *sorter) merge(yield func(batch.Result, error) bool) error {
	s.sort()
	m := merger{}
	for i, run := range append(s.runs, &sortedText{sorter: s}) {
		h := &head{from: bufio.NewReaderSize(run, 32<<10), run: i}
		switch err := h.next(); {
		case err == nil:
			m = append(m, h)
		case !errors.Is(err, io.EOF):
			return fmt.Errorf("sorting: %w", err)
		}
	}
	heap.Init(&m)
	for len(m) > 0 {
		if !yield(m[0].result, nil) {
			return nil
		}
		switch err := m[0].next(); {
		case err == nil:
			heap.Fix(&m, 0)
		case errors.Is(err, io.EOF):
			heap.Pop(&m)
		default:
			return fmt.Errorf("sorting: %w", err)
		}
	}
	return nil
}

// sortedText reads what a sorter has in memory, in order.
type sortedText struct {
	sorter *sorter
	next   int // spot
	rest   []byte
}

func (t *sortedText) Read(p []byte) (int, error) {
	for len(t.rest) == 0 {
		if t.next == len(t.sorter.spots) {
			return 0, io.EOF
		}
		t.rest = t.sorter.text[t.sorter.spots[t.next].at:t.sorter.spots[t.next].end]
		t.next++
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// merger is a heap of the runs by the result that comes next.
type merger []*head

// head is what comes next in a run.
type head struct {
	from    *bufio.Reader
	run     int
	mailbox string
	result  batch.Result
}

func (h *head) next() (err error) {
	h.mailbox, h.result, err = readResult(h.from)
	return err
}

func (m merger) Len() int      { return len(m) }
func (m merger) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *merger) Push(x any)   { *m = append(*m, x.(*head)) }
func (m merger) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(m[i].mailbox, m[j].mailbox), cmp.Compare(m[i].run, m[j].run)) < 0
}

func (m *merger) Pop() any {
	last := len(*m) - 1
	h := (*m)[last]
	*m = (*m)[:last]
	return h
}
