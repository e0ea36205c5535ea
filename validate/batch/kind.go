package batch

import (
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/segments"
)

// replyKinds are the reasons that stand for what a mail host said, as far as a forecast tells replies apart.
// The first: nothing.
var replyKinds = [8]validate.Reason{
	validate.NotProbed, validate.Accepted, validate.MailboxUnknown, validate.MailboxDisabled, validate.MailboxFull,
	validate.CatchAll,
	validate.NoAnswer, validate.SenderBlocked,
}

// replyKind is the number of the kind that a reason belongs to.
func replyKind(r validate.Reason) uint8 {
	switch r {
	case validate.CannotAsk, validate.ProbePostponed:
		return 0
	case validate.MailboxMoved, validate.DomainRefused:
		r = validate.MailboxUnknown
	}
	for i, kind := range replyKinds {
		if kind == r {
			return uint8(i)
		}
	}
	return 6 // asked in vain
}

// replied is the number of the kind of reply to a row.
func (n rowNote) replied() uint8 {
	if n&answered == 0 {
		return 0
	}
	return uint8(n >> replyAt)
}

// heard is the note once a mail host's answer speaks for a reason.
func (n rowNote) heard(reason validate.Reason, p validate.Policy) rowNote {
	return n&^(reasonBits|7<<replyAt) | rowNote(p.Judge(n.reason().Set()|reason.Set())) | answered | rowNote(replyKind(reason))<<replyAt
}

// heardOf is the number of the kind of reply to a row, or of another verifier's verdict on it, which come after those.
func (n rowNote) heardOf() uint32 {
	if v := n.called(); v != segments.NotCalled {
		return uint32(len(replyKinds)) + uint32(v)
	}
	return uint32(n.replied())
}

// unrefused is the note on a row that stays in clean though its mailbox was refused: the reply is kept, but
// is not a reason.
func (n rowNote) unrefused() rowNote { return n&^reasonBits | rowNote(validate.NotProbed) }

// stateOf is what is settled about a row.
func stateOf(n rowNote, m domainMark, duplicate bool) uint8 {
	if k := replyKinds[n.replied()]; k == validate.MailboxUnknown || k == validate.MailboxDisabled {
		return refusedState
	}
	if n&answered != 0 {
		return m.state()
	}
	if n&settled == 0 && !duplicate {
		return m.state()
	}
	switch reason := n.reason(); {
	case n&settled == 0:
		return duplicateState
	case reason == validate.NoAddress, reason == validate.ShiftedRow:
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

// A key numbers kinds. The lowest ones are the states. From the lowest bit on, sound rows have: quarters (6),
// which differ most from row to row, family (3), blind, disposable, role, source (3), sign (2), aside, reply
// (3).
const (
	familyKey = 6
	roleKey   = 11
	sourceKey = 12
	signKey   = 15
	asideKey  = 17
	replyKey  = 18
	soundKeys = 16 // the first key of a sound row
	inFuture  = 62
	undated   = inFuture + noDays - futureDays
)

// quarters is the age of a row in quarters of a year.
func (n rowNote) quarters() uint32 {
	days := uint32(n.days())
	if days >= futureDays {
		return days - futureDays + inFuture
	}
	return uint32(segments.Quarters(int64(days)))
}

// keyer finds the key of a row.
type keyer struct {
	marks []domainMark
	aside validate.Reasons // those that keep a row out of clean
	keys  uint32           // how many there are; fewer where no mail host said anything
}

func (r *Run) keyer(l *lookedUp) keyer {
	k := keyer{marks: l.marks, keys: soundKeys + 1<<replyKey}
	if l.survey.said.verified() {
		k.keys = soundKeys + uint32(len(replyKinds)+int(numCalled))<<replyKey
	} else if l.replies != nil {
		k.keys = soundKeys + uint32(len(replyKinds))<<replyKey
	}
	for _, reason := range validate.AllReasons() {
		if r.Policy.List(reason) != validate.Clean {
			k.aside |= validate.Of(reason)
		}
	}
	return k
}

// key also tells what is settled. An earlier row may hold the same address, or the same mailbox in another spelling.
func (k *keyer) key(n rowNote, earlier spool.Link) (key uint32, state uint8) {
	m := domainMark(0)
	if id := n.domain(); id != 0 {
		m = k.marks[id-1]
	}
	state = m.state()
	if n&(answered|settled) != 0 || earlier != 0 {
		state = stateOf(n, m, earlier.Same())
	}
	if state != soundState && state != refusedState {
		return uint32(state), state
	}
	key = soundKeys + keyOf(n, m)
	if m&asideMark != 0 || k.aside.Has(n.reason()) || (earlier.Other() && k.aside.Has(validate.DuplicateMailbox)) {
		key += 1 << asideKey
	}
	return key, state
}

// keyOf is the key of a sound row.
func keyOf(n rowNote, m domainMark) uint32 {
	return n.quarters() | uint32(m&(7|blindMark|disposableMark))<<familyKey | uint32(n/ofRole&1)<<roleKey | uint32(n>>sourceAt&7)<<sourceKey | uint32(n.sign())<<signKey | n.heardOf()<<replyKey
}

func kindOf(key uint32) RowKind {
	if key < soundKeys {
		return RowKind{Settled: states[key]}
	}
	key -= soundKeys
	heard, called := key>>replyKey, segments.NotCalled
	if heard >= uint32(len(replyKinds)) {
		heard, called = 0, segments.Called(heard-uint32(len(replyKinds)))
	}
	flag := func(at int) bool { return key>>at&1 == 1 }
	q := uint8(key & 63)
	return RowKind{
		Settled: validate.NotProbed, Provider: segments.Provider(key >> familyKey & 7), Blind: flag(familyKey + 3),
		Disposable: flag(familyKey + 4), Role: flag(roleKey), Aside: flag(asideKey),
		Source: segments.Source(key >> sourceKey & 7), Sign: segments.Sign(key >> signKey & 3), Dated: q != undated,
		Future: q == inFuture, quarters: q,
		Replied: replyKinds[heard], Called: called,
	}
}
