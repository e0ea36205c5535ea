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
	return auth.LookupPolicy(ctx, resolver{x}, x.domain)
}

// policyEvidence are the answers that led to a policy, or to none.
func (x *exam) policyEvidence(ctx context.Context, p auth.Policy) (lines []string) {
	for _, s := range p.Steps {
		if s.Domain == x.domain || len(s.Records) > 0 {
			lines = append(lines, evidence(x.ask(ctx, "_dmarc."+s.Domain, dns.TXT))...)
		}
	}
	return lines
}

// dmarcPolicy judges the policy by itself. From p=none it leads upwards.
func dmarcPolicy(ctx context.Context, x *exam, _ subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	p, _ := x.policy(ctx)
	f := Finding{About: x.domain, Evidence: x.policyEvidence(ctx, p)}
	record := "the TXT record of _dmarc." + p.Domain
	doubled := slices.IndexFunc(p.Steps, func(s auth.Step) bool { return len(s.Records) > 1 })
	switch {
	case p.Temporary:
		f.Next = tryAgain
		return f.unchecked("whether %s has a DMARC policy could not be checked", x.domain)
	case doubled >= 0 && (p.Steps[doubled].Domain == x.domain || p.Record == nil):
		s := p.Steps[doubled]
		f.Result, f.Says = Fail, fmt.Sprintf(
			"%s has %d DMARC records, so receivers use none of them (RFC 9989 §4.10)", s.Domain, len(s.Records),
		)
		f.Next = "keep one of them"
	case p.Unusable != nil:
		f.Result, f.Says = Fail, "receivers do not act on the DMARC record: "+faultsOf(p.Unusable, false)
		f.Next = "publish " + record + " as " + corrected(p.Unusable)
	case p.Record == nil:
		x.noPolicy(ctx, &f, p)
	default:
		x.climb(&f, p, record)
	}
	return f
}

// noPolicy says what a domain without a policy should publish, and shows a record that was nearly one.
func (x *exam) noPolicy(ctx context.Context, f *Finding, p auth.Policy) {
	f.Result, f.Says = Fail, x.domain+" has no DMARC policy, which large mailbox providers require from bulk senders"
	f.Next = fmt.Sprintf(
		"start with the TXT record \"v=DMARC1; p=none; rua=mailto:you@%s\" at _dmarc.%s", p.Domain, p.Domain,
	)
	for _, text := range x.ask(ctx, "_dmarc."+x.domain, dns.TXT).Texts {
		if strings.Contains(strings.ToLower(text), "dmarc1") {
			f.Says = x.domain + " has no DMARC policy: its record does not start with exactly \"v=DMARC1;\" (RFC " +
				"9989 §4.8)"
			f.Next = "publish it so that it starts with \"v=DMARC1;\", without a blank before it"
		}
	}
}

// corrected is a record that says what an unusable one was probably meant to say.
func corrected(r *auth.Record) string {
	policy := r.Policy
	if policy == "" {
		policy = auth.NoAction
	}
	return fmt.Sprintf("\"v=DMARC1; p=%s; rua=mailto:ADDRESS\"", policy)
}

// ladder is what to do at each policy.
var ladder = map[auth.Disposition]struct {
	result     Result
	says, next string
}{
	auth.NoAction: {
		Warn, "the DMARC policy is none: receivers only report mail that fails",
		"read the reports until everything you send passes, then publish p=quarantine in %s",
	},
	auth.Quarantine: {OK, "the DMARC policy is quarantine: receivers put mail that fails into the spam folder", ""},
	auth.Reject:     {OK, "the DMARC policy is reject: receivers are asked to refuse mail that fails", ""},
}

func (x *exam) climb(f *Finding, p auth.Policy, record string) {
	step := ladder[p.Disposition]
	f.Result, f.Says, f.Next = step.result, step.says, step.next
	if f.Next != "" {
		f.Next = fmt.Sprintf(f.Next, record)
	}
	if said := faultsOf(p.Record, true); said != "" {
		f.Evidence = append(f.Evidence, "obsolete: "+said)
	}
	switch faults := faultsOf(p.Record, false); {
	case p.Record.Testing:
		f.Result, f.Says = Warn, "the DMARC policy is being tested (t=y), so receivers apply one level less than it "+
			"says: "+string(
			p.Disposition,
		)
		f.Next = "remove t=y from " + record + " once everything you send passes"
	case faults != "":
		f.Result, f.Says = Warn, f.Says+"; but its record has faults: "+faults
		f.Next = "correct " + record
	}
}

// faultsOf lists the faults of a record, or its tags of old.
func faultsOf(r *auth.Record, historic bool) string {
	var all []string
	for _, fault := range r.Faults {
		if fault.Historic == historic {
			all = append(all, cut(fault.Tag)+": "+cut(fault.Why))
		}
	}
	return strings.Join(all[:min(len(all), mostRecords)], "; ")
}

// dmarcDiscovery warns where receivers that find the Organizational Domain by the public suffix list, as RFC 7489 had
// it, come to another policy than those that walk the DNS tree.
func dmarcDiscovery(ctx context.Context, x *exam, _ subject) Finding {
	p, err := x.policy(ctx)
	if x.domain == "" || err != nil {
		return Finding{}
	}
	if p.Record == nil {
		return Finding{} // the check of the policy tells
	}
	listed := auth.SuffixOrganization(x.domain)
	f := Finding{
		About: x.domain,
		Says:  fmt.Sprintf("older and newer receivers find the same organizational domain: %s", listed),
	}
	if listed != p.Organization {
		f.warn(
			fmt.Sprintf("publish a DMARC record at _dmarc.%s, so that both agree", listed),
			"receivers disagree about the organizational domain of %s: %s by the DNS tree walk, %s by the public "+
				"suffix list",
			x.domain, p.Organization, listed,
		)
		f.Evidence = []string{
			"by the DNS tree walk (RFC 9989 §4.10): " + p.Organization,
			"by the public suffix list (RFC 7489 §3.2): " + listed,
		}
	}
	return f
}

// dmarcReports asks whether somebody gets the reports, and whether a foreign address has agreed to (RFC 9990).
func dmarcReports(ctx context.Context, x *exam, _ subject) Finding {
	p, err := x.policy(ctx)
	if x.domain == "" || err != nil || p.Record == nil {
		return Finding{} // the check of the policy tells
	}
	uris := p.Record.ReportURIs
	f := Finding{
		About: p.Domain, Evidence: x.policyEvidence(ctx, p),
		Says: "DMARC reports are sent to " + cut(strings.Join(uris, ", ")),
	}
	if len(uris) == 0 {
		f.Result, f.Says = Warn, "nobody gets DMARC reports, so nobody sees who sends in your name and what fails"
		f.Next = fmt.Sprintf("add rua=mailto:ADDRESS to the TXT record of _dmarc.%s", p.Domain)
		return f
	}
	for _, uri := range uris[:min(len(uris), mostRecords)] {
		f = x.agreed(ctx, f, p, uri)
	}
	return f
}

// agreed asks whether the host of an address outside the organization takes reports about the domain.
func (x *exam) agreed(ctx context.Context, f Finding, p auth.Policy, uri string) Finding {
	to := reportDomain(uri)
	if to == "" {
		f.Result, f.Says = Warn, fmt.Sprintf("the address for DMARC reports is invalid: %q", cut(uri))
		f.Next = "write rua=mailto:ADDRESS"
		return f
	}
	org, err := auth.Organization(ctx, resolver{x}, to)
	if to == p.Domain || (err == nil && org == p.Organization) {
		return f
	}
	name := p.Domain + "._report._dmarc." + to
	a := x.ask(ctx, name, dns.TXT)
	f.Evidence = append(f.Evidence, evidence(a)...)
	switch {
	case (err != nil || !a.Definite()) && f.Result == OK:
		f.Next = tryAgain
		return f.unchecked("whether %s takes DMARC reports about %s could not be checked", to, p.Domain)
	case a.Definite() && !slices.ContainsFunc(a.Texts, auth.IsRecord):
		f.Result, f.Says = Warn, fmt.Sprintf(
			"%s does not say that it takes DMARC reports about %s, so none are sent there", to, p.Domain,
		)
		f.Next = fmt.Sprintf("have %s publish the TXT record \"v=DMARC1\" at %s", to, name)
	}
	return f
}

// reportDomain is where an address of reports is; empty if it is not a mailto with a host name.
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
	existing, missing := p.Record.Below()
	f := Finding{
		About: p.Domain, Evidence: x.policyEvidence(ctx, p),
		Says: fmt.Sprintf("the policy for names below %s is %s", p.Domain, existing),
	}
	if existing != missing {
		f.Says += fmt.Sprintf(", and %s for names that do not exist", missing)
	}
	if p.Disposition != auth.NoAction && (existing == auth.NoAction || missing == auth.NoAction) {
		f.Result, f.Says = Warn, fmt.Sprintf(
			"anybody can send in the name of a subdomain of %s: sp= or np= is weaker than its policy", p.Domain,
		)
		f.Next = fmt.Sprintf(
			"remove sp=none and np=none from the TXT record of _dmarc.%s once what your subdomains send passes",
			p.Domain,
		)
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
	case key == Unchecked || worst["spf"] == Unchecked || (!said["spf"] && p.Disposition != auth.NoAction):
		f.Next = "--ip ADDRESS and --dkim-selector S of what sends, or --message FILE with a mail that was sent"
		return f.unchecked("whether mail can pass DMARC could not be checked")
	default:
		f.Result, f.Says = Fail, fmt.Sprintf(
			"mail from here can't pass DMARC: SPF does not pass for %s, and it has no DKIM key", x.domain,
		)
		f.Next = fmt.Sprintf(
			"add what sends to the SPF record of %s, or have your mail signed with DKIM for it", x.domain,
		)
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
