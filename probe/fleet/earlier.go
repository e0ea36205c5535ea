package fleet

import (
	"context"
	"errors"
	"sync"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/prebounce/prebounce/validate"
)

// earlier is what earlier processes of a run have handed out. Their questions had other IDs, so they are known by the
// marks of their addresses. The coordinator guards it.
type earlier struct {
	batches map[[2]int]bool                // that are not done, by epoch and number
	asked   map[[16]byte]bool              // that are asked, or answered and not kept
	ids     map[[16]byte]uint32            // those of this process
	kept    map[[16]byte]validate.Answered // answers to what this process has not asked about yet
}

// find looks for batches that are not done, and for answers that nobody has taken.
func (e *earlier) find(ctx context.Context, c *Conn, run *journal) error {
	e.batches, e.asked = make(map[[2]int]bool), make(map[[16]byte]bool)
	e.ids, e.kept = make(map[[16]byte]uint32), make(map[[16]byte]validate.Answered)
	err := eachMessage(ctx, c.js, askStream, allSubjects(run.Run), func(m *jetstream.RawStreamMsg) {
		var b batch
		if run.Key.open(m.Subject, m.Data, &b) == nil {
			e.note(&b, run.Key)
		}
	})
	if err != nil {
		return err
	}
	return eachMessage(ctx, c.js, answerStream, answerSubject(run.Run), func(m *jetstream.RawStreamMsg) {
		var f found
		if run.Key.open(m.Subject, m.Data, &f) == nil {
			e.noteFound(&f)
		}
	})
}

// eachMessage reads what a stream has under a subject, and takes nothing away.
func eachMessage(ctx context.Context, js jetstream.JetStream, name, subject string,
	do func(*jetstream.RawStreamMsg)) error {
	stream, err := js.Stream(ctx, name)
	for next := uint64(1); err == nil; {
		var m *jetstream.RawStreamMsg
		if m, err = stream.GetMsg(ctx, next, jetstream.WithGetMsgSubject(subject)); err == nil {
			next = m.Sequence + 1
			do(m)
		}
	}
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil
	}
	return err
}

func (e *earlier) note(b *batch, key runKey) {
	e.batches[[2]int{b.Epoch, b.Number}] = true
	for i := range b.Domains {
		d := &b.Domains[i]
		for j := range d.Questions {
			e.asked[key.mark(d.address(&d.Questions[j]))] = true
		}
	}
}

func (e *earlier) noteFound(f *found) {
	if f.Done != nil {
		e.batches[[2]int{f.Epoch, f.Number}] = true
	}
	for _, a := range f.Answers {
		if len(a.Mark) == 16 {
			e.asked[[16]byte(a.Mark)] = true
		}
	}
}

// adopt makes a question ours that an earlier process has handed out, and passes on its answer if that is there.
func (c *Coordinator) adopt(q *validate.Question) (old bool, err error) {
	if c.earlier.asked == nil {
		return false, nil
	}
	m := c.run.Key.mark(q.Address)
	c.mu.Lock()
	if old = c.earlier.asked[m]; old {
		c.earlier.ids[m] = q.ID
	}
	a, ok := c.earlier.kept[m]
	delete(c.earlier.kept, m)
	c.mu.Unlock()
	if !ok {
		return old, nil
	}
	a.ID = q.ID
	return true, c.answer([]validate.Answered{a})
}

// answer is an answer to an earlier process with the ID of this one, or none, and then it is kept.
func (e *earlier) answer(mu *sync.Mutex, a answered) validate.Answered {
	mu.Lock()
	defer mu.Unlock()
	if len(a.Mark) != 16 || e.ids == nil {
		return validate.Answered{}
	}
	id, ok := e.ids[[16]byte(a.Mark)]
	if !ok {
		e.kept[[16]byte(a.Mark)] = a.Answered
		return validate.Answered{}
	}
	a.ID = id
	return a.Answered
}
