package main

import (
	"slices"

	"github.com/prebounce/prebounce/validate/reply"
)

// senderTexts explains replies about who sends.
var senderTexts = []explanation{
	{
		class: reply.SenderBlocked, list: true,
		meaning: "the sending IP address or domain is on a block list",
		retry:   "not before the listing is gone: it is about the sender, and the mailbox may well be fine",
		advice: []string{
			"sender: look the address up at that list, and read why it is there",
			"sender: stop the cause first (a hijacked account or form, a bought list, an open relay), then ask for " +
				"removal",
			"list owner: keep the contact",
		},
	},
	{
		class: reply.SenderBlocked, words: []string{"invalid recipients", "harvest", "dictionary", "unknown users",
			"bad recipients", "namespace mining"},
		meaning: "the host has seen too many unknown recipients from this sender and takes it for address harvesting",
		retry:   "not now: every further try makes it worse",
		advice: []string{"sender: stop sending to this host",
			"list owner: clean the list first; keep this contact, nothing was said about it"},
	},
	{
		class: reply.SenderBlocked, codes: []string{"X.7.25"}, words: []string{"ptr", "reverse", "rdns", "helo",
			"ehlo", "hostname", "impersonat", "forged"},
		meaning: "the sending host's name is not in order: no reverse DNS (PTR), or the HELO name does not fit",
		retry:   "once DNS is right: it is about the sender, not the mailbox",
		advice: []string{
			"hosting provider: set a PTR record for the sending IP address that resolves back to that address",
			"sender: greet (HELO, EHLO) with the same full name",
			"list owner: keep the contact",
		},
	},
	{
		class: reply.SenderBlocked, codes: []string{"X.7.20", "X.7.21", "X.7.22", "X.7.23", "X.7.24", "X.7.26",
			"X.7.27", "X.7.29"},
		words:   []string{"spf", "dkim", "dmarc", "unauthenticated", "authentication checks", "spoof"},
		meaning: "the message is not authenticated, or not in the name of the domain it shows",
		retry:   "once DNS and signing are right: it is about the sender, not the mailbox",
		advice: []string{
			"sender's DNS: SPF with every sending address, DKIM with a published key, From in the same domain as " +
				"one of them",
			"sender's DNS: publish DMARC, beginning with p=none, and read the reports before tightening it",
			"list owner: keep the contact",
		},
	},
	{
		class: reply.SenderBlocked, codes: []string{"530", "535", "534", "538", "505", "X.7.8", "X.7.9", "X.7.11",
			"X.7.14"},
		words:   []string{"authentication required", "authenticate", "credentials", "login", "password"},
		meaning: "the server wants a login before it takes mail, or refuses the one it got",
		retry:   "once the login works",
		advice: []string{"sender: use the submission port (587 or 465) with TLS and a login, or have the " +
			"application's address allowed on the internal gateway", "list owner: keep the contact"},
	},
	{
		class: reply.SenderBlocked, words: portWords,
		meaning: "the sender's own network or provider blocks port 25 on the way out",
		retry:   "not from this network",
		advice:  portAdvice,
	},
	{
		class: reply.SenderBlocked, words: []string{"spam trap", "spamtrap", "honeypot", "trap address"},
		meaning: "the sender has written to a spam trap: an address that nobody signed up, or that nobody has used " +
			"for years",
		retry: "not before the list is mended: nothing was said about this mailbox",
		advice: []string{
			"list owner: nobody can tell which address is the trap; stop mailing bought or scraped contacts, and " +
				"those that have not opened or clicked for a year",
			"list owner: have new contacts confirm their address, and keep this contact",
			"sender: ask the block list or the provider what it saw, then ask for removal",
		},
	},
	{
		class: reply.SenderBlocked, words: []string{"shorten", "capitals", "all caps", "empty subject", "no subject",
			"subject line", "misleading link", "link text"},
		meaning: "the host's filter dislikes something in the message",
		retry:   "with another text",
		advice: []string{"author: " + contentAdvice, "sender: prebounce doctor --message FILE looks for it",
			"list owner: keep the contact"},
	},
	{
		class: reply.SenderBlocked, words: slices.Concat(warmUpWords, []string{"unusual rate", "low reputation",
			"poor reputation", "newly"}),
		meaning: "the host does not know this sender well enough, or not from its best side, for so much mail",
		retry:   "later, with less mail: it is about the sender, not the mailbox",
		advice: []string{
			"sender: " + warmUpAdvice,
			"sender: check block lists, SPF, DKIM and DMARC, and keep complaints below 0.1%",
			"list owner: keep the contact",
		},
	},
	{
		class: reply.SenderBlocked, codes: []string{"X.1.7", "X.1.8", "X.1.0"},
		words:   []string{"sender", "mail from", "return path", "envelope", "from address", "verification failed"},
		meaning: "the envelope sender is refused: invented, not able to take mail, or not allowed here",
		retry:   "with another sender: it is about the sender, not the mailbox",
		advice: []string{
			"sender: use a real MAIL FROM in a domain of your own that has an MX and accepts that address",
			"sender: check that the sending service may use it",
			"list owner: keep the contact",
		},
	},
	{
		class:   reply.SenderBlocked,
		meaning: "the host refuses the sender: policy, reputation or security settings",
		retry:   "not as is: find the cause first; the mailbox may well be fine",
		advice: []string{
			"sender: check block lists, reverse DNS, SPF, DKIM and DMARC, and the complaint rate",
			"recipient's admin: can allow the sender; Exchange and Microsoft 365 do so in connectors and allow lists",
			"list owner: keep the contact",
		},
	},
}
