package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/singleflight"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
)

// checker looks at addresses for the API as the command check does, by the same settings. What that takes is
// made ready at the first question. It asks DNS, and mail servers only if the settings of check say so.
type checker struct {
	c       *cobra.Command
	sandbox bool
	flights singleflight.Group // one question per domain, however many wait for its answer
	places  chan struct{}      // of questions to DNS
	counts  counter

	mu      sync.Mutex
	o       *checking     // nil: nobody has asked yet
	prober  *probe.Prober // nil: mail servers are not asked
	closed  bool
	mails   map[string]recentMail
	answers map[string]recentAnswer
	vouched time.Time // until when doubt holds
	doubt   string
}

// recentMail is what is known of a domain, until the store is asked again, which knows how long a fact is good.
type recentMail struct {
	mail  validate.Mail
	until time.Time
}

const (
	recently    = 5 * time.Minute
	vouchedFor  = time.Minute
	longestWait = 30 * time.Second // for DNS, also after whoever asked has gone
	mostLookups = 256
)

func newChecker(c *cobra.Command, sandbox bool) *checker {
	return &checker{c: c, sandbox: sandbox, places: make(chan struct{}, mostLookups), mails: map[string]recentMail{},
		answers: map[string]recentAnswer{}}
}

// ready makes ready what check needs, once. A failure is told, and tried again at the next question.
func (k *checker) ready(ctx context.Context) (*checking, error) {
	k.mu.Lock()
	o := k.o
	k.mu.Unlock()
	if o != nil {
		return o, nil
	}
	return awaited[*checking](ctx, k.flights.DoChan("", func() (any, error) { return k.prepare() }))
}

// prepare reads the settings of check from the environment and the files, and opens resolvers and store.
func (k *checker) prepare() (*checking, error) {
	o := &checking{counts: &k.counts}
	c, root := o.command(), rootCommand()
	root.AddCommand(c)
	c.SetContext(k.c.Context())
	c.SetErr(k.c.ErrOrStderr())
	root.SetErr(k.c.ErrOrStderr())
	if err := configure(c, nil); err != nil {
		return nil, err
	}
	o.dns.sandbox = o.dns.sandbox || k.sandbox
	if err := o.prepare(c); err != nil {
		return nil, err
	}
	if err := o.ready(c); err != nil {
		return nil, err
	}
	prober, err := makeProber(o)
	if err == nil && o.facts == nil && o.asker.sandbox == nil {
		o.facts, err = o.store.open(c)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		err = errors.Join(err, context.Canceled)
	}
	if err != nil {
		o.asker.close()
		closeStore(c, o.facts)
		return nil, err
	}
	k.o, k.prober, k.doubt, k.vouched = o, prober, o.doubt, time.Now().Add(vouchedFor)
	return o, nil
}

// awaited waits for the result of a flight, or for the end of ctx.
func awaited[T any](ctx context.Context, flight <-chan singleflight.Result) (v T, err error) {
	select {
	case r := <-flight:
		v, _ = r.Val.(T)
		return v, r.Err
	case <-ctx.Done():
		return v, ctx.Err()
	}
}

// check is [serve.Options.Check].
func (k *checker) check(ctx context.Context, input string) (all []report.Address, err error) {
	o, err := k.ready(ctx)
	if err != nil {
		return nil, err
	}
	found := addressesIn(input)
	for _, f := range found {
		e := o.look(f)
		if o.asksAbout(&e) {
			if e.Mail, err = k.mail(ctx, e.Address.Domain); err != nil {
				return nil, err
			}
			if e.Answer, err = k.answer(ctx, &e); err != nil {
				return nil, err
			}
		}
		all = append(all, o.tell(input, f, &e, len(found) > 1))
	}
	return all, nil
}

// close gives back what was made ready.
func (k *checker) close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.o != nil && !k.closed {
		k.o.asker.close()
		closeStore(k.c, k.o.facts)
	}
	k.closed = true
}
