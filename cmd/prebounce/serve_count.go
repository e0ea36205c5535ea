package main

import (
	"sync"

	"github.com/prebounce/prebounce/cmd/prebounce/serve"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
)

// counter counts what is asked and answered, for the metrics of serve. All of its methods are safe for concurrent use,
// and do nothing to a nil counter.
type counter struct {
	mu  sync.Mutex
	all map[serve.Count]int64 // with N zero
}

func (k *counter) add(what, of, as string, n int) {
	if k == nil || n == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all = map[serve.Count]int64{}
	}
	k.all[serve.Count{What: what, Of: of, As: as}] += int64(n)
}

// take returns what was counted since the last call.
func (k *counter) take() (counts []serve.Count) {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for c, n := range k.all {
		c.N = n
		counts = append(counts, c)
	}
	clear(k.all)
	return counts
}

// answer counts an answer of DNS; nil for a nil counter.
func (k *counter) answer() func(dns.Answer) {
	if k == nil {
		return nil
	}
	return func(a dns.Answer) { k.add(serve.DNSAnswers, a.Type.String(), a.Outcome.String(), 1) }
}

// looked counts what DNS says of a domain, by who runs its mail hosts.
func (k *counter) looked(m validate.Mail) {
	k.add(serve.Domains, serve.KnownOperator(m.Operator), m.Status.String(), 1)
}

// heard counts what mail hosts say of recipients, before emit has it.
func (k *counter) heard(emit func([]validate.Answered) error) func([]validate.Answered) error {
	if k == nil {
		return emit
	}
	return func(all []validate.Answered) error {
		for i := range all {
			class := all[i].Status.String()
			if all[i].Status == validate.Said {
				class = all[i].Finding().Class.String()
			}
			k.add(serve.Replies, serve.KnownOperator(all[i].Operator), class, 1)
		}
		return emit(all)
	}
}

// asked counts what mail hosts were asked.
func (k *counter) asked(all []validate.Asking, err error) ([]validate.Asking, error) {
	for _, a := range all {
		operator := serve.KnownOperator(a.Operator)
		k.add(serve.RCPTs, operator, "", a.Asked)
		k.add(serve.Sessions, operator, "", a.Sessions)
		k.add(serve.Withdrawn, operator, "", a.Withdrawn)
	}
	return all, err
}
