package identity

import (
	"context"
	"slices"

	"github.com/prebounce/prebounce/validate/dns"
)

// mostHosts bounds the mail servers of the sender's domain that are looked at.
const mostHosts = 10

// mailServers are the MX hosts of the sender's domain.
func (x *exam) mailServers(ctx context.Context) (hosts []string, known bool) {
	a := x.ask(ctx, x.domain, dns.MX)
	for _, m := range a.MX[:min(len(a.MX), mostHosts)] {
		if m.Host != "" {
			hosts = append(hosts, m.Host)
		}
	}
	return hosts, a.Definite()
}

// dane looks for TLSA records of the sender's mail servers (RFC 7672). Only the AD bit tells that they are signed, and
// a resolver that does not verify DNSSEC never sets it, so its absence proves nothing.
func dane(ctx context.Context, x *exam, _ subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	f := Finding{
		About: x.domain, Evidence: []string{},
		Says: "no mail server of " + x.domain + " has TLSA records (DANE); this is not a fault",
	}
	hosts, _ := x.mailServers(ctx)
	for _, host := range hosts {
		a := x.hear(ctx, "_25._tcp."+host, dns.TLSA)
		if a.Outcome != dns.Found || len(a.TLSA) == 0 {
			continue
		}
		f.Evidence = append(f.Evidence, evidence(a)...)
		usable := slices.ContainsFunc(a.TLSA, func(b dns.Binding) bool { return b.Usage == 2 || b.Usage == 3 })
		switch {
		case !usable:
			f.warn(
				"publish TLSA 3 1 1 with the key of the certificate",
				"senders do not use the TLSA records of %s: mail takes usage 2 or 3 only (RFC 7672 §3.1.3)", host,
			)
			return f
		case !a.Secure:
			f.Says = "there are TLSA records (DANE); whether they are signed could not be seen, because this " +
				"resolver does not vouch for DNSSEC"
		default:
			f.Says = "there are TLSA records (DANE), and the resolver has verified them by DNSSEC"
		}
	}
	return f
}
