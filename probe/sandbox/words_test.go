package sandbox_test

import "testing"

// What servers say about mailboxes, senders and names, and what they offer.
func TestWords(t *testing.T) {
	t.Parallel()
	const everyone = "mail ann nobody zoe old gone boss later far quit"
	tests := []scripted{
		{"Postfix about mailboxes", "postfix", everyone, `
250 2.1.0 Ok
250 2.1.5 Ok
550 5.1.1 <nobody@a.test>: Recipient address rejected: User unknown in virtual mailbox table
552 5.2.2 <zoe@a.test>: Recipient address rejected: Mailbox is full
550 5.2.1 <old@a.test>: Recipient address rejected: Mailbox disabled, not accepting messages
550 5.1.6 <gone@a.test>: Recipient address rejected: User has moved to new@b.test
554 5.7.1 <boss@a.test>: Recipient address rejected: Access denied
451 4.3.5 <later@a.test>: Recipient address rejected: Server configuration error
554 5.7.1 <ann@far.test>: Relay access denied
221 2.0.0 Bye
`},
		{"Exim about mailboxes", "exim", everyone, `
250 OK
250 Accepted
550 Unrouteable address
550 mailbox quota exceeded
550 5.2.1 mailbox disabled
551 5.1.6 User has moved to new@b.test
550 Administrative prohibition
451 Temporary local problem - please try later
550 relay not permitted
after 200ms
221 mx.a.test closing connection
`},
		{"OpenSMTPD about mailboxes", "opensmtpd", "mail ann nobody zoe far quit", `
250 2.0.0 Ok
250 2.1.5 Destination address valid: Recipient ok
524 5.2.4 Mailing list expansion problem: <nobody@a.test>
552 5.2.2 mailbox full
550 Invalid recipient: <ann@far.test>
221 2.0.0 Bye
`},
		{"OpenSMTPD about local users", "opensmtpd-local", "mail nobody", `
250 2.0.0 Ok
550 Invalid recipient: <nobody@a.test>
`},
		{"Sendmail about mailboxes", "sendmail", everyone, `
250 2.1.0 <check@far.test>... Sender ok
250 2.1.5 <ann@a.test>... Recipient ok
550 5.1.1 <nobody@a.test>... User unknown
552 5.2.2 <zoe@a.test>... mailbox full
550 5.2.1 <old@a.test>... mailbox disabled
551 5.1.6 User has moved; please try <new@b.test>
550 5.7.1 <boss@a.test>... Access denied
451 4.3.0 local error, try again later
550 5.7.1 <ann@far.test>... Relaying denied
221 2.0.0 mx.a.test closing connection
`},
		{"a backup host accepts everybody, and says nothing later", "backup", "mail ann nobody zoe data hello", `
250 2.1.0 Ok
3 times 250 2.1.5 Ok
354 End data with <CR><LF>.<CR><LF>
250 2.0.0 Ok: queued as 000003EB
`},
		{"a host that looks after DATA", "late", "mail nobody data hello mail ann data hello", `
250 2.1.0 Ok
250 2.1.5 Ok
354 End data with <CR><LF>.<CR><LF>
550 5.1.1 <nobody@a.test>: Recipient address rejected: User unknown in virtual mailbox table
250 2.1.0 Ok
250 2.1.5 Ok
354 End data with <CR><LF>.<CR><LF>
250 2.0.0 Ok: queued as 000003EA
`},
		{"Postfix refuses a sender at each recipient", "postfix refuse-sender=check@far.test", "mail ann nobody", `
250 2.1.0 Ok
2 times 554 5.7.1 <check@far.test>: Sender address rejected: Access denied
`},
		{"Postfix refuses the null sender at each recipient", "postfix refuse-sender=null", "null ann rset mail ann", `
250 2.1.0 Ok
554 5.7.1 <>: Sender address rejected: Access denied
250 2.0.0 Ok
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"Postfix refuses a sender without a domain at each recipient, for a while", "postfix refuse-sender=nodomain", "nodomain ann rset null ann", `
250 2.1.0 Ok
450 4.1.8 <x@nowhere.test>: Sender address rejected: Domain not found
250 2.0.0 Ok
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"Exim verifies the sender at each recipient", "exim refuse-sender=nodomain,nouser", "nodomain ann rset nouser ann rset null ann", `
250 OK
550-Verification failed for <x@nowhere.test>
550-Unrouteable address
550 Sender verify failed
250 Reset OK
250 OK
550-Verification failed for <nobody@far.test>
550-Called:   192.0.2.40
550-Sent:     RCPT TO:<nobody@far.test>
550-Response: 550 5.1.1 User unknown
550 Sender verify failed
250 Reset OK
250 OK
250 Accepted
`},
		{"OpenSMTPD refuses a sender in the words for an unknown recipient", "opensmtpd refuse-sender=far.test", "mail ann", `
250 2.0.0 Ok
550 Invalid recipient: <ann@a.test>
`},
		{"Sendmail refuses a sender at MAIL", "sendmail refuse-sender=far.test,nodomain", "mail rset nodomain", `
550 5.7.1 <check@far.test>... Access denied
250 2.0.0 Reset state
553 5.1.8 <x@nowhere.test>... Domain of sender address x@nowhere.test does not exist
`},
		{"Postfix dislikes a name at each recipient", "postfix refuse-helo=bare,unknown", "mail ann localhost mail ann wellknown mail ann", `
250 2.1.0 Ok
450 4.7.1 <c.sandbox.test>: Helo command rejected: Host not found
250-mx.a.test
250-8BITMIME
250-ENHANCEDSTATUSCODES
250-DSN
250-VRFY
250-ETRN
250-CHUNKING
250-PIPELINING
250-SIZE 26214400
250-STARTTLS
250 SMTPUTF8
250 2.1.0 Ok
504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname
250-mx.a.test
250-8BITMIME
250-ENHANCEDSTATUSCODES
250-DSN
250-VRFY
250-ETRN
250-CHUNKING
250-PIPELINING
250-SIZE 26214400
250-STARTTLS
250 SMTPUTF8
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"a name that is refused at once", "exim refuse-helo=all helo-at=ehlo", "greeting helo", `
220 mx.a.test ESMTP Exim 4.96 Sat, 01 Jan 2000 00:00:00 +0000
550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)
`},
		{"Postfix has no SMTPUTF8, and takes UTF-8 all the same", "postfix smtputf8=no", "utf8 mail müller u-domain", `
555 5.5.4 Unsupported option: SMTPUTF8
250 2.1.0 Ok
250 2.1.5 Ok
554 5.7.1 <ann@mäx.test>: Relay access denied
`},
		{"OpenSMTPD has no SMTPUTF8, and refuses UTF-8", "opensmtpd", "utf8 mail müller", `
503 5.5.4 Invalid command arguments: Unsupported option SMTPUTF8
250 2.0.0 Ok
501 5.1.3 Recipient address syntax error
`},
		{"Sendmail has no SMTPUTF8, and asks for somebody else", "sendmail", "utf8 mail müller", `
555 5.5.4 SMTPUTF8 parameter unrecognized
250 2.1.0 <check@far.test>... Sender ok
550 5.1.1 <mC<ller@a.test>... User unknown
`},
		{"a host with SMTPUTF8", "postfix smtputf8=yes", "utf8 müller", `
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"Postfix in the wrong order", "postfix", "greeting mail helo ann data mail mail data junk", `
220 mx.a.test ESMTP Postfix
250 2.1.0 Ok
250 mx.a.test
503 5.5.1 Error: need MAIL command
503 5.5.1 Error: need RCPT command
250 2.1.0 Ok
503 5.5.1 Error: nested MAIL command
554 5.5.1 Error: no valid recipients
500 5.5.2 Error: command not recognized
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.test)
	}
}

// Operators.
func TestOperators(t *testing.T) {
	t.Parallel()
	tests := []scripted{
		{"Gmail ignores dots and extensions, and one transaction has one domain", "gmail look=0s", "mail a.n.n extended nobody zoe busy b rset mail b", `
250 2.1.0 OK 000003E8 - gsmtp
250 2.1.5 OK 000003E9 - gsmtp
250 2.1.5 OK 000003EA - gsmtp
550-5.1.1 The email account that you tried to reach does not exist. Please try
550-5.1.1 double-checking the recipient's email address for typos or
550-5.1.1 unnecessary spaces. For more information, go to
550 5.1.1 https://support.google.com/mail/?p=NoSuchUser 000003EB - gsmtp
452-4.2.2 The recipient's inbox is out of storage space.
452 4.2.2 https://support.google.com/mail/?p=OverQuotaTemp 000003EC - gsmtp
450-4.2.1 The user you are trying to contact is receiving mail at a rate that
450-4.2.1 prevents additional messages from being delivered. Please resend your
450 4.2.1 message at a later time. https://support.google.com/mail/?p=ReceivingRate 000003ED - gsmtp
451 4.3.0 Multiple destination domains per transaction is unsupported. Please try again.
250 2.1.5 Flushed 000003EE - gsmtp
250 2.1.0 OK 000003EE - gsmtp
250 2.1.5 OK 000003EF - gsmtp
`},
		{"Gmail takes its time for each recipient", "gmail", "mail ann", `
250 2.1.0 OK 000003E8 - gsmtp
after 100ms
250 2.1.5 OK 000003E9 - gsmtp
`},
		{"Microsoft 365 takes one recipient in a transaction and one domain in a session", "microsoft365 bad-delay=0s", "mail ann ben rset mail nobody nobody rset mail b", `
250 2.1.0 Sender OK
250 2.1.5 Recipient OK
452 4.5.3 Too many recipients (AS780090) [mx.a.test]
250 2.0.0 Resetting
250 2.1.0 Sender OK
550 5.4.1 Recipient address rejected: Access denied. [mx.a.test Sat, 01 Jan 2000 00:00:00 +0000] [AS(201806281)]
452 4.5.3 Too many recipients (AS780090) [mx.a.test]
250 2.0.0 Resetting
250 2.1.0 Sender OK
451 4.4.4 Temporary server error. Recipients belong to multiple regions. Please try again later. ATTR1 [mx.a.test]
`},
		{"Microsoft 365 without edge blocking accepts everybody", "microsoft365-open", "mail nobody", `
250 2.1.0 Sender OK
250 2.1.5 Recipient OK
`},
		{"Outlook.com", "outlook bad-delay=0s", "mail ann nobody b", `
250 2.1.0 Sender OK
250 2.1.5 Recipient OK
550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).
250 2.1.5 Recipient OK
`},
		{"Yahoo accepts everybody and tells after DATA", "yahoo", "mail nobody data hello mail old data hello mail ann data hello", `
250 sender <check@far.test> ok
250 recipient <nobody@a.test> ok
354 go ahead
554 delivery error: dd This user doesn't have a a.test account (nobody@a.test) [0] - mx.a.test
250 sender <check@far.test> ok
250 recipient <old@a.test> ok
354 go ahead
554 30 Sorry, your message to old@a.test cannot be delivered. This mailbox is disabled (554.30).
250 sender <check@far.test> ok
250 recipient <ann@a.test> ok
354 go ahead
250 ok dirdel
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.test)
	}
}
