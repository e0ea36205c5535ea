package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
)

// Coordinator hands the questions of one run to a fleet and takes the answers. Memory grows with operators, and by an
// octet or so per question.
type Coordinator struct {
	Conn    *Conn
	MaxWait time.Duration // see [probe.Prober.MaxWait]; also how long a worker is waited for
	RCPTs   int           // commands at most, of all calls together; 0: any number
	// Journal is a file that holds the key of the run while it lasts: a later process that has it takes the run up.
	// Empty: none can.
	Journal  string
	Lasts    time.Duration // after so long nobody waits for answers; zero: three days
	Progress func(probe.Progress)
	Tell     func(text string) // tells a person what happens; no capital, no full stop
	// Control is told what a domain's control showed; nil: nobody wants to know
	Control func(ctx context.Context, domain string, c validate.Control, host string, at time.Time) error

	run      journal
	crew     *crew
	answers  jetstream.Consumer
	controls map[string]bool // domains whose control was told

	mu      sync.Mutex
	emit    func([]validate.Answered) error
	settled bits // questions of this call
	asked   map[string]*validate.Asking
	number  int         // of the next batch
	open    map[int]int // batches that are not done: the RCPT commands lent to them
	earlier earlier
	sent    int // RCPT commands
	lent    int
	news    time.Time // when something was last heard
	total   int
}

const defaultWait = 30 * time.Minute

// Ask hands out questions and calls emit with the answers, from one goroutine at a time. Every question is answered; a
// later answer takes the place of an earlier one. When ctx ends first, the workers go on, and a process with the same
// Journal finds the answers. What is returned is of all calls so far.
func (c *Coordinator) Ask(ctx context.Context, questions iter.Seq[validate.Question],
	emit func([]validate.Answered) error) ([]validate.Asking, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	c.emit, c.settled, c.total = emit, bits{}, 0
	if err := c.firstWorker(ctx); err != nil {
		return nil, err
	}
	handing, stop := context.WithCancel(ctx)
	out := &packer{coordinator: c}
	var packing sync.WaitGroup
	done := make(chan error, 1)
	packing.Go(func() { done <- out.all(handing, questions) })
	err := c.listen(ctx, done)
	stop()
	packing.Wait()
	if err == nil {
		err = c.rest(ctx, questions)
	}
	return c.report(), err
}

// listen takes answers until all are there, or nobody is left to give them.
func (c *Coordinator) listen(ctx context.Context, done <-chan error) (err error) {
	c.heardOf()
	for handed := false; ; {
		if !handed {
			select {
			case err := <-done:
				handed = true
				if err != nil {
					return err
				}
			default:
			}
		}
		n, err := c.take(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return err
		case n > 0:
			continue
		}
		if over, err := c.over(ctx, handed); over || err != nil {
			return err
		}
	}
}

// heardOf notes that something was heard.
func (c *Coordinator) heardOf() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.news = time.Now()
}

// quiet is how long nothing is heard until the server is asked what there is still to do.
const quiet = 5 * time.Second

// over reports whether there is nothing to wait for.
func (c *Coordinator) over(ctx context.Context, handed bool) (bool, error) {
	c.mu.Lock()
	waits, silent := len(c.open)+len(c.earlier.batches), time.Since(c.news)
	c.mu.Unlock()
	if silent < quiet && (!handed || waits > 0) {
		return false, nil
	}
	if waits > 0 && !c.crew.served(c.patience()) {
		c.Tell("no worker of the fleet is there any more; the rest is left to a later run")
		return true, c.withdraw(ctx)
	}
	if !handed {
		return false, nil
	}
	left, err := c.left(ctx)            // an answer may be on its way for the second time
	return left == 0 && err == nil, nil // it is asked again, if it doesn't answer
}

func (c *Coordinator) patience() time.Duration {
	return max(time.Duration(float64(max(cmp.Or(c.MaxWait, defaultWait), 0))/max(c.Conn.pace, 1)), 2*workerLife)
}

// left is how many batches and answers of the run the server still has.
func (c *Coordinator) left(ctx context.Context) (n uint64, err error) {
	within, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	stream, err := c.Conn.js.Stream(within, askStream)
	if err != nil {
		return 0, err
	}
	asked, err := stream.Info(within, jetstream.WithSubjectFilter(allSubjects(c.run.Run)))
	if err != nil {
		return 0, err
	}
	for _, k := range asked.State.Subjects {
		n += k
	}
	info, err := c.answers.Info(within)
	if err != nil {
		return 0, err
	}
	return n + info.NumPending + uint64(info.NumAckPending), nil
}

// firstWorker waits for somebody to ask.
func (c *Coordinator) firstWorker(ctx context.Context) error {
	until := time.Now().Add(c.patience())
	for told := false; !c.crew.any(); told = true {
		if !told {
			c.Tell("no worker of the fleet is there: waiting for one")
		}
		if time.Now().After(until) {
			return errors.New("no worker of the fleet is there: start one with prebounce worker --fleet")
		}
		if pause(ctx, 200*time.Millisecond); ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// rest answers what nobody answered.
func (c *Coordinator) rest(ctx context.Context, questions iter.Seq[validate.Question]) error {
	var late []validate.Answered
	for q := range questions {
		if !c.settled.has(q.ID) {
			late = append(late, postponed(&q, "the fleet gave no answer in time"))
		}
		if len(late) == mostPacked {
			if err := c.answer(late); err != nil {
				return err
			}
			late = nil
		}
	}
	return errors.Join(c.answer(late), ctx.Err())
}

// postponed leaves a question to a later run.
func postponed(q *validate.Question, why string) validate.Answered {
	operator := ""
	if q.Mail != nil {
		operator = q.Mail.Operator
	}
	return validate.Answered{ID: q.ID, Answer: validate.Answer{Status: validate.Postponed, Detail: why,
		Operator: operator, Tries: q.Tries, At: time.Now(), Again: q.Again}}
}

// answer hands answers on.
func (c *Coordinator) answer(found []validate.Answered) error {
	if len(found) == 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range found {
		c.settled.add(found[i].ID)
	}
	if c.Progress != nil {
		c.Progress(probe.Progress{Settled: c.settled.n, Questions: max(c.total, c.settled.n)})
	}
	return c.emit(found)
}

// withdraw takes back what no worker has begun with.
func (c *Coordinator) withdraw(ctx context.Context) error {
	return patiently(ctx, func() error { return nil }, func(ctx context.Context) error {
		stream, err := c.Conn.js.Stream(ctx, askStream)
		if err == nil {
			err = stream.Purge(ctx, jetstream.WithPurgeSubject(allSubjects(c.run.Run)))
		}
		return err
	})
}

// Close ends the run, of which nothing stays on the server. Leave it out where a later process is to take it up.
func (c *Coordinator) Close(ctx context.Context) error {
	if c.crew == nil {
		return nil
	}
	c.crew.stop()
	err := errors.Join(c.withdraw(ctx), c.Conn.js.DeleteConsumer(ctx, answerStream, c.consumer()))
	stream, err2 := c.Conn.js.Stream(ctx, answerStream)
	if err2 == nil {
		err2 = stream.Purge(ctx, jetstream.WithPurgeSubject(answerSubject(c.run.Run)))
	}
	if err = errors.Join(err, err2); err != nil {
		return fmt.Errorf("fleet: tidying up: %w", err)
	}
	return errors.Join(c.crew.forget(ctx), c.run.remove(c.Journal))
}

// Leave ends this process's part in a run that a later one takes up.
func (c *Coordinator) Leave() {
	if c.crew != nil {
		c.crew.stop()
	}
}
