package sandbox

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/prebounce/prebounce/probe/auth"
)

// authenticate evaluates SPF, DKIM and DMARC of a message.
func (s *session) authenticate(text []byte) auth.Verdict {
	m := auth.Message{IP: s.client, HELO: s.helo, Sender: s.mail.sender.text, Text: text}
	return auth.Check(context.Background(), worldResolver{s.office.zone}, m) // no network, so nothing to wait for
}

// unauthentic names the reply to a message that fails a check of the host. DMARC counts where the author's
// domain asks for more than to be told.
func (p *personality) unauthentic(v auth.Verdict) string {
	signed := slices.ContainsFunc(v.DKIM, func(d auth.Signature) bool { return d.Result == auth.Pass })
	for _, c := range []struct {
		check, reply string
		fails        bool
	}{
		{"dmarc", "dmarc-fails", v.DMARC.Result == auth.Fail && v.DMARC.Policy.Disposition != auth.NoAction},
		{"spf", "spf-fails", v.SPF.Result == auth.Fail},
		{"spf", "spf-broken", v.SPF.Result == auth.PermError},
		{"dkim", "dkim-fails", len(v.DKIM) > 0 && !signed},
		{"any", "unauthenticated", v.SPF.Result != auth.Pass && !signed},
		{"dmarc", "auth-later", v.DMARC.Result == auth.TempError},
		{"spf", "auth-later", v.SPF.Result == auth.TempError},
	} {
		if c.fails && slices.Contains(p.check, c.check) {
			return c.reply
		}
	}
	return ""
}

// worldResolver asks the world without a network, so that it works with pipes too. It takes no time: what
// would be late is there at once, and what stays silent has timed out.
type worldResolver struct{ zone *zone }

func (r worldResolver) ask(name string, typ uint16) ([]dns.RR, error) {
	m, _ := r.zone.answer(new(dns.Msg).SetQuestion(dns.Fqdn(name), typ))
	switch {
	case m == nil:
		return nil, &net.DNSError{Err: "no answer", Name: name, IsTimeout: true, IsTemporary: true}
	case m.Rcode != dns.RcodeSuccess && m.Rcode != dns.RcodeNameError:
		return nil, &net.DNSError{Err: dns.RcodeToString[m.Rcode], Name: name, IsTemporary: true}
	}
	found := slices.DeleteFunc(m.Answer, func(rr dns.RR) bool { return rr.Header().Rrtype != typ })
	if len(found) == 0 {
		return nil, &net.DNSError{Err: "no such record", Name: name, IsNotFound: true}
	}
	return found, nil
}

// unescape undoes what the library puts before signs of a text.
var unescape = strings.NewReplacer(`\"`, `"`, `\\`, `\`)

// LookupTXT joins the strings of each record (RFC 7208 §3.3).
func (r worldResolver) LookupTXT(_ context.Context, name string) (all []string, err error) {
	found, err := r.ask(name, dns.TypeTXT)
	for _, rr := range found {
		all = append(all, unescape.Replace(strings.Join(rr.(*dns.TXT).Txt, "")))
	}
	return all, err
}

// LookupMX gives a domain's mail hosts.
func (r worldResolver) LookupMX(_ context.Context, name string) (all []*net.MX, err error) {
	found, err := r.ask(name, dns.TypeMX)
	for _, rr := range found {
		all = append(all, &net.MX{Host: rr.(*dns.MX).Mx, Pref: rr.(*dns.MX).Preference})
	}
	return all, err
}

// LookupNetIP gives the addresses of one family.
func (r worldResolver) LookupNetIP(_ context.Context, network, host string) (all []netip.Addr, err error) {
	typ := dns.TypeA
	if network == "ip6" {
		typ = dns.TypeAAAA
	}
	found, err := r.ask(host, typ)
	for _, rr := range found {
		addr, _ := addressOf(rr)
		all = append(all, addr)
	}
	return all, err
}

// Exists reports whether the world has the name, with records of any type.
func (r worldResolver) Exists(_ context.Context, name string) (bool, error) {
	m, _ := r.zone.answer(new(dns.Msg).SetQuestion(dns.Fqdn(name), dns.TypeA))
	if m == nil || (m.Rcode != dns.RcodeSuccess && m.Rcode != dns.RcodeNameError) {
		return false, &net.DNSError{Err: "no answer", Name: name, IsTemporary: true}
	}
	return m.Rcode == dns.RcodeSuccess || len(m.Answer) > 0, nil // an alias exists, even one that leads nowhere
}

// LookupAddr gives the names of an address.
func (r worldResolver) LookupAddr(_ context.Context, ip string) (all []string, err error) {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return nil, err
	}
	reverse, err := dns.ReverseAddr(addr.String())
	if err != nil {
		return nil, err
	}
	found, err := r.ask(reverse, dns.TypePTR)
	for _, rr := range found {
		all = append(all, rr.(*dns.PTR).Ptr)
	}
	return all, err
}
