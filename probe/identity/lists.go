package identity

import (
	"net/netip"
	"slices"
	"strings"
)

// List is a blocklist in DNS (RFC 5782) and how to read it.
type List struct {
	Zone   string // where its names are asked for
	Name   string
	Page   string // where an address is looked up and its removal asked for; empty if not known
	Codes  []Code // what its answers mean; empty: any address of 127.0.0.0/8 means listed
	Source string // where this row comes from

	Domains bool   // it lists domains, not addresses
	Test    string // what is listed of a list of domains for a test; "test" if empty (RFC 5782 §5)
	Usual   bool   // asked where nobody says which to ask

	shown string // the zone as it may be shown: without the key of a customer
}

// Code is what a list's answers mean.
type Code struct {
	Answers netip.Prefix
	Means   string
	Result  Result // Fail: listed, and servers refuse for it; Warn: a hint; Unchecked: no statement
}

// String returns the zone without the customer key that it may begin with.
func (l *List) String() string { return l.shown }

const (
	rules    = "SpamAssassin 4.0.1, 20_dnsbl_tests.cf, 20_mailspike.cf, 25_dnswl.cf; read 2026-11-22"
	practice = "general knowledge, not checked against the list; 2026-11-22"
	goodOnes = "it is a list of good senders, and tells no faults"
)

// lists is the table of well-known lists. Where the zone's labels are preceded by others, these are a customer's key.
var lists = []List{
	{
		Zone: "zen.spamhaus.org", Name: "Spamhaus ZEN", Page: "https://check.spamhaus.org/", Codes: spamhaus,
		Source: rules, Usual: true,
	},
	{
		Zone: "zen.dq.spamhaus.net", Name: "Spamhaus ZEN", Page: "https://check.spamhaus.org/", Codes: spamhaus,
		Source: practice,
	},
	{
		Zone: "sbl.spamhaus.org", Name: "Spamhaus SBL", Page: "https://check.spamhaus.org/", Codes: spamhaus,
		Source: rules,
	},
	{
		Zone: "xbl.spamhaus.org", Name: "Spamhaus XBL", Page: "https://check.spamhaus.org/", Codes: spamhaus,
		Source: rules,
	},
	{
		Zone: "pbl.spamhaus.org", Name: "Spamhaus PBL", Page: "https://check.spamhaus.org/", Codes: spamhaus,
		Source: rules,
	},
	{
		Zone: "bl.spamcop.net", Name: "SpamCop", Page: "https://www.spamcop.net/bl.shtml",
		Codes: listed("reported by SpamCop's users"), Source: rules, Usual: true,
	},
	{
		Zone: "b.barracudacentral.org", Name: "Barracuda",
		Page: "https://www.barracudacentral.org/rbl/removal-request", Codes: listed("poor reputation"),
		Source: practice,
	},
	{
		Zone: "psbl.surriel.com", Name: "PSBL", Page: "https://psbl.org/",
		Codes: listed("sent mail to spam traps"), Source: practice, Usual: true,
	},
	{
		Zone: "dnsbl-1.uceprotect.net", Name: "UCEPROTECT level 1",
		Page: "https://www.uceprotect.net/en/rblcheck.php", Codes: listed("sent mail to spam traps"), Source: practice,
	},
	{
		Zone: "dnsbl-2.uceprotect.net", Name: "UCEPROTECT level 2", Page: "https://www.uceprotect.net/en/rblcheck.php",
		Codes: hint("the address's network is listed, not the address itself"), Source: practice,
	},
	{
		Zone: "dnsbl-3.uceprotect.net", Name: "UCEPROTECT level 3", Page: "https://www.uceprotect.net/en/rblcheck.php",
		Codes: hint("the address's whole provider is listed, not the address itself"), Source: practice,
	},
	{
		Zone: "ips.backscatterer.org", Name: "Backscatterer", Page: "https://www.backscatterer.org/",
		Codes: listed("sent bounces or sender callouts to spam traps"), Source: practice,
	},
	{Zone: "bl.mailspike.net", Name: "Mailspike", Page: "https://mailspike.io/", Codes: mailspike, Source: rules},
	{
		Zone: "all.spamrats.com", Name: "SpamRATS", Page: "https://www.spamrats.com/removal.php",
		Codes: spamrats, Source: practice,
	},
	{Zone: "dnsbl.dronebl.org", Name: "DroneBL", Page: "https://dronebl.org/lookup", Source: practice},
	{
		Zone: "truncate.gbudb.net", Name: "GBUdb Truncate", Page: "https://www.gbudb.com/truncate/",
		Codes: listed("sends almost nothing but spam"), Source: practice,
	},
	{
		Zone: "bl.score.senderscore.com", Name: "Validity RPBL", Page: "https://senderscore.org/blocklistlookup/",
		Source: rules,
	},
	{Zone: "list.dnswl.org", Name: "DNSWL", Codes: nothing(goodOnes), Source: rules},
	{Zone: "wl.mailspike.net", Name: "Mailspike's good senders", Codes: nothing(goodOnes), Source: rules},
	{Zone: "iadb.isipp.com", Name: "IADB", Codes: nothing(goodOnes), Source: rules},
	{
		Zone: "dbl.spamhaus.org", Name: "Spamhaus DBL", Page: "https://check.spamhaus.org/", Codes: dbl,
		Domains: true, Usual: true, Source: practice,
	},
	{
		Zone: "multi.surbl.org", Name: "SURBL", Page: "https://surbl.org/surbl-analysis", Codes: surbl,
		Domains: true, Test: "surbl-org-permanent-test-point.com", Source: practice,
	},
	{
		Zone: "multi.uribl.com", Name: "URIBL", Page: "https://admin.uribl.com/", Codes: uribl,
		Domains: true, Test: "test.uribl.com", Source: practice,
	},
}

// spamhaus holds for ZEN and for the lists that it is made of.
var spamhaus = []Code{
	code("127.0.0.2/32", Fail, "SBL: a known spam operation"),
	code("127.0.0.3/32", Fail, "CSS: sends what looks like spam"),
	code("127.0.0.4/30", Fail, "XBL: a machine that others have taken over"),
	code("127.0.0.9/32", Fail, "DROP: a network in criminal hands"),
	code(
		"127.0.0.10/31", Fail, "PBL: an address that should not send to mail hosts itself, such as a home connection's",
	),
}

var mailspike = []Code{
	code("127.0.0.2/32", Fail, "part of a spam wave"),
	code("127.0.0.10/31", Fail, "worst or very bad reputation"),
	code("127.0.0.12/31", Warn, "bad or suspicious reputation"),
}

// dbl answers with the kind of a domain, and with the kind of what others do at it.
var dbl = []Code{
	code("127.0.1.2/32", Fail, "a spam domain"),
	code("127.0.1.4/32", Fail, "a phishing domain"),
	code("127.0.1.5/32", Fail, "a domain that spreads malware"),
	code("127.0.1.6/32", Fail, "a domain that commands infected machines"),
	code("127.0.1.255/32", Unchecked, "it was asked about an address"),
	code("127.0.1.0/24", Fail, "a legitimate domain that others abuse"),
}

// surbl and uribl add up bits in the last octet.
var (
	surbl = []Code{
		code("127.0.0.1/32", Unchecked, "it refuses the question"),
		code("127.0.0.0/24", Fail, "a domain that spam, phishing or malware links to"),
	}
	uribl = []Code{
		code("127.0.0.1/32", Unchecked, "it refuses the question"),
		code("127.0.0.2/32", Fail, "black: a domain that spam links to"),
		code("127.0.0.4/32", Warn, "grey: a domain that bulk mail links to"),
		code("127.0.0.8/32", Warn, "red: a domain that is watched"),
		code("127.0.0.14/32", Warn, "black, grey and red: its test entry"),
	}
)

var spamrats = []Code{
	code("127.0.0.36/32", Fail, "Dyna: its PTR record looks like a dial-up or home connection's"),
	code("127.0.0.37/32", Fail, "NoPtr: it has no PTR record"),
	code("127.0.0.38/32", Fail, "Spam: it sent spam or asked for addresses"),
	code("127.0.0.43/32", Fail, "Auth: it tried passwords"),
}

func code(answers string, r Result, means string) Code {
	return Code{netip.MustParsePrefix(answers), means, r}
}

func listed(means string) []Code  { return []Code{code("127.0.0.2/32", Fail, means)} }
func hint(means string) []Code    { return []Code{code("127.0.0.2/32", Warn, means)} }
func nothing(means string) []Code { return []Code{code("127.0.0.0/8", Unchecked, means)} }

// loopback is where all answers of blocklists are (RFC 5782 §2.1).
var loopback = netip.MustParsePrefix("127.0.0.0/8")

// refusals are the answers that mean that a list did not want the question. Spamhaus began with them; others follow.
var refusals = []Code{
	code("127.255.255.252/32", Unchecked, "the zone's name is mistyped"),
	code(
		"127.255.255.254/32", Unchecked,
		"the question came through a public resolver, or from an address without a name of its own",
	),
	code("127.255.255.255/32", Unchecked, "too many questions, or it wants to know its users"),
	code("127.255.255.0/24", Unchecked, "it refuses the question"),
}

// Lists returns the table of well-known blocklists, and of lists that are often mistaken for one.
func Lists() []List {
	all := slices.Clone(lists)
	for i := range all {
		all[i].shown = all[i].Zone
	}
	return all
}

// ListOf returns the row of a zone, or a list that nothing is known about. A customer's key may precede a
// well-known zone.
func ListOf(zone string) List {
	zone = plainName(zone)
	for _, l := range lists {
		if zone == l.Zone || strings.HasSuffix(zone, "."+l.Zone) {
			l.Zone, l.shown = zone, l.Zone
			return l
		}
	}
	return List{Zone: zone, Name: zone, shown: zone}
}

// read says what an answer means.
func (l *List) read(ip netip.Addr) Code {
	codes := slices.Concat(refusals, l.Codes)
	if len(l.Codes) == 0 {
		codes = append(
			codes, code("127.0.0.1/32", Unchecked, "an answer that no list should give"),
			code("127.0.0.0/8", Fail, "listed"),
		)
	}
	for _, c := range codes {
		if c.Answers.Contains(ip) {
			return c
		}
	}
	c := Code{netip.PrefixFrom(ip, ip.BitLen()), "an answer that is not known of it", Warn}
	if !loopback.Contains(ip) {
		c.Means, c.Result = "an answer that is none of a blocklist: somebody on the way makes it up", Unchecked
	}
	return c
}
