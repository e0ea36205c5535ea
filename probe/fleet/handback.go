package fleet

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
)

// heldStore is the fleet's store as long as a batch is ours: then nobody may be asked on its behalf any more.
type heldStore struct {
	probe.Store
	hand *hand
}

// Lease is asked for before questions go out.
func (s *heldStore) Lease(ctx context.Context, operator string, now, until time.Time) (time.Time, error) {
	if err := s.hand.given(); err != nil {
		return time.Time{}, err
	}
	return s.Store.Lease(ctx, operator, now, until)
}

// CoolingDown also tells that the coordinator has had enough.
func (s *heldStore) CoolingDown(ctx context.Context, operator string, now time.Time) (time.Time, string, error) {
	why, err := load[string](ctx, s.hand.cells, "stop."+s.hand.run)
	if err != nil || why != "" {
		return now.Add(time.Hour), why, err
	}
	return s.Store.CoolingDown(ctx, operator, now)
}

// hear hands answers back, and notes them: what is noted is not asked again, whoever works on the batch.
func (h *hand) hear(ctx context.Context, answers []validate.Answered) error {
	f := found{Epoch: h.Epoch, Number: h.Number}
	clock := &h.worker.Conn.clock
	for _, a := range answers {
		a.At, a.Again, a.Via = clock.server(a.At), clock.server(a.Again), h.worker.From
		about := h.series.marks[a.ID]
		f.Answers = append(f.Answers, answered{about.mark, about.domain, a})
	}
	last := context.WithoutCancel(ctx) // what was said must not be lost
	h.sent++
	if err := h.publish(last, &f, fmt.Sprintf("%s.%d", h.holder, h.sent)); err != nil {
		return err
	}
	h.worker.count(len(answers))
	lost := false
	err := alter(last, h.cells, h.progressKey(), func(p *progress) bool {
		for _, a := range answers {
			// an acceptance means something once the control is known, which whoever comes next has to ask about
			if place, ok := h.places[a.ID]; ok && a.Reason() != validate.Unproven {
				p.add(place)
			}
		}
		lost = p.Holder != h.holder
		return true
	})
	if err == nil && lost {
		return errLost
	}
	return err
}

// publish hands something back once, however often it is tried.
func (h *hand) publish(ctx context.Context, f *found, id string) error {
	subject := answerSubject(h.run)
	sealed, err := h.key.seal(subject, f)
	if err != nil {
		return err
	}
	id = fmt.Sprintf("%s.%d.%d.%s", h.run, h.Epoch, h.Number, id)
	return patiently(ctx, never, func(ctx context.Context) error {
		_, err := h.worker.Conn.js.Publish(ctx, subject, sealed, jetstream.WithMsgID(id))
		return err
	})
}

// finish says that the batch is done. The order matters: whoever is killed in between leaves a batch of which all is
// noted as answered.
func (h *hand) finish(ctx context.Context) error {
	done := validate.Asking{Operator: h.Operator}
	if h.series != nil {
		done = h.series.last
	}
	if err := h.publish(ctx, &found{Epoch: h.Epoch, Number: h.Number, Done: &done}, "done"); err != nil {
		return err
	}
	err := patiently(ctx, h.given, func(ctx context.Context) error { return h.message.DoubleAck(ctx) })
	if err == nil {
		err = h.worker.Conn.runs.Purge(ctx, h.progressKey())
	}
	h.worker.met(done)
	return err
}

func (h *hand) progressKey() string {
	return fmt.Sprintf("work.batch.%s.%d.%d", h.run, h.Epoch, h.Number)
}

// claimed is a domain that a worker asks about, by the server's clock: where several ask, each would ask about the
// control.
type claimed struct {
	Holder string    `json:"holder"`
	Until  time.Time `json:"until"`
}

// claim makes the batch's domains ours. Where another worker asks about one and its control is not known yet, none is.
func (h *hand) claim(ctx context.Context) bool {
	err := h.claimAll(ctx, func(key string) error { return h.claimOne(ctx, key) })
	if err != nil {
		h.unclaim(context.WithoutCancel(ctx))
	}
	return err == nil
}

func (h *hand) unclaim(ctx context.Context) {
	_ = h.claimAll(ctx, func(key string) error { return h.disclaim(ctx, key) }) // they end by themselves
}

func (h *hand) claimAll(ctx context.Context, do func(name string) error) error {
	var g errgroup.Group
	g.SetLimit(16)
	for i := range h.Domains {
		g.Go(func() error { return do(h.Domains[i].Name) })
	}
	return g.Wait()
}

// claimOne claims a domain for a while.
func (h *hand) claimOne(ctx context.Context, domain string) error {
	other, now := false, h.worker.Conn.clock.now()
	err := alter(ctx, h.cells, "work.domain."+hashed(domain), func(c *claimed) bool {
		other = c.Holder != h.worker.holder && c.Until.After(now)
		*c = claimed{h.worker.holder, now.Add(2 * h.worker.Conn.patience())}
		return !other
	})
	if err != nil || !other {
		return err
	}
	if known, err := h.worker.store.Control(ctx, domain, time.Time{}); err != nil || known == validate.ControlUnknown {
		return errLost
	}
	return nil
}

// disclaim ends our claim of a domain.
func (h *hand) disclaim(ctx context.Context, domain string) error {
	return alter(ctx, h.cells, "work.domain."+hashed(domain), func(c *claimed) bool {
		ours := c.Holder == h.worker.holder && !c.Until.IsZero()
		c.Until = time.Time{}
		return ours
	})
}

// series is what batches of one run at one operator have in common.
type series struct {
	probe.Series
	mu    sync.Mutex
	marks map[uint32]marked
	sum   validate.Asking // of all batches so far
	last  validate.Asking // of the last one alone
	used  time.Time
}

// marked is whom a question is about.
type marked struct {
	mark   []byte
	domain string
}

// seriesOf finds what earlier batches of a run left here. A batch with a budget has a series of its own.
func (w *Worker) seriesOf(h *hand) *series {
	if h.RCPTs > 0 {
		return &series{Series: probe.Series{RCPTs: h.RCPTs}, marks: make(map[uint32]marked)}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	name := fmt.Sprintf("%s.%d %s", h.run, h.Epoch, h.Operator)
	if w.series[name] == nil {
		w.series[name] = &series{marks: make(map[uint32]marked)}
	}
	w.series[name].used = time.Now()
	return w.series[name]
}

// done takes in how asking went, of all batches of the series, and leaves how it went in the last.
func (s *series) done(asked []validate.Asking, operator string) {
	for _, a := range asked {
		if a.Operator != operator {
			continue
		}
		was := s.sum
		s.sum, s.last = a, a
		for to, n := range map[*int]int{&s.last.Questions: was.Questions, &s.last.Asked: was.Asked,
			&s.last.Sessions: was.Sessions, &s.last.Answered: was.Answered, &s.last.Withdrawn: was.Withdrawn,
			&s.last.Postponed: was.Postponed, &s.last.Silent: was.Silent, &s.last.Unaskable: was.Unaskable} {
			*to -= n
		}
	}
}

// forget drops series that no batch has used for a while, and that none will soon.
func (w *Worker) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, s := range w.series {
		if time.Since(s.used) > time.Hour && s.mu.TryLock() {
			delete(w.series, name)
			s.mu.Unlock()
		}
	}
}

// count counts answers, for those who watch.
func (w *Worker) count(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.info.Answered += n
}

// met notes whether any server of an operator could be reached.
func (w *Worker) met(a validate.Asking) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.info.Finished++
	switch {
	case a.Sessions > 0:
		w.deaf = 0
	case a.Silent > 0:
		w.deaf++
	}
}
