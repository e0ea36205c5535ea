// Package mx finds out whether a domain accepts mail, following RFC 5321 §5.1 and RFC 7505, and checks that DNS can be
// trusted.
//
// A negative answer counts only if it is definite: see [Lookup.Mail]. To test the resolvers, it also queries canary
// domains that are known to exist: see [Lookup.All].
package mx

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/singleflight"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/known"
)

// Lookup asks DNS about domains. It caches the addresses of mail servers, because many domains share few servers, but
// not domains. It is safe for concurrent use; do not change its fields after the first question.
type Lookup struct {
	DNS          *dns.Client
	AllowPrivate bool          // take private, loopback and other special addresses for good: labs only
	HostsUnasked bool          // leave the mail hosts' addresses out: HasMX then only means that there are MX records
	Canaries     []string      // domains that can't be gone; nil means [Canaries], empty none
	Workers      int           // domains that All asks about at once; as many as the client has places if zero
	Patience     time.Duration // for all mail hosts of a domain, waiting for their turn included; 2 min if zero

	hosts  hostCache
	asking singleflight.Group
	pause  time.Duration // between tries of a canary; tests shorten it
}

// Mail reports whether the domain accepts mail. The domain must be in A-labels, as [validate.Parse] gives it; any other
// form is NoDNSAnswer.
//
// A negative result (IsNullMX, NXDomain, NoMX, Unresolvable) requires definite answers: with a SOA, without an
// extended error that says blocked or filtered, and, for a name that does not exist, confirmed by a second resolver or
// a repeat. Every other result is NoDNSAnswer, with the answer in Detail.
func (l *Lookup) Mail(ctx context.Context, domain string) validate.Mail {
	m := l.mail(ctx, domain)
	m.Asked = time.Now()
	return m
}

func (l *Lookup) mail(ctx context.Context, domain string) validate.Mail {
	if !ascii(domain) {
		return validate.Mail{Status: validate.NoDNSAnswer,
			Detail: "the domain is not in A-labels, so DNS was not asked"}
	}
	a := l.confirmed(ctx, l.DNS.Ask(ctx, domain, dns.MX))
	switch {
	case a.Outcome == dns.NoData:
		return l.implicit(ctx, domain, a)
	case !a.Definite():
		return noAnswer(a)
	case a.Outcome == dns.Found:
		return l.explicit(ctx, a)
	case a.Canonical != a.Name: // the name exists; what it points to doesn't
		return validate.Mail{Status: validate.NoMX, Detail: "CNAME to " + a.Canonical + ": " + a.String(), TTL: a.TTL}
	}
	return validate.Mail{Status: validate.NXDomain, Detail: a.String(), TTL: a.TTL}
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

func noAnswer(a dns.Answer) validate.Mail {
	return validate.Mail{Status: validate.NoDNSAnswer, Detail: fmt.Sprintf("%s %s: %s", a.Type, a.Name, a)}
}

// explicit judges a domain by its MX records.
func (l *Lookup) explicit(ctx context.Context, a dns.Answer) validate.Mail {
	records := real(a.MX)
	if len(records) == 0 {
		return validate.Mail{Status: validate.IsNullMX, Detail: "MX 0 . from " + a.Server, TTL: a.TTL}
	}
	if l.HostsUnasked {
		m := validate.Mail{Status: validate.HasMX, TTL: a.TTL}
		for _, r := range records {
			m.Hosts = append(m.Hosts, validate.MailHost{Name: r.Host, Preference: r.Preference})
		}
		return operated(m)
	}
	return l.resolve(ctx, records, a.TTL)
}

// real leaves out null MX records, which mean nothing beside others, and repeated hosts; it sorts by preference.
// The answer itself is left as it is: others may share it.
func real(all []dns.Mail) (records []dns.Mail) {
	byPreference := func(a, b dns.Mail) int { return cmp.Compare(a.Preference, b.Preference) }
	seen := make(map[string]bool, len(all))
	for _, r := range slices.SortedStableFunc(slices.Values(all), byPreference) {
		if r.Host != "" && !seen[r.Host] {
			seen[r.Host] = true
			records = append(records, r)
		}
	}
	return records
}

// enough is how many usable hosts, and addresses of a host, we keep: nobody tries more.
const enough = 10

// resolve finds the hosts' addresses, preferred ones first.
func (l *Lookup) resolve(ctx context.Context, records []dns.Mail, ttl time.Duration) validate.Mail {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(l.Patience, 2*time.Minute))
	defer cancel()
	m := validate.Mail{Status: validate.HasMX, TTL: ttl}
	var noes, failures []string
	usable := 0
	for _, r := range records {
		h := l.host(ctx, r.Host)
		switch {
		case h.failed != "":
			failures = append(failures, h.failed)
			m.Hosts = append(m.Hosts, validate.MailHost{Name: r.Host, Preference: r.Preference})
			m.TTL = shorter(m.TTL, failuresLast)
		case len(h.addrs) == 0:
			noes = append(noes, h.no)
		default:
			m.Hosts = append(m.Hosts, validate.MailHost{Name: r.Host, Preference: r.Preference, Addrs: h.addrs})
			usable++
		}
		m.TTL = shorter(m.TTL, h.ttl)
		if usable == enough {
			break
		}
	}
	switch {
	case usable > 0:
		return operated(m)
	case len(failures) > 0:
		return validate.Mail{Status: validate.NoDNSAnswer, Detail: few(failures)}
	}
	return validate.Mail{Status: validate.Unresolvable, Detail: few(noes), TTL: m.TTL}
}

// few keeps a detail readable.
func few(all []string) string {
	const most = 3
	if len(all) > most {
		all = append(all[:most:most], fmt.Sprintf("and %d more", len(all)-most))
	}
	return strings.Join(all, "; ")
}

func shorter(a, b time.Duration) time.Duration {
	if a == 0 || (b > 0 && b < a) {
		return b
	}
	return a
}

// implicit judges a domain without MX by its own address (RFC 5321 §5.1).
func (l *Lookup) implicit(ctx context.Context, domain string, mx dns.Answer) validate.Mail {
	h := l.host(ctx, domain)
	switch {
	case len(h.addrs) > 0:
		// Its network says more than its own name: parked domains share one.
		host := validate.MailHost{Name: domain, Addrs: h.addrs}
		return validate.Mail{
			Status: validate.ImplicitMX, Hosts: []validate.MailHost{host}, Operator: network(h.addrs[0]),
			TTL: shorter(mx.TTL, h.ttl),
		}
	case h.failed != "":
		return validate.Mail{Status: validate.NoDNSAnswer, Detail: h.failed}
	case !mx.Definite():
		return noAnswer(mx)
	case h.private:
		return validate.Mail{Status: validate.Unresolvable, Detail: "no MX, and " + h.no, TTL: shorter(mx.TTL, h.ttl)}
	}
	return validate.Mail{Status: validate.NoMX, Detail: mx.String(), TTL: shorter(mx.TTL, h.ttl)}
}

// operated names who runs the preferred host.
func operated(m validate.Mail) validate.Mail {
	host := m.Hosts[0]
	if o, ok := known.OperatorOf(host.Name); ok {
		m.Operator = o.Name
	} else if d := known.RegistrableDomain(host.Name); strings.Contains(d, ".") {
		m.Operator = d
	} else if len(host.Addrs) > 0 {
		m.Operator = network(host.Addrs[0])
	}
	return m
}
