package main

import "github.com/prebounce/prebounce/validate/reply"

// laterTexts explains replies that ask for patience.
var laterTexts = []explanation{
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
}
