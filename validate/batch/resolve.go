package batch

import (
	"context"
	"iter"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/mx"
)

// Resolver looks up in DNS whether domains accept mail.
type Resolver interface {
	// All asks about each name once and calls emit with each answer, from one goroutine at a time. A doubt
	// that isn't zero says why no answer of this run may be believed.
	All(ctx context.Context, names iter.Seq[string], emit func(name string, m validate.Mail) error) (mx.Doubt, error)
}

// Store stores answers from DNS.
type Store interface {
	// Load calls each with every fact that is fresh at now.
	Load(ctx context.Context, now time.Time, each func(domain string, m validate.Mail)) error
	Put(domain string, m validate.Mail)
	// Doubt tells that the noes put, in this run or an earlier one, are beyond belief: a later run must ask anew.
	Doubt()
}

// resolve finds out from the store, then from DNS, whether each domain takes mail.
func (r *Run) resolve(ctx context.Context, l *lookedUp) error {
	if r.Resolver == nil {
		return nil
	}
	known := make([]bool, len(l.facts))
	if r.Store != nil {
		if err := r.recall(ctx, l, known); err != nil {
			return err
		}
	}
	total := int64(0)
	for id := range known {
		if known[id] = known[id] || l.facts[id].reasons&r.unasked() != 0; !known[id] {
			total++
		}
	}
	if total == 0 {
		return nil
	}
	doubt, err := r.Resolver.All(ctx, l.names(known), func(name string, m validate.Mail) error {
		r.Progress(Resolve, 1, total)
		if id, ok := l.survey.domains.find(l.survey.domains.hash(name)); ok {
			l.learn(id, m)
		}
		if r.Store != nil {
			r.Store.Put(name, m)
		}
		return nil
	})
	if doubt.Why != "" {
		l.doubt(doubt.Why, known)
	}
	return err
}

func (r *Run) recall(ctx context.Context, l *lookedUp, known []bool) error {
	return r.Store.Load(ctx, time.Now(), func(name string, m validate.Mail) {
		if id, ok := l.survey.domains.find(l.survey.domains.hash(name)); ok {
			known[id] = true
			l.learn(id, m)
		}
	})
}

// unasked are the reasons that leave DNS nothing to say.
func (r *Run) unasked() validate.Reasons {
	return r.Policy.Heeded(validate.Of(validate.DotlessDomain, validate.ReservedDomain))
}

// names are the domains that aren't known yet.
func (l *lookedUp) names(known []bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		for id := range known {
			if !known[id] && !yield(l.survey.domains.view(uint32(id))) {
				return
			}
		}
	}
}

var dnsReasons = validate.NXDomain.Reasons() | validate.NoMX.Reasons() | validate.IsNullMX.Reasons() | validate.Unresolvable.Reasons()

// doubt takes back what DNS said in this run, of all domains not known before: the world looks broken, and
// rather we are than everybody else.
func (l *lookedUp) doubt(why string, known []bool) {
	l.why = why
	detail := l.words.add(why)
	for id := range l.facts {
		if known[id] {
			continue
		}
		if l.mails != nil {
			l.mails[id] = nil
		}
		f := &l.facts[id]
		f.reasons = f.reasons&^(dnsReasons|validate.Of(validate.TypoDomain)) | validate.Of(validate.DNSFailed)
		f.detail, l.tails[id] = detail, l.words.add(lastColumns(l.words.text[f.operator], "", ""))
	}
}
