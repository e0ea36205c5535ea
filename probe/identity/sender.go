package identity

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/reply"
)

// atext are the signs of an atom beside letters and digits (RFC 5322 §3.2.3).
const atext = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~"

// senderDomain is the domain of a plain address, a Dot-string at a host name (RFC 5321 §4.1.2); empty for anything
// else. A sender that needs quotes or UTF-8 would be refused here and there for that alone.
func senderDomain(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	domain = plainName(domain)
	if len(local) > 64 || !isHost(domain) {
		return ""
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || strings.Trim(atom, atext) != "" {
			return ""
		}
	}
	return domain
}

func senderAddress(_ context.Context, x *exam, _ subject) Finding {
	f := Finding{About: x.asked.From, Says: "the sender's address is sound"}
	switch {
	case x.asked.From == "":
		f.Result, f.Says = Fail, "there is no sender"
	case x.domain == "":
		f.Result, f.Says = Fail, "the sender is not a plain address"
	case !x.asked.AllowPrivate && isReserved(x.domain):
		f.Result, f.Says = Fail, "the sender's domain lies in a reserved part of DNS, which is nobody's"
	case x.borrowed(x.domain) != "":
		f.Result, f.Says = Warn, "the sender's domain is not your own: "+x.borrowed(x.domain)
	}
	if f.Result != OK {
		f.Next = "--from with an address of your own that takes mail, such as postmaster@ at your domain"
	}
	return f
}

// senderMail asks whether bounces could be sent to the sender (RFC 5321 §5.1, RFC 7505).
func senderMail(ctx context.Context, x *exam, _ subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	a := x.ask(ctx, x.domain, dns.MX)
	f := Finding{About: x.domain, Evidence: evidence(a)}
	switch {
	case !a.Definite():
		f.Result, f.Says, f.Next = Unchecked, "whether the sender's domain has mail hosts could not be "+
			"checked", tryAgain
	case a.Outcome == dns.NXDomain:
		f.Result, f.Says, f.Next = Fail, "the sender's domain does not exist", "--from with an address whose domain "+
			"takes mail"
	case a.Outcome == dns.NoData:
		x.implicitMX(ctx, &f)
	default:
		x.mailHosts(ctx, &f, a.MX)
	}
	return f
}

// implicitMX judges a domain without MX records by its own address (RFC 5321 §5.1).
func (x *exam) implicitMX(ctx context.Context, f *Finding) {
	h := x.resolve(ctx, x.domain)
	f.Evidence = append(f.Evidence, h.evidence...)
	f.Next = "publish an MX record for " + x.domain
	switch {
	case x.reachable(h):
		f.Result, f.Says = Warn, "the sender's domain has no MX record, only an address"
	case h.unknown:
		f.Result, f.Says, f.Next = Unchecked, "whether the sender's domain takes mail could not be checked", tryAgain
	default:
		f.Result, f.Says = Fail, "the sender's domain has neither MX record nor address"
	}
}

// mostMX bounds the mail hosts that are asked about.
const mostMX = 10

// mailHosts asks whether one of the mail hosts can be reached.
func (x *exam) mailHosts(ctx context.Context, f *Finding, all []dns.Mail) {
	hosts := slices.DeleteFunc(slices.Clone(all), func(m dns.Mail) bool { return m.Host == "" })
	if len(hosts) == 0 {
		f.Result, f.Says, f.Next = Fail, "the sender's domain says that it takes no mail (null "+
			"MX)", "--from with an address whose domain takes mail"
		return
	}
	found, unknown := 0, false
	for _, m := range hosts[:min(len(hosts), mostMX)] {
		h := x.resolve(ctx, m.Host)
		f.Evidence = append(f.Evidence, h.evidence...)
		if x.reachable(h) {
			found++
		} else {
			unknown = unknown || h.unknown
		}
	}
	f.Next = "mend the MX records of " + x.domain + " or the addresses of the hosts they name"
	switch {
	case found > 0 && (found == min(len(hosts), mostMX) || unknown):
		f.Says, f.Next = "the sender's domain has mail hosts", ""
	case found > 0:
		f.Result, f.Says = Warn, "some mail hosts of the sender's domain do not resolve"
	case unknown:
		f.Result, f.Says, f.Next = Unchecked, "whether the sender's mail hosts resolve could not be checked", tryAgain
	default:
		f.Result, f.Says = Fail, "no mail host of the sender's domain resolves to a public address"
	}
}

func (x *exam) reachable(h host) bool {
	return slices.ContainsFunc(h.addrs, func(ip netip.Addr) bool { return x.asked.AllowPrivate || isPublic(ip) })
}

// senderAccepted lets the caller ask the sender's mail host. A reply about us proves nothing about the sender.
func senderAccepted(ctx context.Context, x *exam, _ subject) Finding {
	if x.domain == "" || x.asked.Accepts == nil {
		return Finding{}
	}
	f := Finding{About: x.asked.From}
	r, err := x.asked.Accepts(ctx, x.asked.From)
	if err != nil {
		f.Result, f.Says, f.Evidence = Unchecked, "the sender's mail host could not be asked", []string{
			cut(err.Error()),
		}
		f.Next = "make sure that port 25 is open on the way out, and that the mail host of " + x.domain + " runs"
		return f
	}
	f.Evidence = []string{cut(r.String())}
	switch c := reply.Classify(r, reply.Context{Stage: reply.RCPT, Recipient: x.asked.From}).Class; {
	case c == reply.Accepted:
		f.Says = "the sender's mail host takes mail for the sender"
	case c.Removes() || c == reply.RelayDenied:
		f.Result, f.Says = Fail, fmt.Sprintf("the sender's own mail host takes no mail for the sender (%s)", c)
		f.Next = "make a mailbox for " + x.asked.From + ", or --from with an address that has one"
	default:
		f.Result, f.Says = Unchecked, fmt.Sprintf(
			"the sender's mail host does not say whether it takes mail for the sender (%s)", c,
		)
		f.Next = "try again later"
	}
	return f
}
