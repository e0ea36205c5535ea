package fleet

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/prebounce/prebounce/validate"
)

const (
	// mostPacked is how many questions a batch holds at most: about what an operator bears in an hour, so that those
	// that wait for greylisting do so together
	mostPacked   = 250
	mostUnpacked = 50_000 // questions in batches that are not full
	mostInFlight = 512    // batches on their way to the server
)

// packer makes batches of questions and hands them out.
type packer struct {
	coordinator *Coordinator
	batches     map[string]*packed
	held        int
	flight      []flying
}

// packed is a batch in the making.
type packed struct {
	batch
	worker string
	places map[string]int // of domains
}

type flying struct {
	message *nats.Msg
	id      string
	ack     jetstream.PubAckFuture
}

// all hands out all questions but those that an earlier process has handed out.
func (p *packer) all(ctx context.Context, questions iter.Seq[validate.Question]) error {
	p.batches = make(map[string]*packed)
	for q := range questions {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := p.add(ctx, &q); err != nil {
			return err
		}
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	return p.land(ctx)
}

// add packs a question, or answers it where it isn't to be asked.
func (p *packer) add(ctx context.Context, q *validate.Question) error {
	c := p.coordinator
	c.mu.Lock()
	c.total++
	operator := ""
	if q.Mail != nil {
		operator = q.Mail.Operator
	}
	c.asking(operator).Questions++
	c.mu.Unlock()
	if unasked, why, status := p.unasked(q); unasked {
		a := postponed(q, why)
		a.Status = status
		c.count(operator, status)
		return c.answer([]validate.Answered{a})
	}
	if old, err := c.adopt(q); old || err != nil {
		return err
	}
	_, worker := c.crew.asks(operator, q.Via)
	return p.put(ctx, q, operator, worker)
}

// unasked says why a question goes to no worker, if that is so.
func (p *packer) unasked(q *validate.Question) (bool, string, validate.AnswerStatus) {
	if q.Mail == nil || !q.Mail.Status.Takes() || q.Address.Local == "" || q.Address.Domain == "" {
		return true, "there is no mail host to ask", validate.Unaskable
	}
	c := p.coordinator
	if rule := c.Conn.rules.Of(q.Mail.Operator); !rule.Ask {
		return true, rule.Why, validate.Unaskable
	}
	if ok, _ := c.crew.asks(q.Mail.Operator, ""); !ok && c.crew.any() {
		return true, "no worker of the fleet asks there", validate.Postponed
	}
	return false, "", 0
}

func (p *packer) put(ctx context.Context, q *validate.Question, operator, worker string) error {
	name := operator + " " + worker
	b := p.batches[name]
	if b == nil {
		b = &packed{batch: batch{Operator: operator}, worker: worker, places: make(map[string]int)}
		p.batches[name] = b
	}
	b.add(q, &p.coordinator.Conn.clock)
	if p.held++; b.held() == mostPacked {
		return p.hand(ctx, name)
	}
	if p.held >= mostUnpacked {
		return p.flush(ctx)
	}
	return nil
}

func (b *packed) held() int { return b.size() }

// add takes in a question.
func (b *packed) add(q *validate.Question, clock *clock) {
	place, ok := b.places[q.Address.Domain]
	if !ok {
		place = len(b.Domains)
		b.places[q.Address.Domain] = place
		b.Domains = append(b.Domains, domain{Name: q.Address.Domain, Mail: *q.Mail})
	}
	is := question{ID: q.ID, Local: q.Address.Local, Quoted: q.Address.Quoted, UTF8: q.Address.UTF8, Tries: q.Tries,
		Again: clock.server(q.Again)}
	if q.Taken != nil {
		taken := *q.Taken
		taken.At, taken.Again = clock.server(taken.At), clock.server(taken.Again)
		is.Taken = &taken
	}
	b.Domains[place].Questions = append(b.Domains[place].Questions, is)
}

// flush hands out what is packed.
func (p *packer) flush(ctx context.Context) error {
	for name := range p.batches {
		if err := p.hand(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// hand hands out a batch.
func (p *packer) hand(ctx context.Context, name string) error {
	b, c := p.batches[name], p.coordinator
	delete(p.batches, name)
	p.held -= b.size()
	if err := c.afford(ctx, &b.batch); err != nil || b.RCPTs < 0 {
		return err
	}
	b.Epoch, b.MaxWait = c.run.Epoch, c.MaxWait
	b.Until = c.Conn.clock.now().Add(c.lasts())
	subject := askSubject(c.Conn.class(b.Operator), b.worker, c.run.Run)
	sealed, err := c.run.Key.seal(subject, &b.batch)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s.%d.%d", c.run.Run, b.Epoch, b.Number)
	m := &nats.Msg{Subject: subject, Data: sealed}
	ack, err := c.Conn.js.PublishMsgAsync(m, jetstream.WithMsgID(id))
	if err != nil { // the way is full, or the server away
		return p.again(ctx, flying{m, id, nil})
	}
	if p.flight = append(p.flight, flying{m, id, ack}); len(p.flight) == mostInFlight {
		return p.land(ctx)
	}
	return nil
}

func (c *Coordinator) lasts() time.Duration {
	if c.Lasts > 0 {
		return c.Lasts
	}
	return runLife
}

// land waits until the server has what was handed out.
func (p *packer) land(ctx context.Context) error {
	for _, f := range p.flight {
		select {
		case <-f.ack.Ok():
		case <-f.ack.Err():
			if err := p.again(ctx, f); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	p.flight = p.flight[:0]
	return nil
}

// again hands out a batch once more: the server knows it by its number.
func (p *packer) again(ctx context.Context, f flying) error {
	tries := 0
	given := func() error {
		if tries++; tries > 30 {
			return errFull
		}
		return nil
	}
	return patiently(ctx, given, func(ctx context.Context) error {
		_, err := p.coordinator.Conn.js.PublishMsg(ctx, &nats.Msg{Subject: f.message.Subject, Data: f.message.Data},
			jetstream.WithMsgID(f.id))
		return err
	})
}

var errFull = fmt.Errorf("the fleet's server takes no questions: is its disk full?")
