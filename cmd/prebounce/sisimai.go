package main

import (
	"strings"

	"github.com/prebounce/prebounce/validate/reply"
)

// sisimaiRows say what Sisimai calls a reply (libsisimai.org/en/reason), for those who know its names. The first row
// that fits counts: of this class, and, where they aren't empty, with one of the codes or with one of the words.
var sisimaiRows = []struct {
	class reply.Class
	codes []string
	words []string
	name  string
}{
	{reply.Accepted, nil, nil, "delivered"},
	{reply.MailboxUnknown, nil, nil, "userunknown"},
	{reply.MailboxFull, nil, nil, "mailboxfull"},
	{reply.MailboxDisabled, nil, nil, "suspend"},
	{reply.MailboxMoved, nil, nil, "hasmoved"},
	{reply.Suppressed, nil, nil, "suppressed"},
	{reply.RelayDenied, nil, nil, "norelaying"},
	{reply.RateLimited, nil, nil, "ratelimited"},
	{reply.DomainProblem, []string{"X.1.10", "521", "556"}, []string{"null mx", "accept"}, "notaccept"},
	{reply.DomainProblem, nil, nil, "hostunknown"},
	{reply.SenderBlocked, []string{"X.7.20", "X.7.21", "X.7.22", "X.7.23", "X.7.24", "X.7.26", "X.7.29"},
		[]string{"spf", "dkim", "dmarc"}, "authfailure"},
	{reply.SenderBlocked, []string{"X.7.25"}, []string{"ptr", "reverse dns", "rdns"}, "requireptr"},
	{reply.SenderBlocked, []string{"X.1.7", "X.1.8"}, []string{"sender"}, "rejected"},
	{reply.SenderBlocked, []string{"X.7.8", "X.7.9", "X.7.10", "X.7.11", "X.7.14", "530", "534", "535"},
		[]string{"authenticat"}, "securityerror"},
	{reply.SenderBlocked, nil, []string{"reputation"}, "badreputation"},
	{reply.SenderBlocked, nil, []string{"policy"}, "policyviolation"},
	{reply.SenderBlocked, nil, nil, "blocked"},
	{reply.ContentRejected, []string{"X.2.3", "X.3.4"}, []string{"size", "too large", "too big"}, "mesgtoobig"},
	{reply.ContentRejected, nil, []string{"virus", "malware", "infected"}, "virusdetected"},
	{reply.ContentRejected, nil, []string{"spam", "junk", "unsolicited"}, "spamdetected"},
	{reply.ContentRejected, nil, nil, "contenterror"},
	{reply.ProtocolProblem, nil, nil, "syntaxerror"},
	{reply.Temporary, []string{"X.4.7"}, []string{"expired", "too long in the queue"}, "expired"},
	{reply.Temporary, []string{"X.4.1", "X.4.2", "X.4.3", "X.4.4", "X.4.6"}, []string{"timed out", "connect",
		"network"},
		"networkerror"},
	{reply.Temporary, nil, nil, "systemerror"},
	{reply.Greylisted, nil, nil, "onhold"},
	{reply.Undetermined, nil, nil, "onhold"},
}

// sisimaiFor is Sisimai's name for what a reply says.
func sisimaiFor(r reply.Reply, f reply.Finding) string {
	text := strings.ToLower(r.Text())
	for _, row := range sisimaiRows {
		fits := explanation{class: row.class, codes: row.codes, words: row.words}
		if fits.fits(r, f, text) {
			return row.name
		}
	}
	return "undefined"
}
