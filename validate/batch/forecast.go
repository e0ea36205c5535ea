package batch

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/known"
)

// Forecaster says how likely the rows of a list are to bounce. It sees kinds of rows and their numbers, never the rows.
type Forecaster interface {
	// Source numbers what a row says of where its address comes from, below 8: the text of a column, and whether the address was
	// confirmed. It is called side by side.
	Source(text string, confirmed bool) uint8
	// Family numbers the families of operators that are alike, below 8.
	Family(Operator) uint8
	// Forecast takes in all kinds of rows that the list holds and gives each its chance, in the same order.
	Forecast([]KindCount) (Outlook, error)
	// Observed takes in what was settled about the rows by the values of columns, once all rows are judged.
	Observed(all []SettledCount, columns []Column)
}

// Operator is who runs a domain's mail hosts, as far as that matters to a forecast.
type Operator struct {
	Name     string // empty: nobody knows
	Consumer bool   // the lists know the domain as one where anybody can have a mailbox
}

// Kind is all that a forecast looks at in a row.
type Kind struct {
	// Settled is why nobody need think about the mailbox: NoAddress, Suppressed, Duplicate, PastBounce, BadSyntax, NoDomain (for all
	// that is wrong with domains), DNSFailed or TypoDomain. With NotProbed, what follows counts.
	Settled validate.Reason

	Family, Source          uint8
	Blind, Disposable, Role bool
	Aside                   bool // the policy keeps it out of clean
	Engaged                 bool // the days are since a person was last seen
	Dated, Future           bool // there is a date; it lies in the future
	quarters                uint8
}

// KindCount is how many rows there are of a kind. Rows of a kind have their dates in the same quarter of a year, counted back.
type KindCount struct {
	Kind
	Rows int64
	Days int64 // sum of the days since their dates
}

// Outlook is what a forecaster makes of a list.
type Outlook struct {
	Chances []Chance // by kind
	Split   bool     // clean is to be divided: one part may be sent, the other is held back
}

// Chance is how likely a row is to bounce.
type Chance struct {
	P     float64
	Basis string // what that rests on; empty: the row would not be sent, so there is no chance
	Core  bool   // belongs to the part that may be sent
}

// mark is what the rows of a domain have in common: from the lowest bit, its family (3), flags, and what is settled about it (2).
type mark uint16

const (
	blindMark      mark = 1 << 3
	disposableMark mark = 1 << 4
	silentMark     mark = 1 << 5 // there are no facts to look at, as for most domains when DNS isn't asked
	settledAt           = 6
	asideMark      mark = 1 << 8 // the policy keeps its rows out of clean
	askedMark      mark = 1 << 9 // of an operator: the forecaster was asked
)

// states are the values of [Kind.Settled] in order; the first ones also are what is settled about a domain.
var states = [...]validate.Reason{
	validate.NotProbed, validate.NoDomain, validate.DNSFailed, validate.TypoDomain,
	validate.NoAddress, validate.Suppressed, validate.Duplicate, validate.PastBounce, validate.BadSyntax,
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
	numStates
)

// unsent are the states of rows that would not be sent, whatever the policy says.
func unsent(state uint8) bool {
	return state == emptyState || state == suppressedState || state == duplicateState
}

var deadReasons = dnsReasons | validate.Of(validate.DomainRefused, validate.DotlessDomain, validate.ReservedDomain)

// markDomains sums up each domain. If the brake was pulled, nobody believes that so many domains are dead.
func (r *Run) markDomains(l *looked, pulled bool) {
	families := families{l: l, forecaster: r.Forecaster, known: known.Operators(), of: make([][2]mark, len(l.words.text))}
	for id := range l.facts {
		f := &l.facts[id]
		m := l.marks[id]&silentMark | families.mark(f.operator, f.consumer)
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

func domainState(set validate.Reasons, pulled bool) mark {
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

// families asks about each operator once.
type families struct {
	l          *looked
	forecaster Forecaster
	known      map[string]known.Operator
	of         [][2]mark // by the operator's number in words, and whether the domain is a consumer's
}

func (f *families) mark(operator word, consumer bool) mark {
	m := &f.of[operator][btoi(consumer)]
	if *m == 0 {
		name := f.l.words.text[operator]
		*m = askedMark | mark(f.forecaster.Family(Operator{name, consumer})&7)
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

// stateOf is what is settled about a row.
func stateOf(n note, m mark, duplicate bool) uint8 {
	if n&settled == 0 && !duplicate {
		return uint8(m >> settledAt & 3)
	}
	switch reason := n.reason(); {
	case reason == validate.NoAddress:
		return emptyState
	case n&isSuppressed != 0:
		return suppressedState
	case duplicate:
		return duplicateState
	case n&bouncedOnce != 0:
		return bouncedState
	}
	return syntaxState
}

// A key numbers kinds. From the lowest bit, of sound rows: family (3), blind, disposable, role, source (3), engaged, quarters (6),
// aside. Behind these come the states.
const (
	roleKey      = 5
	sourceKey    = 6
	engagedKey   = 9
	quartersKey  = 10
	asideKey     = 16
	stateKeys    = 1 << 17
	numKeys      = stateKeys + numStates
	mostQuarters = 40 // all that is older is alike
	inFuture     = 62
	undated      = 63
)

// quarters is the age of a row in quarters of a year: 1461 days are 16 of them.
func (n note) quarters() uint32 {
	switch days := uint32(n.days()); days {
	case futureDays:
		return inFuture
	case noDays:
		return undated
	default:
		return min(days*16/1461, mostQuarters)
	}
}

// keyer finds the key of a row.
type keyer struct {
	marks []mark
	aside validate.Reasons // those that keep a row out of clean
}

func (r *Run) keyer(l *looked) keyer {
	k := keyer{marks: l.marks}
	for _, reason := range validate.AllReasons() {
		if r.Policy.List(reason) != validate.Clean {
			k.aside |= validate.Of(reason)
		}
	}
	return k
}

// key also tells what is settled. An earlier row may hold the same address, or the same mailbox in another spelling.
func (k *keyer) key(n note, linked, other bool) (key uint32, state uint8) {
	m := mark(0)
	if id := n.domain(); id != 0 {
		m = k.marks[id-1]
	}
	if state = stateOf(n, m, linked && !other); state != soundState {
		return stateKeys + uint32(state), state
	}
	key = keyOf(n, m)
	if m&asideMark != 0 || k.aside.Has(n.reason()) || other && k.aside.Has(validate.DuplicateMailbox) {
		key |= 1 << asideKey
	}
	return key, state
}

// keyOf is the key of a sound row.
func keyOf(n note, m mark) uint32 {
	return uint32(m&(7|blindMark|disposableMark)) | uint32(n>>60&1)<<roleKey | uint32(n.source())<<sourceKey | uint32(n>>59&1)<<engagedKey | n.quarters()<<quartersKey
}

func kindOf(key uint32) Kind {
	if key >= stateKeys {
		return Kind{Settled: states[key-stateKeys]}
	}
	flag := func(at int) bool { return key>>at&1 == 1 }
	q := uint8(key >> quartersKey & 63)
	return Kind{
		Settled: validate.NotProbed, Family: uint8(key & 7), Blind: flag(3), Disposable: flag(4), Role: flag(roleKey), Aside: flag(asideKey),
		Source: uint8(key >> sourceKey & 7), Engaged: flag(engagedKey), Dated: q != undated, Future: q == inFuture, quarters: q,
	}
}

// forecast is what the second read needs to know of the forecast.
type forecast struct {
	keyer
	chances []rowChance // by key
	split   bool
	bad     bool // something was settled that would bounce
}

type rowChance struct {
	p    float32
	core bool
	text string // ",p,basis" for results.csv
}

// noChance stands for both columns where there is nothing to say.
const noChance = ",,"

// forecast counts the kinds of rows between the reads and asks the forecaster about them.
func (r *Run) forecast(l *looked, pulled bool) (*forecast, error) {
	if r.Forecaster == nil {
		return nil, nil
	}
	r.markDomains(l, pulled)
	f := &forecast{keyer: r.keyer(l)}
	kinds, keys, err := f.census(l)
	if err != nil {
		return nil, err
	}
	o, err := r.Forecaster.Forecast(kinds)
	if err != nil {
		return nil, fmt.Errorf("forecasting: %w", err)
	}
	f.chances, f.split = make([]rowChance, numKeys), o.Split
	for i, c := range o.Chances {
		f.chances[keys[i]] = rowChance{float32(c.P), c.Core, c.text()}
		f.bad = f.bad || badReasons.Has(kinds[i].Settled)
	}
	return f, nil
}

func (c *Chance) text() string {
	if c.Basis == "" {
		return noChance
	}
	return "," + strconv.FormatFloat(c.P, 'f', 4, 64) + "," + c.Basis
}

// badReasons settle that a row will bounce.
var badReasons = validate.Of(validate.NoDomain, validate.PastBounce, validate.BadSyntax)

// census counts the rows of each kind.
func (f *forecast) census(l *looked) (kinds []KindCount, keys []uint32, err error) {
	type count struct{ rows, days int64 }
	counts := make([]count, numKeys)
	err = l.eachRow(func(n note, linked, other bool) {
		key, _ := f.key(n, linked, other)
		c := &counts[key]
		c.rows++
		c.days += int64(n.days())
	})
	for key, c := range counts {
		if c.rows > 0 {
			k := KindCount{Kind: kindOf(uint32(key)), Rows: c.rows}
			if k.Dated && !k.Future {
				k.Days = c.days
			}
			kinds, keys = append(kinds, k), append(keys, uint32(key))
		}
	}
	return kinds, keys, err
}

// eachRow goes through the notes of all rows, and tells whether an earlier row holds the address, or the mailbox in another spelling.
func (l *looked) eachRow(see func(n note, linked, other bool)) error {
	links := linkCache{same: l.same}
	var notes []byte
	for _, block := range l.blocks {
		notes = append(notes[:0], make([]byte, int(block.rows)*noteSize)...)
		if _, err := l.notes.ReadAt(notes, block.notesAt); err != nil && len(notes) > 0 {
			return fmt.Errorf("reading working data: %w", err)
		}
		near, err := links.of(block)
		if err != nil {
			return err
		}
		for row := range block.rows {
			_, other, linked := linkAt(near, block.firstRow+row)
			see(note(binary.NativeEndian.Uint64(notes[row*noteSize:])), linked, other)
		}
	}
	return nil
}
