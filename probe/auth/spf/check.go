package spf

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// The limits of RFC 7208 §4.6.4.
const (
	MaxLookups = 10 // terms that cost DNS lookups: include, a, mx, ptr, exists and redirect
	MaxVoid    = 2  // such terms whose lookup finds nothing
	maxNames   = 10 // MX hosts of a mx term, and PTR names that are looked at
)

// Checker evaluates SPF for clients. The zero value, with a Resolver, follows the RFC.
type Checker struct {
	Resolver Resolver
	HELO     string // what the client said at EHLO, for %{h}

	// Lookups and Void replace [MaxLookups] and [MaxVoid], to find out how far a record goes beyond them.
	Lookups, Void int
}

// Outcome is what an evaluation found.
type Outcome struct {
	Result Result
	Err    error // why the result is PermError or TempError, else nil

	// Matched are the terms that led to the result: includes and redirects first, the mechanism that matched last. It
	// is empty if nothing matched.
	Matched []string
	Lookups []Lookup // in the order in which they were made
}

// Lookup is a term that cost a DNS lookup.
type Lookup struct {
	Terms []string // the includes and redirects that led to the term, and the term itself
	Name  string   // what was looked up
	Void  bool     // nothing was found
}

// Void returns the lookups that found nothing.
func (o *Outcome) Void() (all []Lookup) {
	for _, l := range o.Lookups {
		if l.Void {
			all = append(all, l)
		}
	}
	return all
}

// Errors of evaluations that [Outcome.Err] wraps.
var (
	ErrLookups = fmt.Errorf("more than %d terms cost DNS lookups", MaxLookups)
	ErrVoid    = fmt.Errorf("more than %d DNS lookups found nothing", MaxVoid)
)

// failure ends an evaluation with a result.
type failure struct {
	result Result
	err    error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func permanent(format string, args ...any) error {
	return &failure{PermError, fmt.Errorf(format, args...)}
}
func temporary(err error) error { return &failure{TempError, err} }

// evaluation is one call of check_host (RFC 7208 §4) with all that it leads to.
type evaluation struct {
	checker       *Checker
	ip            netip.Addr
	sender, local string
	senderDomain  string
	terms         []string // that lead to the present record
	out           Outcome
	void          int
}

// Check evaluates the record of a domain for a client. The sender is the address of MAIL FROM, or postmaster at the
// name said at EHLO if that was empty (RFC 7208 §2.4); a sender without local part is postmaster's.
func (c *Checker) Check(ctx context.Context, ip netip.Addr, domain, sender string) Outcome {
	e := &evaluation{checker: c, ip: ip.Unmap().WithZone(""), sender: sender, senderDomain: domain}
	if at := strings.LastIndexByte(sender, '@'); at >= 0 {
		e.local, e.senderDomain = sender[:at], sender[at+1:]
	}
	if e.local == "" {
		e.local = "postmaster"
	}
	e.sender = e.local + "@" + e.senderDomain
	result, err := e.host(ctx, strings.TrimSuffix(domain, "."))
	e.out.Result = result
	var f *failure
	if errors.As(err, &f) {
		e.out.Result, e.out.Err, e.out.Matched = f.result, f.err, nil
	}
	return e.out
}

// host is check_host for one domain.
func (e *evaluation) host(ctx context.Context, domain string) (Result, error) {
	if !isDomain(domain) || !strings.Contains(domain, ".") {
		return None, nil
	}
	texts, err := e.checker.Resolver.LookupTXT(ctx, domain)
	if err != nil && !notFound(err) {
		return "", temporary(err)
	}
	texts = slices.DeleteFunc(slices.Clone(texts), func(t string) bool { return !IsRecord(t) })
	switch len(texts) {
	case 0:
		return None, nil
	case 1:
	default:
		return "", permanent("%s has %d SPF records: want one", domain, len(texts))
	}
	record, err := Parse(texts[0])
	if err != nil {
		return "", permanent("the SPF record of %s: %w", domain, err)
	}
	return e.record(ctx, record, domain)
}

// record evaluates a record's terms in their order (RFC 7208 §4.6.2).
func (e *evaluation) record(ctx context.Context, r *Record, domain string) (Result, error) {
	for i := range r.Mechanisms {
		m := &r.Mechanisms[i]
		matched, err := e.step(m.Text, func() (bool, error) { return e.matches(ctx, m, domain) })
		if err != nil {
			return "", err
		}
		if matched {
			return m.Result, nil
		}
	}
	if r.Redirect == "" {
		return Neutral, nil
	}
	return e.redirect(ctx, r.Redirect, domain)
}

// step evaluates one term and keeps account of the terms that led to it.
func (e *evaluation) step(term string, do func() (bool, error)) (matched bool, err error) {
	e.terms = append(e.terms, term)
	matched, err = do()
	if matched && (e.out.Matched == nil) {
		e.out.Matched = slices.Clone(e.terms)
	}
	e.terms = e.terms[:len(e.terms)-1]
	return matched, err
}

func (e *evaluation) redirect(ctx context.Context, spec, domain string) (result Result, err error) {
	_, err = e.step("redirect="+spec, func() (bool, error) {
		target, err := e.target(ctx, spec, domain)
		if err == nil {
			err = e.count(target)
		}
		if err == nil {
			result, err = e.host(ctx, target)
		}
		if err == nil && result == None {
			err = permanent("redirect=%s: %s has no SPF record", spec, target)
		}
		return false, err
	})
	return result, err
}

// include is true only where the other record passes (RFC 7208 §5.2). What matched inside counts only then.
func (e *evaluation) include(ctx context.Context, m *Mechanism, target string) (bool, error) {
	before := e.out.Matched
	result, err := e.host(ctx, target)
	switch {
	case err != nil:
		return false, err
	case result == None:
		return false, permanent("%s: %s has no SPF record", m.Text, target)
	case result != Pass:
		e.out.Matched = before
	}
	return result == Pass, nil
}

// count counts a term that costs a lookup.
func (e *evaluation) count(name string) error {
	e.out.Lookups = append(e.out.Lookups, Lookup{Terms: slices.Clone(e.terms), Name: name})
	if len(e.out.Lookups) > orDefault(e.checker.Lookups, MaxLookups) {
		return &failure{PermError, ErrLookups}
	}
	return nil
}

// found counts a lookup that found nothing, and turns a failure of DNS into a temporary error.
func (e *evaluation) found(n int, err error) error {
	if err != nil && !notFound(err) {
		return temporary(err)
	}
	if n > 0 {
		return nil
	}
	e.out.Lookups[len(e.out.Lookups)-1].Void = true
	if e.void++; e.void > orDefault(e.checker.Void, MaxVoid) {
		return &failure{PermError, ErrVoid}
	}
	return nil
}

func orDefault(n, usual int) int {
	if n == 0 {
		return usual
	}
	return n
}

// isDomain reports whether a name can be asked about: labels of 1 to 63 octets, at most 253 in all.
func isDomain(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return true
}
