package sandbox_test

import "testing"

// The measured limits of a client over its connections.
func TestClientLimits(t *testing.T) {
	t.Parallel()
	tests := []scripted{
		{"Postfix turns away the eleventh connection within a minute, and not after it", "postfix connections=3/60s",
			"greeting quit | greeting quit | greeting quit | greeting | from 192.0.2.9: greeting quit | 60s; quit", `
220 mx.a.test ESMTP Postfix
221 2.0.0 Bye
--
220 mx.a.test ESMTP Postfix
221 2.0.0 Bye
--
220 mx.a.test ESMTP Postfix
221 2.0.0 Bye
--
421 4.7.0 mx.a.test Error: too many connections from 192.0.2.200
closed
--
220 mx.a.test ESMTP Postfix
221 2.0.0 Bye
--
221 2.0.0 Bye
`},
		{"Postfix counts recipients over sessions, good and bad", "postfix rcpt-rate=3/60s", "mail ann nobody | mail ann ben | 60s; mail ann", `
250 2.1.0 Ok
250 2.1.5 Ok
550 5.1.1 <nobody@a.test>: Recipient address rejected: User unknown in virtual mailbox table
--
250 2.1.0 Ok
250 2.1.5 Ok
450 4.7.1 Error: too many recipients from 192.0.2.200
--
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"Exim defers the sixth connection within a minute instead of greeting it, and hammering prolongs it",
			"exim connections=2/60s strict=yes bye=0s",
			"quit | quit | 30s; greeting | 29s; greeting | 2s; greeting | 61s; quit", `
221 mx.a.test closing connection
--
221 mx.a.test closing connection
--
451 too many connections, slow down
closed
--
451 too many connections, slow down
closed
--
451 too many connections, slow down
closed
--
221 mx.a.test closing connection
`},
		{"Exim defers the sixth recipient, also at the start of the next session", "exim rcpt-rate=2/60s", "mail ann*3 | mail ann", `
250 OK
2 times 250 Accepted
451 Sender rate overlimit - 192.0.2.200
--
250 OK
451 Sender rate overlimit - 192.0.2.200
`},
		{"postscreen makes a stranger wait between the lines of its greeting", "postscreen", "greeting quit | greeting quit", `
after 6s
220-mx.a.test ESMTP Postfix
220 mx.a.test ESMTP Postfix
221 2.0.0 Bye
--
220 mx.a.test ESMTP Postfix
221 2.0.0 Bye
`},
		{"postscreen's deep tests put off the first session, which may not pipeline, and no other", "postscreen", "greeting ehlo mail ann | greeting ehlo mail ann", `
after 6s
220-mx.a.test ESMTP Postfix
220 mx.a.test ESMTP Postfix
250-mx.a.test
250-8BITMIME
250-ENHANCEDSTATUSCODES
250-DSN
250-VRFY
250-ETRN
250-CHUNKING
250-SIZE 26214400
250-STARTTLS
250 SMTPUTF8
250 2.1.0 Ok
450 4.3.2 Service currently unavailable
--
220 mx.a.test ESMTP Postfix
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
		{"a blocklist speaks at each recipient, not at connect", "postfix refuse-client=192.0.2.200", "mail ann nobody | from 192.0.2.9: mail ann", `
250 2.1.0 Ok
2 times 554 5.7.1 Service unavailable; Client host [192.0.2.200] blocked using bl.sandbox.test; https://bl.sandbox.test/query/192.0.2.200
--
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"a blocklist may speak at the greeting", "exim refuse-client=192.0.2.0/24 client-at=greeting", "greeting", `
550 rejected because 192.0.2.200 is in a black list at bl.sandbox.test
closed
`},
		{"who has no reverse DNS", "sendmail refuse-client=noptr", "mail ann", `
250 2.1.0 <check@far.test>... Sender ok
550 5.7.1 Fix reverse DNS for 192.0.2.200
`},
		{"postgrey waits five minutes, also for who does not exist", "postgrey",
			"mail ann nobody | 299s; mail ann | 301s; mail ann nobody", `
250 2.1.0 Ok
450 4.2.0 <ann@a.test>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/a.test.html
450 4.2.0 <nobody@a.test>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/a.test.html
--
250 2.1.0 Ok
450 4.2.0 <ann@a.test>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/a.test.html
--
250 2.1.0 Ok
250 2.1.5 Ok
550 5.1.1 <nobody@a.test>: Recipient address rejected: User unknown in virtual mailbox table
`},
		{"postgrey knows the whole /24, and another sender is a stranger", "postgrey greylisted=\"450 4.2.0 grey\"",
			"mail ann | 300s; mail ann | from 192.0.2.77: mail ann ANN | null ann", `
250 2.1.0 Ok
450 4.2.0 grey
--
250 2.1.0 Ok
250 2.1.5 Ok
--
250 2.1.0 Ok
2 times 250 2.1.5 Ok
--
250 2.1.0 Ok
450 4.2.0 grey
`},
		{"postgrey's window is two days, and who passed is known for longer", "postgrey greylisted=\"450 4.2.0 grey\"",
			"mail ann ben | 300s; mail ann | 49h; mail ann ben", `
250 2.1.0 Ok
2 times 450 4.2.0 grey
--
250 2.1.0 Ok
250 2.1.5 Ok
--
250 2.1.0 Ok
250 2.1.5 Ok
450 4.2.0 grey
`},
		{"Outlook.com calls it namespace mining", "outlook mining=2", "mail nobody nobody ann", `
250 2.1.0 Sender OK
2 times after 200ms
550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).
after 200ms
550 SC-002 Mail rejected by Outlook.com for policy reasons. The mail server IP connecting to Outlook.com has exhibited namespace mining behavior.
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.test)
	}
}
