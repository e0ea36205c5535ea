package sandbox_test

import "testing"

// The measured limits of a session.
func TestSessionLimits(t *testing.T) {
	t.Parallel()
	const unknown = "550 5.1.1 <nobody@a.test>: Recipient address rejected: User unknown in virtual mailbox table\n"
	tests := []scripted{
		{"Postfix slows from the eleventh error on and ends after twenty, with the reply to a good recipient",
			"postfix",
			"mail nobody*20 ann", `
250 2.1.0 Ok
10 times ` + unknown + `10 times after 1s
` + unknown + `after 1s
421 4.7.0 mx.a.test Error: too many errors
closed
`},
		{"Postfix slows all that comes after ten errors and one more, and RSET does not help", "postfix",
			"mail nobody*11 ann rset mail nobody quit", `
250 2.1.0 Ok
10 times ` + unknown + `after 1s
` + unknown + `after 1s
250 2.1.5 Ok
after 1s
250 2.0.0 Ok
after 1s
250 2.1.0 Ok
after 1s
` + unknown + `after 1s
221 2.0.0 Bye
`},
		{"Postfix begins anew with each connection", "postfix", "mail nobody*11 | mail nobody*10 ann", `
250 2.1.0 Ok
10 times ` + unknown + `after 1s
` + unknown + `--
250 2.1.0 Ok
10 times ` + unknown + `250 2.1.5 Ok
`},
		{"Postfix counts RSET, NOOP and VRFY as errors after a hundred", "postfix", "rset*50 noop*30 vrfy*20 rset*11", `
80 times 250 2.0.0 Ok
20 times 252 2.0.0 ann@a.test
10 times 250 2.0.0 Ok
after 1s
250 2.0.0 Ok
`},
		{"Postfix takes a thousand recipients in a transaction", "postfix", "mail ann*1001 rset mail ann", `
250 2.1.0 Ok
1000 times 250 2.1.5 Ok
452 4.5.3 Error: too many recipients
250 2.0.0 Ok
250 2.1.0 Ok
250 2.1.5 Ok
`},
		{"Postfix counts a 450 as it counts a 550", "postfix-softly", "mail nobody*21", `
250 2.1.0 Ok
10 times 450 4.1.1 <nobody@a.test>: Recipient address rejected: User unknown in virtual mailbox table
10 times after 1s
450 4.1.1 <nobody@a.test>: Recipient address rejected: User unknown in virtual mailbox table
after 1s
421 4.7.0 mx.a.test Error: too many errors
closed
`},
		{"Postfix under load ends with one error", "postfix-stress", "mail nobody ann", `
250 2.1.0 Ok
` + unknown + `421 4.7.0 mx.a.test Error: too many errors
closed
`},
		{"a hardened Postfix slows from the third error on and ends after five", "postfix-hardened", "mail nobody*6", `
250 2.1.0 Ok
2 times ` + unknown + `3 times after 1s
` + unknown + `after 1s
421 4.7.0 mx.a.test Error: too many errors
closed
`},
		{"Exim has no limit of its own", "exim", "mail nobody*40 ann", `
250 OK
40 times 550 Unrouteable address
250 Accepted
`},
		{"Exim's ACL may hang up", "exim-drop", "mail nobody*3 ann nobody ann", `
250 OK
3 times 550 Unrouteable address
250 Accepted
550 Unrouteable address
closed
`},
		{"Exim's ACL may hold up what it refuses", "exim-delay", "mail nobody ann nobody", `
250 OK
after 5s
550 Unrouteable address
250 Accepted
after 5s
550 Unrouteable address
`},
		{"Exim ends with the twelfth RSET", "exim",
			"mail ann rset mail ann rset mail ann rset mail ann rset mail ann rset mail ann rset mail ann rset mail ann rset rset*3 rset mail", `
250 OK
250 Accepted
250 Reset OK
250 OK
250 Accepted
250 Reset OK
250 OK
250 Accepted
250 Reset OK
250 OK
250 Accepted
250 Reset OK
250 OK
250 Accepted
250 Reset OK
250 OK
250 Accepted
250 Reset OK
250 OK
250 Accepted
250 Reset OK
250 OK
250 Accepted
4 times 250 Reset OK
554 Too many nonmail commands
closed
`},
		{"OpenSMTPD has no limit", "opensmtpd", "mail nobody*120 rset*130 mail ann*1001", `
250 2.0.0 Ok
120 times 524 5.2.4 Mailing list expansion problem: <nobody@a.test>
130 times 250 2.0.0 Reset state
250 2.0.0 Ok
1000 times 250 2.1.5 Destination address valid: Recipient ok
451 4.5.3 Too many recipients: Too many recipients
`},
		{"Sendmail has no limit", "sendmail", "mail nobody*30 ann", `
250 2.1.0 <check@far.test>... Sender ok
30 times 550 5.1.1 <nobody@a.test>... User unknown
250 2.1.5 <ann@a.test>... Recipient ok
`},
		{"Sendmail's throttle holds up each recipient after three bad ones", "sendmail-throttled", "mail nobody*4 ann quit", `
250 2.1.0 <check@far.test>... Sender ok
3 times 550 5.1.1 <nobody@a.test>... User unknown
after 1s
550 5.1.1 <nobody@a.test>... User unknown
after 1s
250 2.1.5 <ann@a.test>... Recipient ok
221 2.0.0 mx.a.test closing connection
`},
		{"Sendmail's throttle forgets with RSET", "sendmail-throttled", "mail nobody*3 rset mail nobody*3 rset mail nobody", `
250 2.1.0 <check@far.test>... Sender ok
3 times 550 5.1.1 <nobody@a.test>... User unknown
250 2.0.0 Reset state
250 2.1.0 <check@far.test>... Sender ok
3 times 550 5.1.1 <nobody@a.test>... User unknown
250 2.0.0 Reset state
250 2.1.0 <check@far.test>... Sender ok
550 5.1.1 <nobody@a.test>... User unknown
`},
		{"Sendmail's throttle counts the recipients that are too many", "sendmail-throttled", "mail ann*14", `
250 2.1.0 <check@far.test>... Sender ok
10 times 250 2.1.5 <ann@a.test>... Recipient ok
3 times 452 4.5.3 Too many recipients
after 1s
452 4.5.3 Too many recipients
`},
		{"a host may end a session after so many recipients", "plain closes=3", "mail ann*4", `
250 2.1.0 Ok
3 times 250 2.1.5 Ok
421 4.7.0 mx.a.test Service not available, closing transmission channel
closed
`},
		{"an access map may end a session in the middle of a batch", "postfix", "mail+ann+down+ben", `
250 2.1.0 Ok
250 2.1.5 Ok
421 4.3.2 Service currently unavailable
closed
`},
		{"a tarpit holds up everything", "plain tarpit=3s wait=20s", "greeting helo mail ann", `
after 23s
220 mx.a.test ESMTP
after 3s
250 mx.a.test Hello c.sandbox.test [192.0.2.200]
after 3s
250 2.1.0 Ok
after 3s
250 2.1.5 Ok
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.test)
	}
}
