package main

import "github.com/prebounce/prebounce/validate/reply"

// mailboxTexts explains replies about the mailbox.
var mailboxTexts = []explanation{
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
}
