package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/facts"
)

// recentAnswer is what a mail server said of an address, until the store is asked again.
type recentAnswer struct {
	answer validate.Answer
	until  time.Time
}

const (
	mostAnswers  = 100_000
	longestProbe = 5 * time.Minute // also after whoever asked has gone
)

// answer is what a mail server says of an address that nothing else decides: lately, to a run that left it in the
// store, or now, if the settings of check say that mail servers are asked. The zero value: nobody asked.
func (k *checker) answer(ctx context.Context, e *validate.Evidence) (validate.Answer, error) {
	o := k.o
	if (o.facts == nil && k.prober == nil) || !e.Mail.Status.Takes() ||
		o.policy.List(o.policy.Judge(e.Reasons())) == validate.Removed {
		return validate.Answer{}, nil
	}
	address := e.Address.String()
	if a, ok := k.latelySaid(address); ok {
		return a, nil
	}
	question := validate.Question{Address: e.Address, Mail: new(e.Mail)}
	return awaited[validate.Answer](ctx, k.flights.DoChan(address, func() (any, error) {
		ctx, cancel := context.WithTimeout(k.c.Context(), longestProbe)
		defer cancel()
		return k.findAnswer(ctx, question)
	}))
}

func (k *checker) latelySaid(address string) (validate.Answer, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a, ok := k.answers[address]
	return a.answer, ok && time.Now().Before(a.until)
}

// findAnswer asks the store, then the mail server. An earlier flight may have landed since the caller looked.
func (k *checker) findAnswer(ctx context.Context, q validate.Question) (a validate.Answer, err error) {
	if a, ok := k.latelySaid(q.Address.String()); ok {
		return a, nil
	}
	if k.o.facts != nil {
		wanted := map[[16]byte]uint32{k.o.facts.Key(q.Address.String()): 0}
		err = k.o.facts.Answers(ctx, time.Now(), wanted, func(_ uint32, found validate.Answer) { a = found })
	}
	if err == nil && a.Status != validate.Said && k.prober != nil {
		q.Tries, q.Again = a.Tries, a.Again
		a, err = k.probe(ctx, q)
	}
	if err == nil {
		k.keepAnswer(q.Address.String(), a)
	}
	return a, err
}

// probe asks the mail server. Where we are not fit to ask, the question is put off.
func (k *checker) probe(ctx context.Context, q validate.Question) (a validate.Answer, err error) {
	one := func(yield func(validate.Question) bool) { yield(q) }
	if err = k.o.asking.onLoopback(one); err != nil {
		return a, err
	}
	_, err = k.counts.asked(k.prober.Ask(ctx, one,
		k.counts.heard(func(found []validate.Answered) error {
			a = found[len(found)-1].Answer
			if k.o.facts == nil {
				return nil
			}
			return k.o.facts.PutAnswers(context.WithoutCancel(ctx),
				[]facts.KeyedAnswer{{Key: k.o.facts.Key(q.Address.String()), Domain: q.Address.Domain, Answer: a}})
		})))
	if unfit := (*unfitError)(nil); errors.As(err, &unfit) {
		return validate.Answer{Status: validate.Postponed, Detail: unfit.Error()}, nil
	}
	return a, err
}

func (k *checker) keepAnswer(address string, a validate.Answer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.answers) >= mostAnswers {
		clear(k.answers)
	}
	until := time.Now().Add(recently)
	if !a.Again.IsZero() && a.Again.Before(until) {
		until = a.Again
	}
	k.answers[address] = recentAnswer{a, until}
}

// unfitError says why mail servers are not asked from here.
type unfitError struct{ err error }

func (e *unfitError) Error() string { return "mail servers are not asked: " + e.err.Error() }
func (e *unfitError) Unwrap() error { return e.err }

// fitness is whether mail servers would answer about the mailbox and not about us. A no holds for a while, so that not
// every check looks for it anew.
type fitness struct {
	asking *asking
	mu     sync.Mutex
	why    error
	until  time.Time
}

func (f *fitness) check(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.why != nil && time.Now().Before(f.until) {
		return f.why
	}
	f.why = nil
	err := f.asking.fit(ctx, func(func(validate.Question) bool) {})
	if err == nil || ctx.Err() != nil {
		return err
	}
	f.why, f.until = &unfitError{err}, time.Now().Add(recently)
	return f.why
}

// makeProber makes a prober for all callers at once of what check would ask with; nil: mail servers are not asked.
func makeProber(o *checking) (*probe.Prober, error) {
	if o.asking == nil {
		return nil, nil
	}
	of := o.asking.prober
	fit := &fitness{asking: o.asking}
	p, err := probe.New(of.Client, of.Store, fit.check)
	if err != nil {
		return nil, err
	}
	p.Own, p.KnownGood, p.Rules, p.MaxWait, p.Pace = of.Own, of.KnownGood, of.Rules, of.MaxWait, of.Pace
	p.Seen, p.Listening = of.Seen, of.Listening
	return p, nil
}
