package identity

import (
	"context"
	"net/netip"

	"github.com/prebounce/prebounce/validate/reply"
)

// Check is one row of the table of checks.
type Check struct {
	Name    string  // stable
	Title   string  // what it makes sure of, a sentence without full stop
	Replies []Cause // what servers say where it fails
}

// row is a check with what it takes to run it. It runs once for each subject that on names, and a finding that says nothing
// is none.
type row struct {
	name, title string
	replies     []string
	on          func(*exam) []subject
	run         func(context.Context, *exam, subject) Finding
}

// subject is what a check looks at. Checks of HELO and sender have no need of one.
type subject struct {
	ip   netip.Addr
	list *List
}

// preflight is what has to be in order before the first RCPT. The replies are those of real servers with names of examples, and
// of RFC 7372.
var preflight = []row{
	{"helo", "the HELO name is a full name of our own", []string{
		"504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
		"550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)",
		"501 5.5.2 <a..b>: Helo command rejected: Invalid name",
	}, once, heloName},
	{"helo_address", "the HELO name resolves", []string{
		"450 4.7.1 <client.example.com>: Helo command rejected: Host not found",
	}, once, heloAddress},
	{"address", "the address that servers see is known, and public", nil, once, ownAddress},
	{"ptr", "the address has a name (PTR)", []string{
		"550 5.7.25 [192.0.2.1] The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not match the sending IP.",
		"450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]",
	}, eachIP, ptr},
	{"fcrdns", "that name leads back to the address", []string{
		"554 gmx.net (mxgmx109) Nemesis ESMTP Service not available No SMTP service Bad DNS PTR resource record",
		"550 reverse DNS lookup failed for your host",
	}, eachIP, forwardConfirmed},
	{"helo_ptr", "that name is the HELO name", []string{
		"550 Administrative prohibition",
	}, eachIP, heloPTR},
	{"sender", "the sender's address is sound", []string{
		"504 5.5.2 <ann@localhost>: Sender address rejected: need fully-qualified address",
	}, once, senderAddress},
	{"sender_mail", "the sender's domain takes mail", []string{
		"450 4.1.8 <ann@nowhere.example.com>: Sender address rejected: Domain not found",
		"553 5.1.8 <ann@nowhere.example.com>... Domain of sender address ann@nowhere.example.com does not exist",
	}, once, senderMail},
	{"sender_accepted", "the sender's own mail host takes mail for the sender", []string{
		"550-Verification failed for <nosuch@local.example.org>\n550-Unrouteable address\n550 Sender verify failed",
		"550 5.1.7 <nosuch@local.example.org>: Sender address rejected: undeliverable address: unknown user: \"nosuch\"",
	}, once, senderAccepted},
	{"spf", "the sender's domain lets the address send (SPF)", []string{
		"550 5.7.23 Recipient address rejected: SPF fail: not authorized",
		"550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n550 5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.",
	}, eachIP, spfResult},
	{"spf_record", "the sender's SPF record can be read by everybody, and is not open to everybody", []string{
		"550 5.7.24 SPF validation error",
	}, once, spfRecord},
	{"blocklist", "the address is on none of the blocklists", []string{
		"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
		"550 192.0.2.1 is listed at zen.spamhaus.org",
	}, eachListing, listing},
}

// Checks lists the checks in their order.
func Checks() (all []Check) {
	for _, r := range preflight {
		all = append(all, Check{r.name, r.title, r.causes()})
	}
	return all
}

func (r *row) causes() (all []Cause) {
	for _, text := range r.replies {
		all = append(all, Cause{text, reply.Classify(reply.Parse(text), reply.Context{}).Class})
	}
	return all
}

func once(*exam) []subject { return []subject{{}} }

func eachIP(x *exam) (all []subject) {
	for _, ip := range x.ips {
		all = append(all, subject{ip: ip})
	}
	return all
}

func eachListing(x *exam) (all []subject) {
	for _, ip := range x.ips {
		for i := range x.lists {
			all = append(all, subject{ip, &x.lists[i]})
		}
	}
	return all
}
