package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/facts"
)

// readyToAsk makes ready to ask mail hosts. What was asked of whom is remembered, so that the limits hold over many
// checks.
func (o *checking) readyToAsk(c *cobra.Command) (err error) {
	var store probe.Store
	o.store.sayUnused(c, o.asker)
	if o.asker.sandbox == nil {
		if o.facts, err = o.store.open(c); err != nil {
			return err
		}
		if o.facts != nil {
			store = o.facts
		}
	}
	if o.probe.fleet != "" {
		o.fleet, err = o.probe.coordinator(c, o.asker, o.facts)
		if err == nil {
			o.fleet.Lasts, o.asks = max(o.probe.maxWait, 0)+10*time.Minute, o.fleet
		}
		return err
	}
	defer func() { o.asks = o.asking }()
	if o.asking, err = o.probe.asking(c, o.asker, store, o.lists, o.private); err == nil && o.trace {
		o.asking.prober.Client.Trace = conversation(c.ErrOrStderr())
	}
	return err
}

// probed asks the mail host about an address that nothing else decides.
func (o *checking) probed(ctx context.Context, e *validate.Evidence) error {
	if !o.probes || !e.Mail.Status.Takes() || o.policy.List(o.policy.Judge(e.Reasons())) == validate.Removed {
		return nil
	}
	question := validate.Question{Address: e.Address, Mail: &e.Mail}
	_, err := o.asks.Ask(ctx, func(yield func(validate.Question) bool) { yield(question) },
		func(found []validate.Answered) error {
			e.Answer = found[len(found)-1].Answer
			if o.facts == nil {
				return nil
			}
			return o.facts.PutAnswers(context.WithoutCancel(ctx),
				[]facts.KeyedAnswer{{Key: o.facts.Key(e.Address.String()), Domain: e.Address.Domain, Answer: e.Answer}})
		})
	return err
}

// mail asks DNS about an address's domain, if there is anything to ask.
func (o *checking) mail(ctx context.Context, e *validate.Evidence) validate.Mail {
	switch {
	case !o.asksAbout(e):
		return validate.Mail{}
	case o.doubt != "":
		return validate.Mail{Status: validate.NoDNSAnswer, Detail: o.doubt}
	}
	return o.ask(ctx, e.Address.Domain)
}

// asksAbout reports whether DNS has anything to say about an address.
func (o *checking) asksAbout(e *validate.Evidence) bool {
	const nothing = 1<<validate.BadSyntax | 1<<validate.DomainLiteral | 1<<validate.DotlessDomain | 1<<validate.ReservedDomain
	return o.asker.lookup != nil && o.policy.Heeded(e.Reasons())&nothing == 0
}

// mostMails bounds how many domains check remembers.
const mostMails = 100_000

// ask asks about a domain, unless it did so within the life of the answer.
func (o *checking) ask(ctx context.Context, domain string) validate.Mail {
	if m, ok := o.mails[domain]; ok && time.Now().Before(m.Asked.Add(m.TTL)) {
		return m
	}
	if len(o.mails) == mostMails {
		clear(o.mails)
	}
	o.mails[domain] = o.asker.lookup.Mail(ctx, domain)
	return o.mails[domain]
}
