package batch

import (
	"hash/maphash"
	"math/bits"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/known"
)

// addressFinder is one worker's sight: it finds the addresses in a row and sees what each alone speaks for,
// without allocating.
type addressFinder struct {
	run     *Run
	parser  validate.Parser
	found   []contacts.Found
	parts   int              // how many of them the row's first filled address cell holds
	search  *contacts.Search // for addresses outside the address cells; nil: nobody looks there
	stray   contacts.Stray   // the one of the row that addresses was asked about last, if it had none in its place
	mailbox []byte
	rules   [256]ruleOf // of domains that were met lately
}

// ruleOf is the rule for mailboxes of the domain with this hash.
type ruleOf struct {
	domain uint64
	rule   *known.Mailbox
}

// plain parses a cell that holds nothing but an address, written as it will be sent but perhaps for capitals
// in its domain: most do, and then nobody need look for more.
func (e *addressFinder) plain(cell []byte) (a *validate.Address, ok bool) {
	a, fault := e.parser.Parse(view(cell))
	return a, fault == nil && e.parser.Plain()
}

// addresses finds all addresses of a row: first the first one that can be read, then the others in their
// order. Where none can be read it may return a stray one instead. They are good until the next call.
func (e *addressFinder) addresses(rec *contacts.Record) []contacts.Found {
	e.found, e.parts, e.stray = e.found[:0], 0, contacts.Stray{}
	for _, cell := range rec.Cells {
		if len(cell) > 0 {
			e.found = contacts.Addresses(e.found, cell)
		}
		if e.parts == 0 {
			e.parts = len(e.found)
		}
	}
	if !e.readable() && e.search != nil {
		e.lookAround(rec)
	}
	return e.found
}

// readable brings the first address that can be read to the front, and reports whether there is one: what a
// cell begins with must not decide alone.
func (e *addressFinder) readable() bool {
	for i, f := range e.found {
		if _, fault := e.parser.Parse(view(f.Text)); fault == nil {
			copy(e.found[1:i+1], e.found[:i])
			e.found[0] = f
			return true
		}
	}
	return false
}

// lookAround looks for the address of a row outside its address cells.
func (e *addressFinder) lookAround(rec *contacts.Record) {
	stray, ok := e.search.Find(rec)
	if !ok {
		return
	}
	if _, fault := e.parser.Parse(view(stray.Text)); fault == nil {
		e.stray = stray
		e.found = append(e.found[:0], contacts.Found{Text: stray.Text})
	}
}

// find returns the hashes by which the address just parsed is found again: of its mailbox, and of its exact
// spelling. Where the spelling is the mailbox's usual one they are alike.
func (e *addressFinder) find(a *validate.Address, domain uint64, seed maphash.Seed) (mailbox uint64, exact uint32) {
	spelling := joined(maphash.String(seed, a.Local), domain)
	rule := e.rule(a, domain)
	if rule == nil && e.parser.Folded() {
		return spelling, uint32(spelling)
	}
	e.mailbox = rule.Local(e.mailbox[:0], a.Local)
	if shared := rule.Domain(a.Domain); shared != a.Domain {
		domain = maphash.String(seed, shared)
	}
	return joined(maphash.Bytes(seed, e.mailbox), domain), uint32(spelling)
}

// rule is that of an address with this hash of its domain. Few domains have most rows.
func (e *addressFinder) rule(a *validate.Address, domain uint64) *known.Mailbox {
	if a.Quoted {
		return nil
	}
	r := &e.rules[domain%uint64(len(e.rules))]
	if r.domain != domain {
		*r = ruleOf{domain, known.MailboxOf(a.Local, a.Domain)}
	}
	return r.rule
}

// joined is the hash of an address by those of its parts. Turning one keeps a@b apart from b@a, and a@a from b@b.
func joined(local, domain uint64) uint64 { return local ^ bits.RotateLeft64(domain, 32) }

// reasons is what an address speaks for beside its domain.
func (e *addressFinder) reasons(a *validate.Address) (s validate.Reasons) {
	if a.Quoted || a.UTF8 || a.Literal {
		s = a.Reasons() &^ validate.DomainReasons(a.Domain)
	}
	s |= validate.RoleReasons(e.run.Lists.RoleOf(a.Local, e.parser.Odd()))
	if e.run.Suppressed.Has(a) {
		s |= validate.Of(validate.Suppressed)
	}
	if e.run.Bounced.Has(a) {
		s |= validate.Of(validate.PastBounce)
	}
	return s
}
