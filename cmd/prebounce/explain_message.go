package main

import "github.com/prebounce/prebounce/validate/reply"

// messageTexts explains replies about the relay, the domain, the message and the protocol.
var messageTexts = []explanation{
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
}
