package checker

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/known"
	"github.com/prebounce/prebounce/validate/mx"
)

// Resolver finds out whether domains take mail: a [mx.Lookup].
type Resolver interface {
	batch.Resolver
	Mail(ctx context.Context, domain string) validate.Mail
	Doubt(ctx context.Context) mx.Doubt
}

// Store remembers what DNS said of domains: a [Memory], or the file of package facts.
type Store interface {
	batch.Store
	// Get is what is known of a domain and still good at that moment.
	Get(ctx context.Context, domain string, now time.Time) (m validate.Mail, ok bool, err error)
}

// Checker checks addresses. The zero value asks nobody. It is safe for use by many goroutines, if its parts
// are; they must not be changed after the first check.
type Checker struct {
	Resolver   Resolver          // nil: DNS is not asked
	Store      Store             // nil: a [Memory]
	Prober     batch.Asker       // nil: mail hosts are not asked. One that package probe made with New is safe
	Policy     validate.Policy   // the zero value: each reason's own list
	Lists      *known.Lists      // nil: the embedded ones
	Suppressed *batch.AddressSet // nil: nobody
	Timeout    time.Duration     // of all questions to DNS about a domain; zero: 30 s

	memory  Memory
	flights singleflight.Group

	doubting sync.Mutex
	doubt    mx.Doubt
	doubted  time.Time // when doubt was found out
}

// Check judges one address. What DNS or a mail host does not answer is a result; the error is ctx's, the store's or the
// prober's, and then there is no verdict.
func (c *Checker) Check(ctx context.Context, address string) (Result, error) {
	e, err := c.evidence(ctx, address)
	if err != nil {
		return Result{Input: address}, fmt.Errorf("checking an address: %w", err)
	}
	return judge(address, &e, c.Policy), nil
}

func (c *Checker) evidence(ctx context.Context, address string) (e validate.Evidence, err error) {
	if err := ctx.Err(); err != nil {
		return e, err
	}
	e = validate.Look(address, c.Lists)
	if e.Fault != nil {
		return e, nil
	}
	e.Suppressed = c.Suppressed.Has(&e.Address)
	if c.Resolver == nil || c.Policy.Heeded(e.Reasons())&unasked != 0 {
		return e, nil
	}
	if e.Mail, err = c.mail(ctx, e.Address.Domain); err != nil || c.Prober == nil || !c.open(&e) {
		return e, err
	}
	return e, c.probe(ctx, &e)
}

// unasked are the reasons for which nobody is asked about an address.
var unasked = validate.Of(validate.DomainLiteral, validate.DotlessDomain, validate.ReservedDomain, validate.Suppressed)

// open reports whether a mail host has something to decide: the address takes mail, and isn't removed already.
func (c *Checker) open(e *validate.Evidence) bool {
	return e.Mail.Status.Takes() && c.Policy.List(c.Policy.Judge(e.Reasons())) != validate.Removed
}

func (c *Checker) probe(ctx context.Context, e *validate.Evidence) error {
	question := validate.Question{Address: e.Address, Mail: &e.Mail}
	_, err := c.Prober.Ask(ctx, slices.Values([]validate.Question{question}), func(found []validate.Answered) error {
		for _, a := range found {
			e.Answer = a.Answer
		}
		return nil
	})
	return err
}
