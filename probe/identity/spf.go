package identity

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sort"
	"strings"

	"blitiri.com.ar/go/spf"

	"github.com/prebounce/prebounce/validate/dns"
)

// resolver lets the SPF library ask through an examination. What isn't definite is temporary: it proves nothing.
type resolver struct {
	x       *exam
	ip      netip.Addr
	records map[string]string // stands in for the SPF record of a domain
}

func (r resolver) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if record, ok := r.records[plainName(name)]; ok {
		return []string{record}, nil
	}
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

// LookupIPAddr asks for both families. To an IPv4 address it is no matter that the answer about IPv6 fails; not so the other way
// round, as "exists" is about IPv4 always (RFC 7208 §5.7).
func (r resolver) LookupIPAddr(ctx context.Context, name string) (all []net.IPAddr, err error) {
	err = &net.DNSError{Err: "it has no address", Name: name, IsNotFound: true}
	ours, unknown := false, false
	for _, typ := range []dns.Type{dns.A, dns.AAAA} {
		a := r.x.ask(ctx, name, typ)
		for _, ip := range a.Addrs {
			all, ours = append(all, net.IPAddr{IP: ip.AsSlice()}), ours || ip == r.ip
		}
		if e := failure(a); isTemporary(e) && (typ == dns.A || r.ip.Is6()) {
			err, unknown = e, true
		}
	}
	if ours || len(all) > 0 && !unknown {
		return all, nil
	}
	return nil, err
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

func isTemporary(err error) bool {
	var e *net.DNSError
	return errors.As(err, &e) && e.IsTemporary
}

// check evaluates a domain's SPF record for an address.
func (r resolver) check(ctx context.Context, domain string, more ...spf.Option) (spf.Result, error) {
	local, _, _ := strings.Cut(r.x.From, "@")
	options := append([]spf.Option{spf.WithContext(ctx), spf.WithResolver(r)}, more...)
	return spf.CheckHostWithSender(r.ip.AsSlice(), r.x.helo, local+"@"+domain, options...)
}

var matches = []error{spf.ErrMatchedAll, spf.ErrMatchedA, spf.ErrMatchedIP, spf.ErrMatchedMX, spf.ErrMatchedPTR, spf.ErrMatchedExists}

// mostSteps bounds the includes that are followed to the term that matched.
const mostSteps = 10

// matched names the term that decided, with the includes that lead to it.
func (r resolver) matched(ctx context.Context, domain string) string {
	var path []string
	for range mostSteps {
		term := r.matchedTerm(ctx, domain)
		if term == "" {
			break
		}
		path = append(path, cut(term))
		next, ok := leadsTo(term)
		if !ok {
			break
		}
		domain = next
	}
	return strings.Join(path, " -> ")
}

// leadsTo is the domain whose record a term includes or hands over to. One that is written with macros is left alone.
func leadsTo(term string) (domain string, ok bool) {
	term = strings.ToLower(term)
	if domain, ok = strings.CutPrefix(strings.TrimLeft(term, "+-~?"), "include:"); !ok {
		domain, ok = strings.CutPrefix(term, "redirect=")
	}
	return domain, ok && !strings.Contains(domain, "%")
}

// matchedTerm is the last term of the shortest beginning of the record that matches, or empty.
func (r resolver) matchedTerm(ctx context.Context, domain string) string {
	records := r.x.spfRecords(ctx, domain)
	if len(records) != 1 {
		return ""
	}
	terms := strings.Fields(records[0])[1:]
	isRedirect := func(term string) bool { return strings.HasPrefix(strings.ToLower(term), "redirect=") }
	slices.SortStableFunc(terms, func(a, b string) int { return number(isRedirect(a)) - number(isRedirect(b)) }) // RFC 7208 §6.1
	i := sort.Search(len(terms), func(i int) bool {
		beginning := resolver{r.x, r.ip, map[string]string{plainName(domain): "v=spf1 " + strings.Join(terms[:i+1], " ")}}
		_, err := beginning.check(ctx, domain)
		return slices.Contains(matches, err)
	})
	if i == len(terms) {
		return ""
	}
	return terms[i]
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// spfRecords are the TXT records of a domain that are SPF records (RFC 7208 §4.5).
func (x *exam) spfRecords(ctx context.Context, domain string) (all []string) {
	for _, text := range x.ask(ctx, domain, dns.TXT).Texts {
		if version, _, _ := strings.Cut(text, " "); strings.EqualFold(version, "v=spf1") {
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
	spf.Pass:      {OK, "%s lets %s send (SPF pass)"},
	spf.Fail:      {Fail, "%s forbids %s to send (SPF fail)"},
	spf.SoftFail:  {Fail, "%s does not let %s send (SPF softfail)"},
	spf.Neutral:   {Warn, "%s neither lets %s send nor forbids it (SPF neutral)"},
	spf.None:      {Warn, "%s has no SPF record, so it does not say whether %s may send"},
	spf.PermError: {Fail, "the SPF record of %s can't be evaluated for %s (SPF permerror)"},
	spf.TempError: {Unchecked, "whether %s lets %s send could not be checked (SPF temperror)"},
}

// spfResult evaluates the sender's SPF record for one of our addresses.
func spfResult(ctx context.Context, x *exam, s subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	r := resolver{x: x, ip: s.ip}
	result, err := r.check(ctx, x.domain)
	o := spfOutcomes[result]
	f := Finding{About: s.ip.String(), Result: o.result, Says: fmt.Sprintf(o.says, x.domain, s.ip), Evidence: x.spfEvidence(ctx)}
	if slices.Contains(matches, err) {
		f.Evidence = append(f.Evidence, "matched: "+r.matched(ctx, x.domain))
	} else if err != nil && !errors.Is(err, spf.ErrNoResult) {
		f.Evidence = append(f.Evidence, cut(err.Error()))
	}
	f.Next = x.spfNext(result, s.ip)
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
		return fmt.Sprintf("publish for %s the TXT record \"v=spf1 %s -all\", with all else that sends for it", x.domain, term)
	case spf.PermError:
		return "mend the SPF record of " + x.domain + "; the check spf_record tells more"
	}
	return fmt.Sprintf("add %s to the SPF record of %s, before its \"all\"", term, x.domain)
}
