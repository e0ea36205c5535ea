// Package identity examines how a sender looks to mail servers: whether its HELO name, envelope sender and IP address
// are in order, so that servers answer about the mailbox and not about the sender.
//
// [Examiner.Preflight] checks what has to be in order before mail servers are probed, [Examiner.Examine]
// everything that can be known of a sender, and [Examiner.Message] a mail. One table leads from a fault to
// the replies that it causes, and [ChecksFor] leads back.
//
// An [Examiner] runs a table of checks, which [Checks] lists, and makes a [Report] of what they find. A [Fail] is
// proven by a definite answer; a negative one is asked for twice. Whatever could not be checked (a time-out, SERVFAIL,
// a blocklist that refuses us) is [Unchecked] and never [Fail].
package identity
