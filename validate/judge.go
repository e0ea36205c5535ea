package validate

import "math/bits"

// Reasons is a set of reasons. [NoReason] is never in it.
type Reasons uint64

// Of makes a set.
func Of(rs ...Reason) (set Reasons) {
	for _, r := range rs {
		set |= r.bit()
	}
	return set
}

// Set is what a judgement leaves of the reasons it was made from: the reason alone, and nothing for
// [NotProbed], which is what is said where there is none.
func (r Reason) Set() Reasons {
	if r == NotProbed {
		return 0
	}
	return r.bit()
}

// bit is the reason alone as a set.
func (r Reason) bit() Reasons { return 1 << r &^ (1 << NoReason) }

// Has reports whether r is in the set.
func (s Reasons) Has(r Reason) bool { return s&r.bit() != 0 }

// All lists the set in order of weight.
func (s Reasons) All() (all []Reason) {
	for ; s != 0; s &= s - 1 {
		all = append(all, Reason(bits.TrailingZeros64(uint64(s))))
	}
	return all
}

// Policy says which list each reason leads to. The zero value is each reason's own list.
type Policy struct {
	changed [3]Reasons // reasons moved to the list of that number
	ignored Reasons
}

// Ignore leaves reasons out of every judgement.
func (p *Policy) Ignore(rs ...Reason) { p.ignored |= Of(rs...) }

// Heeded is the part of a set that the policy doesn't ignore.
func (p Policy) Heeded(s Reasons) Reasons { return s &^ p.ignored }

// Move sends rows with these reasons to another list than their own, and back to their own where there is no
// list of that number.
func (p *Policy) Move(to List, rs ...Reason) {
	for list := range p.changed {
		p.changed[list] &^= Of(rs...)
	}
	if to <= Removed {
		p.changed[to] |= Of(rs...)
	}
}

// List is the list that the policy gives to a reason.
func (p Policy) List(r Reason) List {
	for list, set := range p.changed {
		if set.Has(r) {
			return List(list)
		}
	}
	return r.List()
}

var byDefault = func() (sets [3]Reasons) {
	for _, r := range AllReasons() {
		sets[r.List()] |= r.bit()
	}
	return sets
}()

// Judge picks the reason that decides: of the gravest list, the weightiest; [NotProbed] where there is none.
// It is a total order, so judging a part first and the rest with its result comes to the same.
func (p Policy) Judge(s Reasons) Reason {
	s = p.Heeded(s)
	moved := p.changed[Clean] | p.changed[Review] | p.changed[Removed]
	for list := Removed; list > Clean; list-- {
		if in := s & (byDefault[list]&^moved | p.changed[list]); in != 0 {
			return Reason(bits.TrailingZeros64(uint64(in)))
		}
	}
	if s == 0 {
		return NotProbed
	}
	return Reason(bits.TrailingZeros64(uint64(s)))
}
