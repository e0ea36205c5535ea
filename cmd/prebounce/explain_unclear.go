package main

import "github.com/prebounce/prebounce/validate/reply"

// unclearTexts explains replies whose cause is not certain.
var unclearTexts = []explanation{
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
