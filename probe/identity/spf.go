package identity

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/prebounce/prebounce/probe/auth/spf"
	"github.com/prebounce/prebounce/validate/dns"
)

// resolver lets package auth ask through an examination. What is not definite is temporary: it proves nothing.
type resolver struct{ x *exam }

func (r resolver) LookupTXT(ctx context.Context, name string) ([]string, error) {
	a := r.x.ask(ctx, name, dns.TXT)
	return a.Texts, failure(a)
}

func (r resolver) LookupMX(ctx context.Context, name string) (all []*net.MX, err error) {
	a := r.x.ask(ctx, name, dns.MX)
	for _, m := range a.MX {
		all = append(all, &net.MX{Host: m.Host, Pref: m.Preference})
	}
	return all, failure(a)
}

func (r resolver) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	typ := dns.A
	if network == "ip6" {
		typ = dns.AAAA
	}
	a := r.x.ask(ctx, host, typ)
	return a.Addrs, failure(a)
}

// Exists asks for an address, because NXDOMAIN is about all types (RFC 8020).
func (r resolver) Exists(ctx context.Context, name string) (bool, error) {
	a := r.x.ask(ctx, name, dns.A)
	if a.Definite() {
		return a.Outcome != dns.NXDomain ||
			a.Canonical != plainName(name), nil // an alias exists, even one that leads nowhere
	}
	return false, failure(a)
}

func (r resolver) LookupAddr(ctx context.Context, ip string) ([]string, error) {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return nil, err
	}
	a := r.x.ask(ctx, dns.Reverse(addr), dns.PTR)
	return a.Names, failure(a)
}

// failure is the error that the library understands.
func failure(a dns.Answer) error {
	switch {
	case a.Outcome == dns.Found && a.Definite():
		return nil
	case isNo(a), a.Outcome == dns.Unaskable: // no name of DNS: nothing can be there
		return &net.DNSError{Err: a.String(), Name: a.Name, IsNotFound: true}
	}
	return &net.DNSError{Err: a.String(), Name: a.Name, IsTemporary: true}
}

// check evaluates the SPF record of the sender's domain for one of our addresses.
func (x *exam) check(ctx context.Context, ip netip.Addr, limits spf.Checker) spf.Outcome {
	limits.Resolver, limits.HELO = resolver{x}, x.helo
	local, _, _ := strings.Cut(x.asked.From, "@")
	return limits.Check(ctx, ip, x.domain, local+"@"+x.domain)
}

// mostTerms is how many terms of a path are shown: the first and the last ones.
const mostTerms = 4

// pathOf writes the terms that lead to one.
func pathOf(terms []string) string {
	var shown []string
	for i, t := range terms {
		switch left := len(terms) - i; {
		case i == 0, left < mostTerms:
			shown = append(shown, cut(t))
		case left == mostTerms:
			shown = append(shown, "...")
		}
	}
	return strings.Join(shown, " -> ")
}

// leadsTo is the domain whose record a mechanism includes, unless it is written with macros.
func leadsTo(m *spf.Mechanism) (domain string, ok bool) {
	return plainName(m.Domain), m.Name == "include" && !strings.Contains(m.Domain, "%")
}

// spfRecords are the TXT records of a domain that are SPF records (RFC 7208 §4.5).
func (x *exam) spfRecords(ctx context.Context, domain string) (all []string) {
	for _, text := range x.ask(ctx, domain, dns.TXT).Texts {
		if spf.IsRecord(text) {
			all = append(all, text)
		}
	}
	return all
}

// spfOutcomes is what a result of RFC 7208 §2.6 means to us.
var spfOutcomes = map[spf.Result]struct {
	result Result
	says   string
}{
	spf.Pass:      {OK, "%s allows %s to send (SPF pass)"},
	spf.Fail:      {Fail, "%s forbids %s to send (SPF fail)"},
	spf.SoftFail:  {Fail, "%s does not allow %s to send (SPF softfail)"},
	spf.Neutral:   {Warn, "%s neither allows nor forbids %s to send (SPF neutral)"},
	spf.None:      {Warn, "%s has no SPF record, so it does not say whether %s may send"},
	spf.PermError: {Fail, "the SPF record of %s cannot be evaluated for %s (SPF permerror)"},
	spf.TempError: {Unchecked, "whether %s allows %s to send could not be checked (SPF temperror)"},
}

// spfResult evaluates the sender's SPF record for one of our addresses.
func spfResult(ctx context.Context, x *exam, s subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	out := x.check(ctx, s.ip, spf.Checker{})
	o := spfOutcomes[out.Result]
	f := Finding{
		About: s.ip.String(), Result: o.result, Says: fmt.Sprintf(o.says, x.domain, s.ip), Evidence: x.spfEvidence(ctx),
	}
	if len(out.Matched) > 0 {
		f.Evidence = append(f.Evidence, "matched: "+pathOf(out.Matched))
	}
	if out.Err != nil {
		f.Evidence = append(f.Evidence, cut(out.Err.Error()))
		f.Evidence = append(f.Evidence, spent(&out)...)
	}
	f.Next = x.spfNext(out.Result, s.ip)
	return f
}

// spfEvidence are the SPF records, or what was said instead.
func (x *exam) spfEvidence(ctx context.Context) (lines []string) {
	records := x.spfRecords(ctx, x.domain)
	for _, text := range records[:min(len(records), mostRecords)] {
		lines = append(lines, fmt.Sprintf("%s TXT %q", x.domain, cut(text)))
	}
	if a := x.ask(ctx, x.domain, dns.TXT); len(records) == 0 && a.Outcome != dns.Found {
		lines = evidence(a)
	} else if len(records) == 0 {
		lines = []string{fmt.Sprintf("%s TXT: none of %d records is an SPF record", x.domain, len(a.Texts))}
	}
	return lines
}

func (x *exam) spfNext(result spf.Result, ip netip.Addr) string {
	term := "ip4:" + ip.String()
	if ip.Is6() {
		term = "ip6:" + ip.String()
	}
	switch result {
	case spf.Pass:
		return ""
	case spf.TempError:
		return tryAgain
	case spf.None:
		return fmt.Sprintf(
			"publish the TXT record \"v=spf1 %s -all\" for %s, and add whatever else sends for it", term, x.domain,
		)
	case spf.PermError:
		return "fix the SPF record of " + x.domain + ": the check spf_record says how"
	}
	return fmt.Sprintf("add %s to the SPF record of %s, before its \"all\"", term, x.domain)
}
