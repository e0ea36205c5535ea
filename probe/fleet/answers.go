package fleet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
)

// take takes what answers there are, or waits a moment for some, and reports how many messages there were.
func (c *Coordinator) take(ctx context.Context) (n int, err error) {
	within, cancel := context.WithTimeout(ctx, time.Second/4)
	defer cancel()
	got, err := c.answers.Fetch(256, jetstream.FetchContext(within))
	if err != nil {
		pause(ctx, time.Second/2) // the server is away
		return 0, nil
	}
	for m := range got.Messages() {
		if err := c.hear(ctx, m); err != nil {
			return n, err
		}
		n++
	}
	if got.Error() != nil && ctx.Err() == nil && n == 0 && !errors.Is(got.Error(), nats.ErrTimeout) &&
		!errors.Is(got.Error(), context.DeadlineExceeded) {
		pause(ctx, time.Second/2)
	}
	return n, nil
}

// hear takes in one message. It leaves the server once its answers are kept.
func (c *Coordinator) hear(ctx context.Context, m jetstream.Msg) error {
	c.heardOf()
	var f found
	if err := c.run.Key.open(m.Subject(), m.Data(), &f); err != nil {
		c.Tell("an answer can't be read: " + err.Error())
		return m.Term()
	}
	var all []validate.Answered
	for _, a := range f.Answers {
		a.At, a.Again = c.Conn.clock.here(a.At), c.Conn.clock.here(a.Again)
		if a.Answered = c.mine(f.Epoch, a); a.Status == validate.NoQuestion {
			continue
		}
		if err := c.tellControl(ctx, &a); err != nil {
			return err
		}
		all = append(all, a.Answered)
	}
	if err := c.answer(all); err != nil {
		return err
	}
	if f.Done != nil {
		if err := c.done(ctx, &f); err != nil {
			return err
		}
	}
	_ = m.Ack() // where that is lost it comes again, and changes nothing
	return nil
}

// mine is an answer with the ID that its question has in this process.
func (c *Coordinator) mine(epoch int, a answered) validate.Answered {
	if epoch == c.run.Epoch {
		return a.Answered
	}
	return c.earlier.answer(&c.mu, a)
}

// tellControl passes on what the domain of an answer showed.
func (c *Coordinator) tellControl(ctx context.Context, a *answered) error {
	if c.Control == nil || a.Answer.Control == validate.ControlUnknown || c.controls[a.Domain] {
		return nil
	}
	if c.controls == nil || len(c.controls) > 100_000 {
		c.controls = make(map[string]bool)
	}
	c.controls[a.Domain] = true
	return c.Control(ctx, a.Domain, a.Answer.Control, a.Host, a.At)
}

// done notes that a batch is.
func (c *Coordinator) done(ctx context.Context, f *found) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.Epoch == c.run.Epoch {
		lent, ok := c.open[f.Number]
		if !ok {
			return nil // known
		}
		delete(c.open, f.Number)
		c.lent -= lent
		c.sent += f.Done.Asked
	} else {
		if !c.earlier.batches[[2]int{f.Epoch, f.Number}] {
			return nil
		}
		delete(c.earlier.batches, [2]int{f.Epoch, f.Number})
	}
	c.sum(f.Done)
	why := probe.StopAll(c.reportLocked())
	if f.Done.Stopped == "" || why == "" || c.run.stopped {
		return nil
	}
	c.run.stopped = true
	text, err := json.Marshal(validate.StoppedEverywhere + why)
	if err == nil {
		_, err = c.Conn.runs.Put(ctx, "stop."+c.run.Run, text)
	}
	return err
}

// asking is how asking goes at an operator. The coordinator is locked.
func (c *Coordinator) asking(operator string) *validate.Asking {
	if c.asked == nil {
		c.asked = make(map[string]*validate.Asking)
	}
	a := c.asked[operator]
	if a == nil {
		a = &validate.Asking{Operator: operator}
		c.asked[operator] = a
	}
	return a
}

// count counts a question that no worker was asked.
func (c *Coordinator) count(operator string, s validate.AnswerStatus) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.asking(operator)
	if s == validate.Unaskable {
		a.Unaskable++
	} else {
		a.Postponed++
	}
}

// sum adds what a batch came to. The coordinator is locked.
func (c *Coordinator) sum(d *validate.Asking) {
	a := c.asking(d.Operator)
	for to, n := range map[*int]int{&a.Asked: d.Asked, &a.Sessions: d.Sessions, &a.Answered: d.Answered,
		&a.Withdrawn: d.Withdrawn, &a.Postponed: d.Postponed, &a.Silent: d.Silent, &a.Unaskable: d.Unaskable} {
		*to += n
	}
	if d.Stopped != "" {
		a.Stopped, a.Reply, a.BlockList = d.Stopped, d.Reply, d.BlockList
	}
	if again := c.Conn.clock.here(d.Again); again.After(a.Again) {
		a.Again = again
	}
}

// report is how asking went so far, the operator with most questions first.
func (c *Coordinator) report() []validate.Asking {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reportLocked()
}

func (c *Coordinator) reportLocked() []validate.Asking {
	all := make([]validate.Asking, 0, len(c.asked))
	for _, a := range c.asked {
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b validate.Asking) int {
		return cmp.Or(cmp.Compare(b.Questions, a.Questions), strings.Compare(a.Operator, b.Operator))
	})
	return all
}

// afford numbers a batch and lends it its part of the RCPT commands, all that are left at most; a batch that gets none
// is answered, and has fewer than none.
func (c *Coordinator) afford(ctx context.Context, b *batch) error {
	c.mu.Lock()
	for c.RCPTs > 0 {
		left := c.RCPTs - c.sent - c.lent
		if left > 0 {
			b.RCPTs = min(left, 2*b.size()+len(b.Domains)) // each may be asked about twice
			break
		}
		if c.lent == 0 {
			c.mu.Unlock()
			b.RCPTs = -1
			return c.spent(b)
		}
		c.mu.Unlock()
		if pause(ctx, 50*time.Millisecond); ctx.Err() != nil { // batches bring back what they did not need
			return ctx.Err()
		}
		c.mu.Lock()
	}
	defer c.mu.Unlock()
	b.Number = c.number
	c.number++
	c.open[b.Number] = b.RCPTs
	c.lent += b.RCPTs
	return nil
}

// spent answers a batch that no command is left for.
func (c *Coordinator) spent(b *batch) error {
	var all []validate.Answered
	for i := range b.Domains {
		for _, q := range b.Domains[i].Questions {
			all = append(all, validate.Answered{ID: q.ID, Answer: validate.Answer{Status: validate.Postponed,
				Detail: "the RCPT commands of this run are spent", Operator: b.Operator, Tries: q.Tries, At: time.Now()}})
			c.count(b.Operator, validate.Postponed)
		}
	}
	return c.answer(all)
}
