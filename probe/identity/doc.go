// Package identity finds out who we are to the world: whether the name, the sender and the address that a probe goes
// out under are such that mail hosts answer about the mailbox and not about us.
//
// [Examiner.Preflight] is what has to be in order before mail hosts are asked, [Examiner.Examine] all that can be known
// of a sender, and [Examiner.Message] what can be known of a mail. One table leads from a fault to the replies that it
// causes, and by [ChecksFor] back.
//
// An [Examiner] runs a table of checks, which [Checks] lists, and makes a [Report] of what they find. What is red is
// proven: by a definite answer, asked for twice where it is a no. Whatever could not be checked (a time-out, SERVFAIL,
// a blocklist that refuses us) is [Unchecked] and never [Fail].
package identity
