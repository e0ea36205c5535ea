package identity

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/prebounce/prebounce/validate/reply"
)

// Check is one row of the table of checks.
type Check struct {
	Name    string  // stable
	Title   string  // what it makes sure of, a sentence without full stop
	Replies []Cause // what servers say where it fails
}

// row is a check with what it takes to run it. It runs once for each subject that on names, and a finding that says
// nothing is none.
type row struct {
	name, title string
	replies     []string // of real servers, with names of examples, and of RFC 7372
	tells       []string // what marks such replies: lower-case words, or enhanced codes of any class as "X.7.25"
	on          func(*exam) []subject
	run         func(context.Context, *exam, subject) Finding
}

// subject is what a check looks at. Checks of HELO and sender have no need of one.
type subject struct {
	ip   netip.Addr
	list *List
	name string

	requirement *Requirement
	filter      int // of the table of filters
}

// preflight is what has to be in order before the first RCPT.
var preflight = []row{
	{"helo", "the HELO name is a full name of our own", []string{
		"504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
		"550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)",
		"501 5.5.2 <a..b>: Helo command rejected: Invalid name",
	}, []string{"helo", "ehlo", "X.5.2"}, named, heloName},
	{"helo_address", "the HELO name resolves", []string{
		"450 4.7.1 <client.example.com>: Helo command rejected: Host not found",
	}, []string{"helo command rejected: host not found", "helo"}, named, heloAddress},
	{"address", "the address that servers see is known, and public", nil, nil, whence, ownAddress},
	{
		"ptr",
		"the address has a name (PTR)",
		[]string{
			"550 5.7.25 [192.0.2.1] The IP address sending this message does not have a PTR record setup, or the " +
				"corresponding forward DNS entry does not match the sending IP.",
			"450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]",
		},
		[]string{"X.7.25", "ptr record", "reverse hostname", "reverse dns", "rdns", "bad dns ptr"},
		eachIP,
		ptr,
	},
	{"fcrdns", "that name leads back to the address", []string{
		"554 gmx.net (mxgmx109) Nemesis ESMTP Service not available No SMTP service Bad DNS PTR resource record",
		"550 reverse DNS lookup failed for your host",
	}, []string{"X.7.25", "reverse dns", "forward dns", "bad dns ptr", "possibly forged"}, eachIP, forwardConfirmed},
	{"helo_ptr", "that name is the HELO name", []string{
		"550 Administrative prohibition",
	}, []string{"administrative prohibition", "possibly forged"}, eachIP, heloPTR},
	{"sender", "the sender's address is sound", []string{
		"504 5.5.2 <ann@localhost>: Sender address rejected: need fully-qualified address",
	}, []string{"sender address rejected", "X.1.0", "X.1.7"}, once, senderAddress},
	{"sender_mail", "the sender's domain takes mail", []string{
		"450 4.1.8 <ann@nowhere.example.com>: Sender address rejected: Domain not found",
		"553 5.1.8 <ann@nowhere.example.com>... Domain of sender address ann@nowhere.example.com does not exist",
	}, []string{"X.1.8", "X.7.27", "domain of sender", "sender address rejected: domain not found"}, once, senderMail},
	{
		"sender_accepted",
		"the sender's own mail host takes mail for the sender",
		[]string{
			"550-Verification failed for <nosuch@local.example.org>\n550-Unrouteable address\n550 Sender verify failed",
			"550 5.1.7 <nosuch@local.example.org>: Sender address rejected: undeliverable address: unknown user: " +
				"\"nosuch\"",
		},
		[]string{"X.1.7", "sender verify", "verification failed for", "callout"},
		once,
		senderAccepted,
	},
	{
		"spf",
		"the sender's domain lets the address send (SPF)",
		[]string{
			"550 5.7.23 Recipient address rejected: SPF fail: not authorized",
			"550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n550 5.7.26 Gmail requires " +
				"all senders to authenticate with either SPF or DKIM.",
		},
		[]string{"X.7.23", "X.7.26", "X.7.27", "spf"},
		eachIP,
		spfResult,
	},
	{"spf_record", "the sender's SPF record can be read by everybody, and is not open to everybody", []string{
		"550 5.7.24 SPF validation error",
	}, []string{"X.7.24", "spf validation error", "spf permerror"}, once, spfRecord},
	{"blocklist", "the address is on none of the blocklists", []string{
		"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
		"550 192.0.2.1 is listed at zen.spamhaus.org",
	}, []string{"blocked using", "listed at", "listed on", "listed in", "dnsbl", "spamhaus", "blacklist",
		"block list", "blocklist", "banned sending ip"}, eachListing, listing},
}

// tables are all checks there are, in their order.
var tables = slices.Concat(preflight, domainChecks, bulkChecks, messageChecks)

// Checks returns all checks in their order.
func Checks() (all []Check) {
	for _, r := range tables {
		all = append(all, r.check())
	}
	return all
}

func (r *row) check() Check { return Check{r.name, r.title, r.causes()} }

// ChecksFor returns the checks that find the cause of a reply: those whose sample replies resemble it. A
// reply that is neither about us nor about the message has none.
func ChecksFor(r reply.Reply, f reply.Finding) (all []Check) {
	if f.Subject != reply.Us && f.Subject != reply.Message {
		return nil
	}
	text := strings.ToLower(r.Text())
	_, detail, _ := strings.Cut(r.Enhanced.String(), ".")
	for _, row := range tables {
		if slices.ContainsFunc(row.tells, func(mark string) bool {
			code, isCode := strings.CutPrefix(mark, "X.")
			return (isCode && code == detail) || (!isCode && strings.Contains(text, mark))
		}) {
			all = append(all, row.check())
		}
	}
	return all
}

// causesOf are the causes of the rows by their names. They don't change, so they are classified once.
var causesOf = sync.OnceValue(func() map[string][]Cause {
	all := map[string][]Cause{}
	for i := range tables {
		all[tables[i].name] = tables[i].classified()
	}
	return all
})

func (r *row) causes() []Cause { return slices.Clone(causesOf()[r.name]) }

func (r *row) classified() (all []Cause) {
	for _, text := range r.replies {
		all = append(all, Cause{text, reply.Classify(reply.Parse(text), reply.Context{}).Class})
	}
	return all
}

func once(*exam) []subject { return []subject{{}} }

// named is once where there is a HELO name, or has to be one.
func named(x *exam) []subject {
	if x.asked.HELO == "" && !x.probing {
		return nil
	}
	return once(x)
}

// whence is once unless a sending service sends, from addresses that are its own business.
func whence(x *exam) []subject {
	if x.asked.ESP != "" && x.asked.HELO == "" && len(x.asked.IPs) == 0 {
		return nil
	}
	return once(x)
}

func eachIP(x *exam) (all []subject) {
	for _, ip := range x.ips {
		all = append(all, subject{ip: ip})
	}
	return all
}

// eachDomainListing asks the lists of domains, where there are some, about the sender's.
func eachDomainListing(x *exam) (all []subject) {
	for i := range x.lists {
		if x.lists[i].Domains && x.domain != "" {
			all = append(all, subject{name: x.domain, list: &x.lists[i]})
		}
	}
	return all
}

func eachListing(x *exam) (all []subject) {
	for _, ip := range x.ips {
		for i := range x.lists {
			if !x.lists[i].Domains {
				all = append(all, subject{ip: ip, list: &x.lists[i]})
			}
		}
	}
	return all
}
