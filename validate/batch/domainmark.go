package batch

import (
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/known"
	"github.com/prebounce/prebounce/validate/segments"
)

// domainMark is what the rows of a domain have in common: from the lowest bit, its family (3), flags, and
// what is settled about it (2).
type domainMark uint16

const (
	blindMark      domainMark = 1 << 3
	disposableMark domainMark = 1 << 4
	quietMark      domainMark = 1 << 5 // it speaks neither for nor against an address, and no other was meant
	settledAt                 = 6
	stateMask                 = 3 << settledAt
	asideMark      domainMark = 1 << 8 // the policy keeps its rows out of clean
	askedMark      domainMark = 1 << 9 // of an operator: its mark is known
)

// state is what is settled about the domain.
func (m domainMark) state() uint8 { return uint8(m >> settledAt & 3) }

// states are the values of [Kind.Settled] in order; the first ones also are what is settled about a domain.
var states = [...]validate.Reason{
	validate.NotProbed, validate.NoDomain, validate.DNSFailed, validate.TypoDomain,
	validate.NoAddress, validate.Suppressed, validate.Duplicate, validate.PastBounce, validate.BadSyntax,
	validate.MailboxUnknown,
}

const (
	soundState = iota
	deadState
	failedState
	typoState
	emptyState
	suppressedState
	duplicateState
	bouncedState
	syntaxState
	refusedState
	numStates
)

// unsent are the states of rows that would not be sent, whatever the policy says.
func unsent(state uint8) bool {
	return state == emptyState || state == suppressedState || state == duplicateState
}

var deadReasons = dnsReasons | validate.Of(validate.DomainRefused, validate.DotlessDomain, validate.ReservedDomain)

// markDomains sums up each domain. If the brake was pulled, nobody believes that so many domains are dead.
func (r *Run) markDomains(l *lookedUp, pulled bool) {
	families := families{l: l, known: known.Operators(), of: make([][2]domainMark, len(l.words.text))}
	for id := range l.facts {
		f := &l.facts[id]
		m := l.marks[id]&quietMark | families.mark(f.operator, f.consumer)
		set := r.Policy.Heeded(f.reasons)
		if set.Has(validate.Disposable) {
			m |= disposableMark
		}
		if set != 0 && r.Policy.List(r.Policy.Judge(set)) != validate.Clean {
			m |= asideMark
		}
		l.marks[id] = m | domainState(set, pulled)<<settledAt
	}
}

func domainState(set validate.Reasons, pulled bool) domainMark {
	switch {
	case set&deadReasons != 0 && (!pulled || set&networkReasons == 0):
		return deadState
	case set&deadReasons != 0, set.Has(validate.DNSFailed):
		return failedState
	case set.Has(validate.TypoDomain):
		return typoState
	}
	return soundState
}

// families finds the mark of each operator once.
type families struct {
	l     *lookedUp
	known map[string]known.Operator
	of    [][2]domainMark // by the operator's number in words, and whether the domain is a consumer's
}

func (f *families) mark(operator word, consumer bool) domainMark {
	m := &f.of[operator][btoi(consumer)]
	if *m == 0 {
		name := f.l.words.text[operator]
		*m = askedMark | domainMark(segments.ProviderOf(name, consumer))
		if o := f.known[name]; o.Probe == "no" || o.AcceptAll == "yes" {
			*m |= blindMark
		}
	}
	return *m &^ askedMark
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
