package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/dmarc"
)

// Policy is what a domain asks to be done with mail in its name that fails.
type Policy struct {
	*dmarc.Record          // nil where there is none that counts
	Domain        string   // where it was found: the name itself or its organisational domain
	Texts         []string // the records, as they came
	Temporary     bool     // the error of LookupPolicy is that DNS did not answer
}

// For is the policy that holds for mail from a name: its organisation's may have another one for names below it.
func (p Policy) For(name string) string {
	if p.Record == nil {
		return ""
	}
	if p.SubdomainPolicy != "" && plain(name) != p.Domain {
		return string(p.SubdomainPolicy)
	}
	return string(p.Policy)
}

// LookupPolicy finds the policy for a name (RFC 7489 §6.6.3): its own, else that of its organisational domain. Without any it gives no record
// and no error.
func LookupPolicy(ctx context.Context, r Resolver, name string) (Policy, error) {
	p, err := lookupPolicy(ctx, r, plain(name))
	if org := Organisation(name); err == nil && p.Record == nil && len(p.Texts) == 0 && org != plain(name) {
		return lookupPolicy(ctx, r, org)
	}
	return p, err
}

func lookupPolicy(ctx context.Context, r Resolver, domain string) (Policy, error) {
	p := Policy{Domain: domain}
	texts, err := r.LookupTXT(ctx, "_dmarc."+domain)
	if isTemporary(err) {
		p.Temporary = true
		return p, err
	}
	for _, text := range texts {
		if version, _, _ := strings.Cut(text, ";"); strings.Join(strings.Fields(version), "") == "v=DMARC1" {
			p.Texts = append(p.Texts, text)
		}
	}
	switch len(p.Texts) {
	case 0:
		return p, nil
	case 1:
		p.Record, err = dmarc.Parse(p.Texts[0])
		return p, err
	}
	return p, fmt.Errorf("there are %d DMARC records, so none counts", len(p.Texts))
}

// checkDMARC compares what passed with the author.
func (v *Verdict) checkDMARC(ctx context.Context, r Resolver) (d DMARC) {
	if v.From == "" {
		return DMARC{Result: PermError, Err: errors.New("there is not exactly one author's domain (From)")}
	}
	d.Policy, d.Err = LookupPolicy(ctx, r, v.From)
	switch {
	case d.Policy.Temporary:
		d.Result = TempError
		return d
	case d.Err != nil:
		d.Result = PermError
		return d
	case d.Policy.Record == nil:
		d.Result = None
	}
	d.SPFAligned = v.SPF.Result == Pass && d.Policy.alignsSPF(v.SPF.Domain, v.From)
	temporary := v.SPF.Result == TempError && d.Policy.alignsSPF(v.SPF.Domain, v.From)
	for _, s := range v.DKIM {
		aligned := d.Policy.alignsDKIM(s.Domain, v.From)
		d.DKIMAligned = d.DKIMAligned || aligned && s.Result == Pass
		temporary = temporary || aligned && s.Result == TempError
	}
	switch {
	case d.Result == None:
	case d.SPFAligned || d.DKIMAligned:
		d.Result = Pass
	case temporary:
		d.Result = TempError
	default:
		d.Result = Fail
	}
	return d
}

func (p Policy) alignsSPF(domain, from string) bool {
	return Aligned(domain, from, p.Record != nil && p.SPFAlignment == dmarc.AlignmentStrict)
}

func (p Policy) alignsDKIM(domain, from string) bool {
	return Aligned(domain, from, p.Record != nil && p.DKIMAlignment == dmarc.AlignmentStrict)
}

// Aligned compares a domain that passed with the author's (RFC 7489 §3.1): the same if strict, else of the same organisation.
func Aligned(domain, from string, strict bool) bool {
	domain, from = plain(domain), plain(from)
	return domain == from || !strict && domain != "" && Organisation(domain) == Organisation(from)
}
