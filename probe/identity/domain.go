package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/probe/auth/spf"
	"github.com/prebounce/prebounce/validate/dns"
)

// domainChecks are about the sender's domain, beyond what a probe needs.
var domainChecks = []row{
	{"ptr_generic", "the address's name is not one that networks give to home lines", []string{
		"554 5.7.1 Client host rejected: generic reverse hostname",
	}, []string{"generic reverse", "generic rdns", "generic ptr", "dynamic ip", "dynamic/residential", "residential"},
		eachIP, genericPTR},
	{"spf_service", "the sender's SPF record names the sending service", nil, nil, once, spfService},
	{
		"dkim",
		"the sender's domain has a DKIM key that servers take",
		[]string{
			"550 5.7.20 No passing DKIM signature found",
			"550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n550 5.7.26 Gmail requires " +
				"all senders to authenticate with either SPF or DKIM.",
		},
		[]string{"X.7.20", "X.7.21", "X.7.22", "X.7.26", "dkim"},
		eachSelector,
		dkimKey,
	},
	{
		"dmarc",
		"the sender's domain has a DMARC policy",
		[]string{
			"550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's\n550 5.7.26 DMARC " +
				"policy.",
			"550 5.7.509 Access denied, sending domain [example.com] does not pass DMARC verification and has a " +
				"DMARC policy of reject.",
		},
		[]string{"X.7.26", "X.7.509", "X.7.515", "dmarc"},
		once,
		dmarcPolicy,
	},
	{"dmarc_alignment", "mail in the sender's name can pass DMARC", []string{
		"550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's\n550 5.7.26 DMARC policy.",
		"550 5.7.515 Access denied, sending domain example.com doesn't meet the required authentication level.",
	}, []string{"X.7.26", "X.7.509", "X.7.515", "dmarc"}, once, alignment},
	{"dmarc_reports", "someone receives the DMARC reports", nil, nil, once, dmarcReports},
	{"dmarc_subdomains", "the DMARC policy holds for subdomains too", nil, nil, once, dmarcSubdomains},
	{"dmarc_discovery", "older and newer receivers find the same DMARC policy", nil, nil, once, dmarcDiscovery},
	{"domain_blocklist", "the sender's domain is on none of the blocklists", []string{
		"554 5.7.1 Service unavailable; Sender address [ann@example.com] blocked using dbl.spamhaus.org",
	}, []string{"dbl.spamhaus", "surbl", "uribl", "sender address [", "domain is listed"}, eachDomainListing, listing},
	{
		"ipv6",
		"mail that leaves over IPv6 is as well off as over IPv4",
		[]string{
			"550-5.7.1 [2001:db8::1] Our system has detected that this message does not meet\n550 5.7.1 IPv6 sending " +
				"guidelines regarding PTR records and authentication.",
		},
		[]string{"ipv6"},
		named,
		ipv6,
	},
	{"port_25", "mail hosts can be reached from here", nil, nil, once, port25},
	{"mta_sts", "MTA-STS is in order, if it is there", nil, nil, once, mtaSTS},
	{"tls_rpt", "TLS reporting is in order, if it is there", nil, nil, once, tlsRPT},
	{"dane", "DANE is in order, if it is there", nil, nil, once, dane},
	{"bimi", "BIMI is in order, if it is there", nil, nil, once, bimi},
}

// spfService asks whether the SPF record, or one that it includes, includes the service's.
func spfService(ctx context.Context, x *exam, _ subject) Finding {
	s, known := ServiceNamed(x.asked.ESP)
	if !known || s.Include == "" || x.domain == "" {
		return Finding{}
	}
	f := Finding{
		About: x.domain, Evidence: x.spfEvidence(ctx),
		Says: fmt.Sprintf("the SPF record includes %s, for %s", s.Include, s.Title),
	}
	switch included, unknown := x.includes(ctx, x.domain, s.Include); {
	case included:
	case unknown:
		f.Next = tryAgain
		return f.unchecked("whether the SPF record includes %s could not be checked", s.Include)
	default:
		f.Result, f.Says = Warn, fmt.Sprintf(
			"the SPF record does not include %s, which %s asks for unless its bounces go to a domain of its own",
			s.Include, s.Title,
		)
		f.Next = fmt.Sprintf("add include:%s to the SPF record of %s, before its \"all\"", s.Include, x.domain)
	}
	return f
}

// mostIncludes bounds the records that are read in search of an include.
const mostIncludes = 50

// includes searches the domain's SPF record and those that it includes.
func (x *exam) includes(ctx context.Context, domain, wanted string) (included, unknown bool) {
	names := []string{domain}
	for i := 0; i < len(names) && i < mostIncludes; i++ {
		unknown = unknown || !x.ask(ctx, names[i], dns.TXT).Definite()
		for _, record := range x.spfRecords(ctx, names[i]) {
			for _, next := range includedBy(record) {
				if next == wanted {
					return true, false
				}
				if !slices.Contains(names, next) {
					names = append(names, next)
				}
			}
		}
	}
	return false, unknown || len(names) > mostIncludes
}

// includedBy are the domains whose records an SPF record includes or hands over to.
func includedBy(text string) (names []string) {
	record, err := spf.Parse(text)
	if err != nil {
		return nil
	}
	for i := range record.Mechanisms {
		if name, ok := leadsTo(&record.Mechanisms[i]); ok {
			names = append(names, name)
		}
	}
	if record.Redirect != "" && !strings.Contains(record.Redirect, "%") {
		names = append(names, plainName(record.Redirect))
	}
	return names
}

// ipv6 asks whether the HELO name has an address that nobody looked at: mail leaves over IPv6 first where it can.
func ipv6(ctx context.Context, x *exam, _ subject) Finding {
	if !isHost(x.helo) {
		return Finding{}
	}
	a := x.ask(ctx, x.helo, dns.AAAA)
	f := Finding{About: x.helo, Evidence: evidence(a)}
	if !a.Definite() {
		f.Next = tryAgain
		return f.unchecked("whether the HELO name has an IPv6 address could not be checked")
	}
	f.Says = "the HELO name has no IPv6 address"
	for _, ip := range a.Addrs {
		f.Says = "the IPv6 addresses of the HELO name are among those that were looked at"
		if !slices.Contains(x.ips, ip) {
			f.Result, f.Says = Warn, fmt.Sprintf("mail may leave from %s as well, which was not looked at", ip)
			f.Next = fmt.Sprintf("--ip %s to look at it, or have your mail software send over IPv4 alone", ip)
			return f
		}
	}
	return f
}

func port25(ctx context.Context, x *exam, _ subject) Finding {
	if x.asked.Connects == nil {
		return Finding{}
	}
	f := Finding{About: "port 25", Says: "mail hosts can be reached from here at port 25"}
	if err := x.asked.Connects(ctx); err != nil {
		f.Evidence, f.Next = []string{
			cut(err.Error()),
		}, "ask your provider to open port 25 on the way out; to send, use the submission port of a relay (587 or 465)"
		return f.unchecked("no mail host could be reached at port 25: this network or its provider may block it")
	}
	return f
}
