package auth

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// DMARC reports whether what passed is aligned with the author.
type DMARC struct {
	Result      Result // Pass, Fail, None (no policy), TempError or PermError
	Policy      Policy
	SPFAligned  bool // SPF passed, and for a domain of the author's
	DKIMAligned bool // a signature passed, and by a domain of the author's
	Err         error

	// Older is the result at receivers that still find the Organizational Domain by the public suffix list (RFC 7489).
	Older Result
}

// organizer finds Organizational Domains.
type organizer func(name string) (string, error)

// checkDMARC compares what passed with the author (RFC 9989 §5.3).
func (v *Verdict) checkDMARC(ctx context.Context, r Resolver) (d DMARC) {
	if v.From == "" {
		err := errors.New("the message does not have exactly one author domain (From)")
		return DMARC{Result: PermError, Older: PermError, Err: err}
	}
	d.Policy, d.Err = LookupPolicy(ctx, r, v.From)
	walked := func(name string) (string, error) { return Organization(ctx, r, name) }
	listed := func(name string) (string, error) { return SuffixOrganization(name), nil }
	a := v.align(d.Policy.Record, walked)
	d.SPFAligned, d.DKIMAligned = a.spf, a.dkim
	d.Result = a.result(d.Policy)
	older := v.olderPolicy(ctx, r)
	d.Older = v.align(older.Record, listed).result(older)
	return d
}

// olderPolicy is what receivers that follow RFC 7489 §6.6.3 find: the author's own record, or that of the domain that
// the public suffix list leads to.
func (v *Verdict) olderPolicy(ctx context.Context, r Resolver) (p Policy) {
	for _, name := range slices.Compact([]string{v.From, SuffixOrganization(v.From)}) {
		s, err := ask(ctx, r, name)
		if err != nil {
			return Policy{Temporary: true}
		}
		if len(s.Records) > 0 {
			return Policy{Record: s.Record}
		}
	}
	return p
}

// alignment is what passed for a domain of the author's. unknown means that DNS did not let us know of more.
type alignment struct{ spf, dkim, unknown bool }

func (v *Verdict) align(p *Record, org organizer) (a alignment) {
	strictSPF, strictDKIM := p != nil && p.StrictSPF, p != nil && p.StrictDKIM
	aligned, err := isAligned(v.SPF.Domain, v.From, strictSPF, v.SPF.Result, org)
	a.spf = aligned && v.SPF.Result == Pass
	a.unknown = err || (aligned && v.SPF.Result == TempError)
	for _, s := range v.DKIM {
		aligned, err := isAligned(s.Domain, v.From, strictDKIM, s.Result, org)
		a.dkim = a.dkim || (aligned && s.Result == Pass)
		a.unknown = a.unknown || err || (aligned && s.Result == TempError)
	}
	return a
}

// isAligned reports whether a domain is the author's (RFC 9989 §4.4), and whether DNS left that open. What did not pass
// and could not is not asked about.
func isAligned(domain, from string, strict bool, result Result, org organizer) (aligned, unknown bool) {
	if domain == from {
		return true, false
	}
	apart := topLabel(domain) != topLabel(from) // then no Organizational Domain is above both
	if strict || apart || domain == "" || (result != Pass && result != TempError) {
		return false, false
	}
	own, err := org(from)
	if err != nil || (domain != own && !strings.HasSuffix(domain, "."+own)) {
		return false, err != nil
	}
	other, err := org(domain)
	return err == nil && other == own, err != nil
}

func topLabel(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func (a alignment) result(p Policy) Result {
	switch {
	case p.Temporary:
		return TempError
	case p.Record == nil:
		return None
	case a.spf || a.dkim:
		return Pass
	case a.unknown:
		return TempError
	}
	return Fail
}
