package main

import (
	"slices"

	"github.com/prebounce/prebounce/validate/reply"
)

// explanation is what a person is told about one kind of reply: no capitals, no full stops.
type explanation struct {
	// Which replies: of this class, and, where the lists aren't empty, with one of the codes or one of the words.
	class reply.Class
	codes []string // enhanced codes as "X.1.1", basic codes as "550"
	words []string // lower case, anywhere in the reply
	list  bool     // only where the reply names a block list

	meaning string
	retry   string // whether trying again makes sense
	advice  []string
}

// Texts that several rows share.
var (
	portWords  = []string{"port 25", "port tcp/25", "tcp port 25"}
	portAdvice = []string{
		"sender: send through a relay or a sending service at its submission port, 587 with STARTTLS or 465 with " +
			"TLS, with a login",
		"sender: or ask the provider to open port 25: clouds and hosting companies do so on request, for a fixed " +
			"address with a PTR record; most home and office lines stay closed",
		"sender: prebounce doctor --from ADDRESS checks port 25 from here (port_25)",
		"list owner: keep the contact",
	}
	unreachedAdvice = []string{
		"sender: if it is so with every host, port 25 is closed on the way out; send through a relay or the " +
			"submission port",
		"list owner: keep the contact",
	}
	warmUpWords = []string{"warm up", "warm-up", "warming", "new ip", "new sender", "unknown sender"}
)

const (
	unreached     = "the sending server could not reach the mail host"
	contentAdvice = "look at links whose text shows another host, link shorteners, attachments, capitals, an empty " +
		"subject, the words of the subject; offer a way to unsubscribe"
	warmUpAdvice = "warm up a new IP address or domain: begin with some hundred messages a day to those who open " +
		"and click, and send more week by week"
)

// The one table of texts: the first row that fits counts, and each class ends in a row that fits all of it.
// Each piece of advice begins with who has to act.
var explanations = []explanation{
	{
		class: reply.MailboxUnknown, words: []string{"unrouteable", "unroutable"},
		meaning: "the mail host has no route to this address, so the mailbox does not exist there",
		retry:   "no: a 5yz reply is final",
		advice: []string{
			"list owner: check the spelling, then remove the contact",
			"list owner: if every address of the domain gets this reply, its MX may lead to a host that doesn't " +
				"know the domain; tell the recipient by another way and wait",
			"recipient's admin: see that MX and A records lead to the host that has the mailboxes, and that the " +
				"domain is among its local or relayed domains",
		},
	},
	{
		class: reply.MailboxUnknown, codes: []string{"X.4.1", "X.1.10"},
		meaning: "the recipient is not in the organisation's directory: at Microsoft 365 this code means an " +
			"unknown mailbox",
		retry: "no: a 5yz reply is final",
		advice: []string{
			"list owner: check the spelling, then remove the contact",
			"list owner: if everybody at that organisation gets this reply, its directory may be out of step; ask " +
				"one of them by another way before removing all",
		},
	},
	{
		class: reply.MailboxUnknown, codes: []string{"X.1.3", "501"}, words: []string{"syntax"},
		meaning: "the mail host does not take this for an address",
		retry:   "no: a 5yz reply is final",
		advice:  []string{"list owner: look for signs that don't belong there, then correct or remove the contact"},
	},
	{
		class:   reply.MailboxUnknown,
		meaning: "the address does not exist there: mistyped, never opened, or deleted since",
		retry:   "no: a 5yz reply is final, and repeated tries cost reputation",
		advice: []string{
			"list owner: check the spelling, else remove the contact",
			"list owner: clean the list before the next send; many such replies in one send make services pause " +
				"the account",
		},
	},
	{
		class:   reply.MailboxFull,
		meaning: "the mailbox exists and has no room",
		retry:   "yes, days later; a mailbox that stays full for weeks is close to dead",
		advice: []string{"recipient: make room",
			"list owner: keep the contact, send less, and remove it if it stays full over several sends"},
	},
	{
		class:   reply.MailboxDisabled,
		meaning: "the mailbox exists, or did, and takes no mail: disabled, suspended or given up",
		retry:   "no, unless the recipient says that it works again",
		advice: []string{"list owner: stop mailing this contact",
			"recipient: have the account opened again by its provider"},
	},
	{
		class:   reply.MailboxMoved,
		meaning: "the person has another address now",
		retry:   "no: this address stays closed",
		advice: []string{"list owner: take over the new address only if the recipient agreed to get mail there; " +
			"remove the old one"},
	},
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
	{
		class: reply.RateLimited, codes: []string{"X.4.5"}, words: []string{"daily", "sending limit", "sending quota",
			"hourly"},
		meaning: "the sender's quota is used up",
		retry:   "yes, in the next period",
		advice: []string{"sender: send fewer a day, in waves, or take a larger plan at the sending service",
			"list owner: keep the contact"},
	},
	{
		class: reply.RateLimited, words: []string{"receiving mail"},
		meaning: "the recipient gets more mail than its provider allows at present: the mailbox exists",
		retry:   "yes, an hour or more later",
		advice:  []string{"sender: slow down", "list owner: keep the contact"},
	},
	{
		class:   reply.RateLimited,
		meaning: "too much or too fast for this host",
		retry:   "yes, later and slower",
		advice: []string{
			"sender: fewer connections, recipients and messages an hour to this host",
			"sender: " + warmUpAdvice,
			"list owner: keep the contact",
		},
	},
	{
		class:   reply.Greylisted,
		meaning: "greylisting: the host asks every new sender to come back once",
		retry:   "yes: from the same address, with the same sender, after five minutes or more",
		advice:  []string{"nobody: a sending server does it by itself", "list owner: keep the contact"},
	},
	{
		class: reply.Temporary, codes: []string{"X.4.6"}, words: []string{"loop", "hops"},
		meaning: "the mail goes round in circles between hosts",
		retry:   "not before the routing is mended",
		advice: []string{"recipient's admin: see which host is the last one, and that it knows so",
			"list owner: keep the contact for now"},
	},
	{
		class: reply.Temporary, words: []string{"user unknown", "unknown user", "no such user", "unverified address",
			"does not exist"},
		meaning: "the host doubts the mailbox, but says so for now only",
		retry:   "yes, later: a 4yz reply is never final",
		advice:  []string{"list owner: keep the contact until a 5yz reply says it for good"},
	},
	{
		class: reply.Temporary, words: portWords,
		meaning: "the sender's own network or provider blocks port 25 on the way out",
		retry:   "not from this network",
		advice:  portAdvice,
	},
	{
		class: reply.Temporary, words: []string{"connection refused", "timed out", "unreachable", "no route",
			"could not connect", "i/o timeout"},
		meaning: unreached,
		retry:   "yes, later",
		advice:  unreachedAdvice,
	},
	{
		class:   reply.Temporary,
		meaning: "the host can't take the mail at present",
		retry:   "yes: after half an hour, then less and less often",
		advice:  []string{"nobody: a sending server does it by itself", "list owner: keep the contact"},
	},
	{
		class: reply.RelayDenied, words: []string{"authenticat", "login", "unable to relay"},
		meaning: "the server was asked to carry mail for another domain without a login",
		retry:   "once the login or the route is right",
		advice: []string{
			"sender: use the right relay: submission port (587 or 465), TLS and a login",
			"gateway's admin: allow the application's IP address on the internal gateway; in Exchange, a receive " +
				"connector",
			"list owner: keep the contact",
		},
	},
	{
		class: reply.RelayDenied,
		meaning: "the host says that the recipient's domain isn't its own: the MX leads to the wrong place, or " +
			"mail was sent to the wrong server",
		retry: "not before the route is right",
		advice: []string{
			"sender: if this was your own server, log in before you send",
			"recipient's admin: let the MX lead to the host that has the domain, or add the domain there (qmail: " +
				"rcpthosts; Postfix: relay_domains)",
			"list owner: look at the domain by hand before you remove anybody: it may be abandoned",
		},
	},
	{
		class: reply.DomainProblem, codes: []string{"X.1.10", "556"}, words: []string{"null mx", "nullmx"},
		meaning: "the domain states that it accepts no mail (null MX)",
		retry:   "no",
		advice:  []string{"list owner: check the spelling of the domain, else remove its contacts"},
	},
	{
		class:   reply.DomainProblem,
		meaning: "the recipient's domain does not exist or takes no mail",
		retry:   "no",
		advice: []string{"list owner: check the spelling of the domain, else remove its contacts",
			"recipient's admin: renew the domain, mend its MX"},
	},
	{
		class: reply.ContentRejected, codes: []string{"X.2.3", "X.3.4", "X.7.16"}, words: []string{"size",
			"too large", "too big", "larger"},
		meaning: "the message is too large for this host",
		retry:   "with a smaller message",
		advice:  []string{"author: link to files instead of attaching them", "list owner: keep the contact"},
	},
	{
		class: reply.ContentRejected, words: []string{"header", "rfc 5322", "rfc5322", "rfc 2822", "syntax",
			"bare lf", "message-id", "line too long", "lines longer"},
		meaning: "the message is malformed: its headers or lines break RFC 5322",
		retry:   "with a mended message",
		advice: []string{"sender's software: one From, Date and Message-ID, no bare line feeds, no line over 998 " +
			"bytes", "list owner: keep the contact"},
	},
	{
		class: reply.ContentRejected, words: []string{"virus", "malware", "attachment", "infected", "executable"},
		meaning: "the host takes what is attached for dangerous",
		retry:   "with another message",
		advice: []string{"author: leave the attachment out", "sender: check the machine it came from",
			"list owner: keep the contact"},
	},
	{
		class:   reply.ContentRejected,
		meaning: "the host's filter refuses the message itself",
		retry:   "with another text",
		advice: []string{
			"author: " + contentAdvice,
			"list owner: keep the contact",
		},
	},
	{
		class: reply.ProtocolProblem, words: []string{"starttls", "tls", "encrypt"},
		meaning: "the host wants TLS before it takes mail",
		retry:   "with TLS",
		advice:  []string{"sender's software: use STARTTLS", "list owner: keep the contact"},
	},
	{
		class: reply.ProtocolProblem, words: []string{"esmtp", "protocol error", "hello", "helo", "ehlo", "pipelin",
			"synchroni"},
		meaning: "the sending software does not keep to the order of the protocol, for example HELO where EHLO is " +
			"wanted, or talking before the greeting",
		retry: "with mended software",
		advice: []string{"sender's software: greet with EHLO, wait for each reply unless PIPELINING is offered",
			"list owner: keep the contact"},
	},
	{
		class: reply.Suppressed,
		meaning: "your sending service did not send this: the address is on its suppression list, after an earlier " +
			"hard bounce, complaint or unsubscribe",
		retry: "no, unless you know that the entry is wrong",
		advice: []string{
			"list owner: look up in the service why the address is suppressed: a hard bounce means remove it, a " +
				"complaint or unsubscribe means never mail it again",
			"sender: take the address off the suppression list only if its owner asks for it",
		},
	},
	{
		class:   reply.ProtocolProblem,
		meaning: "the host did not understand a command, or not at that point",
		retry:   "with mended software",
		advice:  []string{"sender's software: see which command this answers", "list owner: keep the contact"},
	},
	{
		class:   reply.Accepted,
		meaning: "the host agrees; at RCPT that promises a mailbox only where the host refuses made-up ones",
		retry:   "not needed",
		advice:  []string{"nobody: nothing to do"},
	},
	{
		class: reply.Undetermined, words: []string{"authrequired", "client was not authenticated",
			"sendernotauthenticated"},
		meaning: "the mailbox or group takes mail only from inside its organisation",
		retry:   "not as is",
		advice: []string{"recipient's admin: allow senders from outside (Exchange: message delivery restrictions)",
			"list owner: keep the contact apart and ask"},
	},
	{
		class: reply.Undetermined, words: []string{"econnrefused", "etimedout", "enetunreach", "ehostunreach",
			"econnreset", "connect() failed", "failed to connect", "cannot connect", "can't connect"},
		meaning: unreached,
		retry:   "yes, later",
		advice:  unreachedAdvice,
	},
	{
		class: reply.Undetermined, words: portWords,
		meaning: "the sender's own network or provider blocks port 25 on the way out",
		retry:   "not from this network",
		advice:  portAdvice,
	},
	{
		class: reply.Undetermined, codes: []string{"X.1.0"}, words: []string{"address rejected"},
		meaning: "an address is refused, and the reply does not say whether it is the sender's or the recipient's",
		retry:   "with another envelope sender first",
		advice: []string{
			"sender: see which command this answers: MAIL FROM is about you, RCPT TO about the recipient",
			"sender: use a real MAIL FROM in a domain of your own that takes mail; prebounce doctor --from ADDRESS " +
				"checks it",
			"list owner: check the spelling and review the contact by hand, don't remove it for this",
		},
	},
	{
		class: reply.Undetermined, words: []string{"access denied", "policy", "not authorized", "restricted",
			"denied"}, codes: []string{"X.7.1"},
		meaning: "refused by a rule of the recipient's side: this says neither that the mailbox is dead nor that " +
			"it lives",
		retry: "not as is",
		advice: []string{
			"recipient's admin: knows the rule (Exchange and Microsoft 365: connectors, restricted recipients)",
			"sender: check block lists and authentication, in case the rule is about you",
			"list owner: review the contact by hand, don't remove it for this",
		},
	},
	{
		class: reply.Undetermined, codes: []string{"550", "551", "553", "554"},
		meaning: "a refusal that can be read in two ways, or says nothing: mailbox not found, no access, and " +
			"policy share this code",
		retry: "not as is",
		advice: []string{"sender: keep the full reply, and ask the host once more another day",
			"list owner: review the contact by hand, don't remove it for this"},
	},
	{
		class:   reply.Undetermined,
		meaning: "this can't be read as an SMTP reply, or says nothing that could be told apart",
		retry:   "can't be told",
		advice: []string{"sender: look for the full reply in the mail log: three digits, perhaps a code such as " +
			"5.1.1, and a text"},
	},
}
