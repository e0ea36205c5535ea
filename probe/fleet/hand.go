package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
)

// hand is a batch that a worker holds.
type hand struct {
	batch
	worker  *Worker
	holder  string // this hand alone: a batch may come back to the worker that has lost it
	message jetstream.Msg
	run     string
	key     runKey

	left  int  // the hands': questions
	waits bool // the hands'

	places map[uint32]int // of questions, by ID
	series *series
	cells  *cells // of runs
	beat   atomic.Int64
	sent   int // messages with answers
}

// errLost ends work on a batch that another worker may hold by now.
var errLost = errors.New("the server took this batch away")

// work asks a batch's questions, and hands back the batch: answered, or for another worker.
func (h *hand) work(ctx context.Context) {
	defer h.worker.hands.drop(h)
	h.cells = &cells{bucket: h.worker.Conn.runs, given: h.given}
	h.touch()
	within, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if !h.claim(within) {
		_ = h.message.NakWithDelay(h.worker.later(h.message))
		return
	}
	beats, end := context.WithCancel(within)
	g, _ := errgroup.WithContext(within)
	g.Go(func() error { h.beats(beats, cancel); return nil })
	err := h.ask(within)
	end()
	_ = g.Wait()
	last := context.WithoutCancel(ctx)
	switch {
	case err == nil:
		err = h.finish(last)
	case ctx.Err() != nil:
		_ = h.message.Nak()
	case errors.Is(context.Cause(within), errLost) || errors.Is(err, errLost):
	default:
		_ = h.message.NakWithDelay(soon)
	}
	h.unclaim(last)
	if err != nil && ctx.Err() == nil {
		h.worker.Tell(fmt.Sprintf("a batch of %s goes back: %v", h.Operator, err))
	}
}

// touch notes that the server has heard that we work on the batch.
func (h *hand) touch() { h.beat.Store(time.Now().UnixNano()) }

// given is why the batch is ours no longer: the server has not heard of us for as long as it waits for us.
func (h *hand) given() error {
	if time.Since(time.Unix(0, h.beat.Load())) > h.worker.Conn.patience()*5/6 {
		return errLost
	}
	return nil
}

// beats tells the server that we work on the batch, until ctx ends, or the batch is another's.
func (h *hand) beats(ctx context.Context, cancel func(error)) {
	for ctx.Err() == nil {
		pause(ctx, h.worker.Conn.patience()/4)
		if h.given() != nil || !h.renew(ctx) {
			cancel(errLost)
			return
		}
	}
}

// renew reports whether the batch is still ours, as far as can be told.
func (h *hand) renew(ctx context.Context) bool {
	within, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	p, err := load[progress](within, h.cells, h.progressKey())
	if err == nil && p.Holder != h.holder {
		return false
	}
	if err == nil && h.message.InProgress() == nil && h.worker.Conn.nc.FlushWithContext(within) == nil {
		h.touch()
		_ = h.claimAll(within, func(key string) error { return h.claimOne(within, key) })
	}
	return true
}

// ask asks what is not answered yet.
func (h *hand) ask(ctx context.Context) error {
	var had progress
	err := alter(ctx, h.cells, h.progressKey(), func(p *progress) bool {
		p.Holder = h.holder
		had = *p
		return true
	})
	if err != nil || h.Until.Before(h.worker.Conn.clock.now()) {
		return err
	}
	h.series = h.worker.seriesOf(h)
	h.series.mu.Lock() // an operator is asked by one batch at a time
	defer h.series.mu.Unlock()
	p := *h.worker.prober
	p.Store, p.Series, p.MaxWait = &heldStore{h.worker.store, h}, &h.series.Series, h.MaxWait
	p.Progress = func(now probe.Progress) { h.worker.hands.note(h, now.Questions-now.Settled, now.Idle) }
	asked, err := p.Run(ctx, p.Plan(h.questions(&had)), func(found []validate.Answered) error { return h.hear(ctx, found) })
	if err != nil {
		return err
	}
	h.series.done(asked, h.Operator)
	return nil
}

// questions are those of the batch that are not answered, with moments of this machine.
func (h *hand) questions(had *progress) func(func(validate.Question) bool) {
	h.places = make(map[uint32]int)
	var open []validate.Question
	place := 0
	for i := range h.Domains {
		d := &h.Domains[i]
		for j := range d.Questions {
			q := &d.Questions[j]
			h.places[q.ID] = place
			if !had.has(place) {
				open = append(open, h.question(d, q))
			}
			h.series.marks[q.ID] = h.mark(d, q)
			place++
		}
	}
	return func(yield func(validate.Question) bool) {
		for i := range open {
			if !yield(open[i]) {
				return
			}
		}
	}
}

func (h *hand) question(d *domain, q *question) validate.Question {
	clock := &h.worker.Conn.clock
	is := validate.Question{ID: q.ID, Address: d.address(q), Mail: &d.Mail, Tries: q.Tries, Again: clock.here(q.Again)}
	if q.Taken != nil {
		taken := *q.Taken
		taken.At, taken.Again = clock.here(taken.At), clock.here(taken.Again)
		is.Taken = &taken
	}
	return is
}

func (h *hand) mark(d *domain, q *question) marked {
	m := h.key.mark(d.address(q))
	return marked{m[:], d.Name}
}
