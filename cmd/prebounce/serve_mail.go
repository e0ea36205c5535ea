package main

import (
	"context"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// mail is what is known of a domain: lately, in the store, or from DNS.
func (k *checker) mail(ctx context.Context, domain string) (validate.Mail, error) {
	if m, ok := k.lately(domain); ok {
		return m, nil
	}
	return awaited[validate.Mail](ctx, k.flights.DoChan(domain, func() (any, error) {
		ctx, cancel := context.WithTimeout(k.c.Context(), longestWait) // an answer is of use to whoever asks again
		defer cancel()
		return k.find(ctx, domain)
	}))
}

// lately is what was found of a domain in the last minutes.
func (k *checker) lately(domain string) (validate.Mail, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	m, ok := k.mails[domain]
	return m.mail, ok && time.Now().Before(m.until)
}

// find asks the store, then DNS, and keeps what is an answer. An earlier flight may have landed since the caller
// looked.
func (k *checker) find(ctx context.Context, domain string) (validate.Mail, error) {
	if m, ok := k.lately(domain); ok {
		return m, nil
	}
	if k.o.facts != nil {
		m, ok, err := k.o.facts.Get(ctx, domain, time.Now())
		if err != nil || ok {
			k.keep(domain, m, ok)
			return m, err
		}
	}
	select {
	case k.places <- struct{}{}:
		defer func() { <-k.places }()
	case <-ctx.Done():
		return validate.Mail{}, ctx.Err()
	}
	m, err := k.ask(ctx, domain)
	if err == nil && m.Status != validate.NoDNSAnswer {
		k.keep(domain, m, true)
		if k.o.facts != nil {
			k.o.facts.Put(domain, m)
		}
	}
	return m, err
}

// ask asks DNS. A no is believed if names that surely take mail are still known to do so after it.
func (k *checker) ask(ctx context.Context, domain string) (m validate.Mail, err error) {
	why := k.why(ctx, vouchedFor)
	if why == "" {
		m = k.o.asker.lookup.Mail(ctx, domain)
		if m.Status != validate.NoDNSAnswer && !m.Status.Takes() {
			why = k.why(ctx, 0)
		}
	}
	if why != "" {
		m = validate.Mail{Status: validate.NoDNSAnswer, Detail: why}
	}
	k.counts.looked(m)
	return m, ctx.Err()
}

// why says why DNS can't be believed, by what is not older than that; empty if it can.
func (k *checker) why(ctx context.Context, age time.Duration) string {
	k.mu.Lock()
	why, until := k.doubt, k.vouched
	k.mu.Unlock()
	if age > 0 && time.Now().Before(until) {
		return why
	}
	why = k.o.asker.lookup.Doubt(ctx).Why
	if ctx.Err() == nil {
		k.mu.Lock()
		k.doubt, k.vouched = why, time.Now().Add(vouchedFor)
		k.mu.Unlock()
	}
	return why
}

func (k *checker) keep(domain string, m validate.Mail, found bool) {
	if !found {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.mails) >= mostMails {
		clear(k.mails)
	}
	k.mails[domain] = recentMail{m, time.Now().Add(recently)}
}
