package checker

import (
	"cmp"
	"context"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/mx"
)

const (
	defaultTimeout = 30 * time.Second
	doubtFor       = time.Minute // as long the canaries' word holds
)

func (c *Checker) store() Store {
	if c.Store == nil {
		return &c.memory
	}
	return c.Store
}

// mail is what DNS says of a domain. Callers that ask about one domain at the same time share the question,
// which outlives each of them, so that one who leaves doesn't spoil it for the others.
func (c *Checker) mail(ctx context.Context, domain string) (validate.Mail, error) {
	m, ok, err := c.store().Get(ctx, domain, time.Now())
	if ok || err != nil {
		return m, err
	}
	flight := c.flights.DoChan(domain, func() (any, error) {
		asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(c.Timeout, defaultTimeout))
		defer cancel()
		return c.ask(asking, domain), nil
	})
	select {
	case <-ctx.Done():
		return validate.Mail{}, ctx.Err()
	case found := <-flight:
		return found.Val.(validate.Mail), found.Err
	}
}

// ask asks DNS, and believes no no while the canaries are not seen.
func (c *Checker) ask(ctx context.Context, domain string) validate.Mail {
	m := c.Resolver.Mail(ctx, domain)
	if isNo(m.Status) {
		if d := c.doubts(ctx); d != (mx.Doubt{}) {
			return validate.Mail{Status: validate.NoDNSAnswer, Detail: d.Why, Asked: m.Asked}
		}
	}
	c.store().Put(domain, m)
	return m
}

func isNo(s validate.MailStatus) bool {
	return s != validate.NotAsked && s != validate.NoDNSAnswer && !s.Takes()
}

// doubts asks the canaries, unless it did so a moment ago.
func (c *Checker) doubts(ctx context.Context) mx.Doubt {
	c.doubting.Lock()
	defer c.doubting.Unlock()
	if c.doubted.IsZero() || time.Since(c.doubted) > doubtFor {
		c.doubt, c.doubted = c.Resolver.Doubt(ctx), time.Now()
	}
	return c.doubt
}
