package checker

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Memory remembers what DNS said of up to 100,000 domains, for as long as the process lives: what takes mail
// for its TTL, but an hour at least and a day at most, and a no for an hour. The zero value is ready; it is
// safe for use by many goroutines.
type Memory struct {
	mu    sync.Mutex
	facts map[string]validate.Mail
}

const (
	mostFacts = 100_000
	leastLife = time.Hour
	mostLife  = 24 * time.Hour
)

// bestBefore is until when a fact is good.
func bestBefore(m *validate.Mail) time.Time {
	if !m.Status.Takes() {
		return m.Asked.Add(leastLife)
	}
	return m.Asked.Add(min(max(m.TTL, leastLife), mostLife))
}

// Get is what is known of a domain and still good at that moment. The error is ctx's.
func (s *Memory) Get(ctx context.Context, domain string, now time.Time) (validate.Mail, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.facts[domain]
	if ok = ok && now.Before(bestBefore(&m)); !ok {
		m = validate.Mail{}
	}
	return m, ok, ctx.Err()
}

// Put remembers a fact. What is neither a yes nor a no is none.
func (s *Memory) Put(domain string, m validate.Mail) {
	if m.Status == validate.NotAsked || m.Status == validate.NoDNSAnswer {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.facts == nil {
		s.facts = make(map[string]validate.Mail)
	}
	if len(s.facts) >= mostFacts {
		s.makeRoom()
	}
	s.facts[domain] = m
}

// makeRoom forgets what is out of date, or else everything.
func (s *Memory) makeRoom() {
	now := time.Now()
	maps.DeleteFunc(s.facts, func(_ string, m validate.Mail) bool { return !now.Before(bestBefore(&m)) })
	if len(s.facts) >= mostFacts {
		clear(s.facts)
	}
}

// Load calls each with every fact that is good at that moment. The error is ctx's.
func (s *Memory) Load(ctx context.Context, now time.Time, each func(domain string, m validate.Mail)) error {
	s.mu.Lock()
	facts := maps.Clone(s.facts)
	s.mu.Unlock()
	for domain, m := range facts {
		if now.Before(bestBefore(&m)) {
			each(domain, m)
		}
	}
	return ctx.Err()
}

// Doubt forgets every no, as none of them can be believed.
func (s *Memory) Doubt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.facts, func(_ string, m validate.Mail) bool { return !m.Status.Takes() })
}
