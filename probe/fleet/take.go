package fleet

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// pull takes batches of a queue as long as there is room, until taking ends, and works on them until working ends.
func (w *Worker) pull(taking, working context.Context, class, own string) error {
	name := consumerOf(class, own)
	operator := class
	if class == rest {
		operator = ""
	}
	for taking.Err() == nil {
		queue, err := w.Conn.js.Consumer(taking, askStream, name)
		if err != nil {
			pause(taking, 5*time.Second) // the server is away, or has no such queue yet
			continue
		}
		for taking.Err() == nil && err == nil {
			w.hands.await(taking, operator)
			err = w.fetch(taking, working, queue)
		}
		pause(taking, time.Second)
	}
	return nil
}

// fetching is how long the server holds a request for a batch.
const fetching = 20 * time.Second

// fetch takes one batch, if there is any, and begins to work on it.
func (w *Worker) fetch(taking, working context.Context, queue jetstream.Consumer) error {
	if taking.Err() != nil {
		return nil
	}
	within, cancel := context.WithTimeout(taking, fetching)
	defer cancel()
	got, err := queue.Fetch(1, jetstream.FetchContext(within), jetstream.FetchHeartbeat(fetching/4))
	if err != nil {
		return err
	}
	for m := range got.Messages() {
		one, wait := w.accept(working, m)
		if one == nil {
			_ = m.NakWithDelay(wait) // where that is lost it comes back later
			continue
		}
		w.hands.all.Go(func() { one.work(working) })
	}
	if taking.Err() != nil || within.Err() != nil {
		return nil
	}
	return got.Error()
}

const (
	soon    = 2 * time.Second
	notSoon = time.Minute
)

// accept opens a batch and makes it ours, or says when it is to be handed out again.
func (w *Worker) accept(ctx context.Context, m jetstream.Msg) (*hand, time.Duration) {
	run := m.Subject()[strings.LastIndexByte(m.Subject(), '.')+1:]
	key, ok := w.key(ctx, run)
	if !ok {
		return nil, soon // its coordinator has not seen us yet
	}
	one := &hand{worker: w, holder: w.holder + "/" + rand.Text(), message: m, run: run, key: key}
	if err := key.open(m.Subject(), m.Data(), &one.batch); err != nil {
		w.Tell("a batch of questions can't be read: " + err.Error())
		return nil, notSoon
	}
	one.left = one.size()
	if !mayAsk(w.Operators, one.Operator) || !w.hands.take(one) {
		return nil, w.later(m)
	}
	return one, 0
}

// later is when a batch is to be handed out again that is not for us now: the more often the later.
func (w *Worker) later(m jetstream.Msg) time.Duration {
	meta, err := m.Metadata()
	if err != nil {
		return soon
	}
	wait := time.Duration(float64(soon) * float64(min(meta.NumDelivered, 10)) / max(w.Conn.pace, 1))
	return max(wait, 100*time.Millisecond)
}

// key is the key of a run, if it was sealed to us.
func (w *Worker) key(ctx context.Context, run string) (runKey, bool) {
	w.mu.Lock()
	key, ok := w.keys[run]
	w.mu.Unlock()
	if ok {
		return key, true
	}
	within, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	entry, err := w.Conn.runs.Get(within, "key."+run+"."+w.name)
	if err == nil {
		key, err = w.id.open(run, entry.Value())
	}
	if err != nil {
		return key, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.keys) > 1000 {
		clear(w.keys)
	}
	w.keys[run] = key
	return key, true
}
