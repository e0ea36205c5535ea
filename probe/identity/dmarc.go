package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/probe/auth"
	"github.com/prebounce/prebounce/validate/dns"
)

// policy is the sender's DMARC policy. Its answers are remembered, so to look again asks nobody.
func (x *exam) policy(ctx context.Context) (auth.Policy, error) {
	return auth.LookupPolicy(ctx, resolver{x: x}, x.domain)
}

// policyEvidence are the answers that led to a policy, or to none.
func (x *exam) policyEvidence(ctx context.Context, p auth.Policy) (lines []string) {
	for _, name := range slices.Compact([]string{x.domain, p.Domain}) {
		lines = append(lines, evidence(x.ask(ctx, "_dmarc."+name, dns.TXT))...)
	}
	return lines
}

// dmarcPolicy judges the policy for itself. From p=none it leads upwards.
func dmarcPolicy(ctx context.Context, x *exam, _ subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	p, err := x.policy(ctx)
	f := Finding{About: x.domain, Evidence: x.policyEvidence(ctx, p)}
	record := "the TXT record of _dmarc." + p.Domain
	switch {
	case p.Temporary:
		f.Next = tryAgain
		return f.unchecked("whether %s has a DMARC policy could not be checked", x.domain)
	case len(p.Texts) > 1:
		f.Result, f.Says, f.Next = Fail, fmt.Sprintf("%s has %d DMARC records, so none of them counts (RFC 7489 §6.6.3)", p.Domain, len(p.Texts)), "leave one of them"
	case err != nil:
		f.Result, f.Says, f.Next = Fail, "the DMARC record can't be read: "+cut(err.Error()), "mend "+record
	case p.Record == nil:
		f.Result, f.Says = Fail, x.domain+" has no DMARC policy, which big mailbox providers ask bulk senders for"
		f.Next = fmt.Sprintf("begin with %s: \"v=DMARC1; p=none; rua=mailto:you@%s\"", record, p.Domain)
	default:
		x.climb(&f, p, record)
	}
	return f
}

// ladder is what to do at each policy.
var ladder = map[string]struct {
	result     Result
	says, next string
}{
	"none":       {Warn, "the DMARC policy is p=none: mail that fails is only reported", "read the reports until all that you send passes, then p=quarantine in %s"},
	"quarantine": {OK, "the DMARC policy is quarantine: mail that fails goes to the spam folder", ""},
	"reject":     {OK, "the DMARC policy is reject: nobody can send in your name", ""},
}

func (x *exam) climb(f *Finding, p auth.Policy, record string) {
	step := ladder[p.For(x.domain)]
	f.Result, f.Says, f.Next = step.result, step.says, step.next
	if f.Next != "" {
		f.Next = fmt.Sprintf(f.Next, record)
	}
	if p.Percent != nil && *p.Percent < 100 && f.Result == OK {
		f.Result, f.Says = Warn, fmt.Sprintf("%s, but only for %d%% of it (pct)", f.Says, *p.Percent)
		f.Next = "raise pct step by step, then leave it out of " + record
	}
}

// dmarcReports asks whether somebody hears of what fails, and whether who is named wants to (RFC 7489 §7.1).
func dmarcReports(ctx context.Context, x *exam, _ subject) Finding {
	p, err := x.policy(ctx)
	if x.domain == "" || err != nil || p.Record == nil {
		return Finding{} // the check of the policy tells
	}
	f := Finding{About: p.Domain, Evidence: x.policyEvidence(ctx, p), Says: "DMARC reports are sent to " + cut(strings.Join(p.ReportURIAggregate, ", "))}
	if len(p.ReportURIAggregate) == 0 {
		f.Result, f.Says = Warn, "nobody gets DMARC reports, so nobody sees who sends in your name and what fails"
		f.Next = fmt.Sprintf("add rua=mailto:ADDRESS to the TXT record of _dmarc.%s", p.Domain)
		return f
	}
	for _, uri := range p.ReportURIAggregate[:min(len(p.ReportURIAggregate), mostRecords)] {
		to := reportDomain(uri)
		if to != "" && auth.Aligned(to, p.Domain, false) {
			continue
		}
		name := p.Domain + "._report._dmarc." + to
		a := x.ask(ctx, name, dns.TXT)
		f.Evidence = append(f.Evidence, evidence(a)...)
		switch {
		case to == "":
			f.Result, f.Says, f.Next = Warn, fmt.Sprintf("the address for DMARC reports is none: %q", cut(uri)), "write rua=mailto:ADDRESS"
		case !a.Definite() && f.Result == OK:
			f.Next = tryAgain
			f = f.unchecked("whether %s takes DMARC reports about %s could not be checked", to, p.Domain)
		case a.Definite() && !slices.ContainsFunc(a.Texts, func(t string) bool { return strings.HasPrefix(t, "v=DMARC1") }):
			f.Result, f.Says = Warn, fmt.Sprintf("%s does not say that it takes DMARC reports about %s, so none are sent there", to, p.Domain)
			f.Next = fmt.Sprintf("have %s publish the TXT record \"v=DMARC1\" at %s", to, name)
		}
	}
	return f
}

// reportDomain is where an address of reports is; empty if it is no mailto with a host name.
func reportDomain(uri string) string {
	address, ok := strings.CutPrefix(strings.ToLower(uri), "mailto:")
	address, _, _ = strings.Cut(address, "!") // a limit of size
	if domain := plainName(address[strings.LastIndexByte(address, '@')+1:]); ok && isHost(domain) {
		return domain
	}
	return ""
}

// dmarcSubdomains asks whether names below the domain are as safe as itself.
func dmarcSubdomains(ctx context.Context, x *exam, _ subject) Finding {
	p, err := x.policy(ctx)
	if x.domain == "" || err != nil || p.Record == nil {
		return Finding{}
	}
	f := Finding{About: p.Domain, Evidence: x.policyEvidence(ctx, p), Says: fmt.Sprintf("the policy %s holds for all names below %s", p.For("sub."+p.Domain), p.Domain)}
	if p.For("sub."+p.Domain) == "none" && p.For(p.Domain) != "none" {
		f.Result, f.Says = Warn, fmt.Sprintf("anybody can send in the name of a subdomain of %s: sp=none is weaker than its policy", p.Domain)
		f.Next = fmt.Sprintf("take sp=none out of the TXT record of _dmarc.%s once what your subdomains send passes", p.Domain)
	}
	return f
}

// alignment asks whether mail in the domain's name can pass DMARC at all: by SPF or by DKIM, with a domain of its own.
func alignment(ctx context.Context, x *exam, _ subject) Finding {
	p, err := x.policy(ctx)
	if x.domain == "" || err != nil || p.Record == nil {
		return Finding{}
	}
	worst, said := map[string]Result{}, map[string]bool{}
	for _, f := range x.done {
		said[f.Check] = true
		worst[f.Check] = max(worst[f.Check], f.Result)
	}
	passes := func(check string) bool { return said[check] && worst[check] == OK }
	key := dkimKeyFound(ctx, x)
	f := Finding{About: x.domain, Evidence: x.policyEvidence(ctx, p)}
	switch {
	case passes("spf") && key == OK:
		f.Says = "mail can pass DMARC twice over: SPF passes for this domain, and it has a DKIM key"
	case key == OK:
		f.Says = "mail that is signed with the domain's DKIM key passes DMARC"
	case passes("spf"):
		f.Result, f.Says = Warn, "mail passes DMARC by SPF alone, which breaks where it is forwarded"
		f.Next = "have your mail signed with DKIM for " + x.domain
		if key == Unchecked {
			f.Next = "--dkim-selector S to see whether DKIM passes as well"
		}
	case key == Unchecked || worst["spf"] == Unchecked || !said["spf"] && p.For(x.domain) != "none":
		f.Next = "--ip ADDRESS and --dkim-selector S of what sends, or --message FILE with a mail that was sent"
		return f.unchecked("whether mail can pass DMARC could not be checked")
	default:
		f.Result, f.Says = Fail, fmt.Sprintf("mail from here can't pass DMARC: SPF does not pass for %s, and it has no DKIM key", x.domain)
		f.Next = fmt.Sprintf("add what sends to the SPF record of %s, or have your mail signed with DKIM for it", x.domain)
	}
	return f
}

// dkimKeyFound is the best of what the selectors lead to; the answers are remembered.
func dkimKeyFound(ctx context.Context, x *exam) Result {
	best := Fail
	for _, s := range eachSelector(x) {
		if r := dkimKey(ctx, x, s).Result; r == Warn {
			best = OK
		} else {
			best = min(best, r)
		}
	}
	return best
}
