package auth

import (
	"context"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Policy is the DMARC policy that applies to an author domain.
type Policy struct {
	Record       *Record     // nil if no record applies, or the one that does is unusable
	Domain       string      // where the record was found
	Disposition  Disposition // what receivers are asked to do with mail that fails; empty without a record
	Organization string      // the Organizational Domain of the author domain
	Steps        []Step      // of the DNS tree walk, in the order asked
	Unusable     *Record     // the record that would apply, if receivers do not act on it
	Temporary    bool        // the error of LookupPolicy is that DNS did not answer
}

// Step is one query of the DNS tree walk (RFC 9989 §4.10).
type Step struct {
	Domain  string   // asked about below _dmarc
	Records []string // the DMARC records there; where there are several, all are dropped
	Record  *Record  // the one that counts, or nil
}

// LookupPolicy finds the policy for an author domain (RFC 9989 §4.10.1): its own record, else that of its
// Organizational Domain, else that of the public suffix above it if that has psd=y. Without any it returns no record
// and no error.
func LookupPolicy(ctx context.Context, r Resolver, author string) (Policy, error) {
	author = plain(author)
	steps, err := walk(ctx, r, author)
	p := Policy{Domain: author, Organization: organization(author, steps), Steps: steps}
	if err != nil && steps[0].Record == nil { // the author's own record applies, whatever is above it
		p.Temporary = true
		return p, err
	}
	applies := applicable(author, p.Organization, steps)
	if applies == nil {
		return p, nil
	}
	p.Domain = applies.Domain
	return p.apply(ctx, r, author, applies.Record)
}

// apply works out what a record asks for.
func (p Policy) apply(ctx context.Context, r Resolver, author string, record *Record) (_ Policy, err error) {
	if !record.Usable() {
		p.Unusable = record
		return p, nil
	}
	p.Record = record
	if p.Domain == author {
		p.Disposition = record.effective(record.own())
		return p, nil
	}
	exists := true
	if record.inherited(true) != record.inherited(false) {
		if exists, err = r.Exists(ctx, author); err != nil {
			p.Temporary = true
			return p, err
		}
	}
	p.Disposition = record.effective(record.inherited(exists))
	return p, nil
}

// applicable is the step whose record applies to an author domain, or nil.
func applicable(author, organization string, steps []Step) *Step {
	var suffix *Step
	for i := range steps {
		s := &steps[i]
		switch {
		case s.Record == nil:
		case s.Domain == author, s.Domain == organization:
			return s
		case s.Record.PSD == "y":
			suffix = s
		}
	}
	return suffix
}

// mostLabels is how many labels are left by the shortcut of the walk, so that it takes at most 8 questions.
const mostLabels = 7

// walk asks at a name and at the names above it. It ends at a record that says whether it is a public suffix's.
func walk(ctx context.Context, r Resolver, name string) (steps []Step, err error) {
	for labels := strings.Split(name, "."); len(labels) > 0; labels = above(labels) {
		s, err := ask(ctx, r, strings.Join(labels, "."))
		steps = append(steps, s)
		if err != nil || (s.Record != nil && s.Record.PSD != "u") {
			return steps, err
		}
	}
	return steps, nil
}

// ask looks for the record of one name. The error means that DNS did not answer.
func ask(ctx context.Context, r Resolver, name string) (s Step, err error) {
	s.Domain = name
	texts, err := lookup(ctx, r)("_dmarc." + name)
	if isTemporary(err) {
		return s, err
	}
	for _, text := range texts {
		if IsRecord(text) {
			s.Records = append(s.Records, text)
		}
	}
	if len(s.Records) == 1 {
		s.Record = ParseRecord(s.Records[0])
	}
	return s, nil
}

func above(labels []string) []string {
	if len(labels) > mostLabels+1 {
		return labels[len(labels)-mostLabels:]
	}
	return labels[1:]
}

// organization is the Organizational Domain that the steps of a walk lead to (RFC 9989 §4.10.2).
func organization(name string, steps []Step) string {
	org := name
	for _, s := range steps {
		switch {
		case s.Record == nil:
		case s.Record.PSD == "n":
			return s.Domain
		case s.Record.PSD == "y" && s.Domain != name:
			return oneBelow(name, s.Domain)
		default:
			org = s.Domain
		}
	}
	return org
}

// oneBelow is the part of a name that has one label more than a domain above it.
func oneBelow(name, domain string) string {
	head := strings.TrimSuffix(name, "."+domain)
	return head[strings.LastIndexByte(head, '.')+1:] + "." + domain
}

// Organization finds the Organizational Domain of a name by the DNS tree walk.
func Organization(ctx context.Context, r Resolver, name string) (string, error) {
	steps, err := walk(ctx, r, plain(name))
	return organization(plain(name), steps), err
}

// SuffixOrganization returns the Organizational Domain of a name by the public suffix list, as RFC 7489 §3.2 had it and
// older receivers still do. A public suffix is its own.
func SuffixOrganization(name string) string {
	name = plain(name)
	if org, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return org
	}
	return name
}

// Enforced reports whether receivers are asked to act on all failing mail: from the domain, and from names below it.
func (p Policy) Enforced() bool {
	if p.Record == nil {
		return false
	}
	existing, missing := p.Record.Below()
	return p.Disposition != NoAction && existing != NoAction && missing != NoAction && !p.Record.Testing
}
