package smtp

import (
	"context"
	"strconv"
	"strings"
	"testing"
)

const hello = `
	S: 220 mx.example.org ESMTP
	C: EHLO probe.example.net
	S: 250-mx.example.org at your service, [192.0.2.7]
	S: 250-SIZE 1000
	S: 250 HELP
`

const helloPipelining = `
	S: 220 mx.example.org ESMTP
	C: EHLO probe.example.net
	S: 250-mx.example.org
	S: 250 PIPELINING
`

const mailFrom = "C: MAIL FROM:<ann@example.net>\n"

// verdicts asks one transaction and writes the codes of the replies, then the trouble: "550 250 closed".
func verdicts(ctx context.Context, s *Session, utf8 bool, recipients ...string) string {
	replies, end := s.put(ctx, recipients, utf8)
	var words []string
	for _, r := range replies {
		words = append(words, strconv.Itoa(r.Code))
	}
	if end != nil {
		words = append(words, written(end))
	}
	return strings.Join(words, " ")
}

func written(t *Trouble) string {
	words := t.Kind.String() + " " + t.Command
	if t.Reply.Code != 0 {
		words += " " + strconv.Itoa(t.Reply.Code)
	}
	return words
}

// TestSession plays what real servers were seen to do.
func TestSession(t *testing.T) {
	tests := []struct {
		name, script string
		recipients   string // blanks between them; a bar between transactions
		want         string // as verdicts writes it, likewise; only the trouble if Open has it
	}{
		{"one at a time where PIPELINING is not offered", hello + mailFrom + `
			S: 250 ok
			C: RCPT TO:<a@x.org>
			S: 250 ok
			C: RCPT TO:<b@x.org>
			S: 550-5.1.1 no such
			S: 550 5.1.1 user
			C: QUIT
			S: 221 bye`,
			"a@x.org b@x.org", "250 550"},
		{"MAIL and RCPTs in one write where it is, but RSET and QUIT alone", helloPipelining + mailFrom + `
			C+ RCPT TO:<a@x.org>
			C+ RCPT TO:<b@x.org>
			S: 250 ok
			S: 550 no
			S: 251 elsewhere
			C: RSET
			S: 250 ok
			` + mailFrom + `C+ RCPT TO:<c@x.org>
			S: 250 ok
			S: 252 perhaps
			C: QUIT
			S: 221 bye`,
			"a@x.org b@x.org|c@x.org", "550 251|252"},
		{"eight RCPTs in one write, and no more", helloPipelining + mailFrom +
			strings.Repeat("C+ RCPT TO:<a@x.org>\n", 8) + strings.Repeat("S: 250 ok\n", 9) +
			"C: RCPT TO:<a@x.org>\n" + strings.Repeat("C+ RCPT TO:<a@x.org>\n", 7) + strings.Repeat("S: 250 ok\n", 8) +
			"C: RCPT TO:<a@x.org>\nS: 250 ok\nC: QUIT\nS: 221 bye",
			strings.Repeat("a@x.org ", 17), strings.TrimSpace(strings.Repeat("250 ", 17))},
		{"HELO where EHLO is not known", `
			S: 220 mx.example.org
			C: EHLO probe.example.net
			S: 502 5.5.2 Error: command not recognized
			C: HELO probe.example.net
			S: 250-mx.example.org
			S: 250 PIPELINING
			` + mailFrom + `S: 250 ok
			C: RCPT TO:<a@x.org>
			S: 250 ok
			C: QUIT
			S: 221 bye`,
			"a@x.org", "250"},
		{"Postfix after too many errors: the 421 stands in for a reply", hello + mailFrom + `
			S: 250 2.1.0 Ok
			C: RCPT TO:<a@x.org>
			S: 550 5.1.1 <a@x.org>: Recipient address rejected: User unknown
			C: RCPT TO:<b@x.org>
			S: 421 4.7.0 mx.example.org Error: too many errors
			hang up`,
			"a@x.org b@x.org c@x.org", "550 closed RCPT 421"},
		{"a 421 in the middle of a pipelined batch", helloPipelining + mailFrom + `
			C+ RCPT TO:<a@x.org>
			C+ RCPT TO:<b@x.org>
			C+ RCPT TO:<c@x.org>
			S: 250 2.1.0 Ok
			S: 550 5.1.1 no
			S: 421 4.3.2 go away
			hang up`,
			"a@x.org b@x.org c@x.org", "550 closed RCPT 421"},
		{"a 421 that the host does not follow itself", helloPipelining + mailFrom + `
			C+ RCPT TO:<a@x.org>
			C+ RCPT TO:<b@x.org>
			S: 250 2.1.0 Ok
			S: 421 4.3.2 not now
			S: 250 2.1.5 Ok`,
			"a@x.org b@x.org", "closed RCPT 421"},
		{"Exim's drop: the refusal it hangs up with is nobody's", hello + mailFrom + `
			S: 250 OK
			C: RCPT TO:<a@x.org>
			S: 550 Unrouteable address
			C: RCPT TO:<b@x.org>
			S: 550 Too many bad recipients
			hang up`,
			"a@x.org b@x.org c@x.org", "550 closed RCPT 550"},
		{"the same at the end of a pipelined batch", helloPipelining + mailFrom + `
			C+ RCPT TO:<a@x.org>
			C+ RCPT TO:<b@x.org>
			S: 250 OK
			S: 250 Accepted
			S: 550 Too many bad recipients
			hang up`,
			"a@x.org b@x.org", "250 closed RCPT 550"},
		{"the same inside it", helloPipelining + mailFrom + `
			C+ RCPT TO:<a@x.org>
			C+ RCPT TO:<b@x.org>
			S: 250 OK
			S: 550 Too many bad recipients
			hang up`,
			"a@x.org b@x.org", "closed RCPT 550"},
		{"the same, when the end comes with the next command", hello + mailFrom + `
			S: 250 OK
			C: RCPT TO:<a@x.org>
			S: 550 Too many bad recipients
			C: RCPT TO:<b@x.org>
			hang up`,
			"a@x.org b@x.org", "closed RCPT 550"},
		{"an acceptance stands, though the host hangs up after it", hello + mailFrom + `
			S: 250 OK
			C: RCPT TO:<a@x.org>
			S: 250 Accepted
			hang up`,
			"a@x.org", "250 closed RCPT"},
		{"Exim's limit on commands that are no mail", helloPipelining + mailFrom + `
			C+ RCPT TO:<a@x.org>
			S: 250 OK
			S: 550 Unrouteable address
			C: RSET
			S: 554 Too many nonmail commands
			hang up`,
			"a@x.org|b@x.org", "550|refused RSET 554"},
		{"RSET refused: another transaction would be mixed up with the first", hello + mailFrom + `
			S: 250 OK
			C: RCPT TO:<a@x.org>
			S: 250 OK
			C: RSET
			S: 502 no such thing
			C: QUIT`,
			"a@x.org|b@x.org|b@x.org", "250|refused RSET 502|closed MAIL"},
		{"too many recipients is a reply like any other", hello + mailFrom + `
			S: 250 OK
			C: RCPT TO:<a@x.org>
			S: 452 4.5.3 Too many recipients
			C: RCPT TO:<b@x.org>
			S: 250 2.1.5 Ok
			C: QUIT
			S: 221 2.0.0 Bye`,
			"a@x.org b@x.org", "452 250"},
		{"greylisting and blocklists at RCPT are replies", hello + mailFrom + `
			S: 250 OK
			C: RCPT TO:<a@x.org>
			S: 450 4.2.0 <a@x.org>: Recipient address rejected: Greylisted
			C: RCPT TO:<b@x.org>
			S: 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.example; <b@x.org>
			C: QUIT
			S: 221 2.0.0 Bye`,
			"a@x.org b@x.org", "450 554"},
		{"a 421 instead of the greeting", `
			S: 421 4.7.0 mx.example.org Error: too many connections from 192.0.2.7
			hang up`,
			"", "refused greeting 421"},
		{"a 4yz that is no 421 instead of the greeting", `
			S: 451 wait a while
			hang up`,
			"", "refused greeting 451"},
		{"a host that wants to be taken leave of", `
			S: 554 5.7.1 you are not welcome
			C: QUIT
			S: 221 bye`,
			"", "refused greeting 554"},
		{"a no to our name", `
			S: 220 mx.example.org
			C: EHLO probe.example.net
			S: 550 5.7.1 we know your kind
			C: QUIT
			S: 221 bye`,
			"", "refused EHLO 550"},
		{"a greeting of two lines, six seconds apart", `
			S: 220-mx.example.org ESMTP
			wait 6s
			S: 220 mx.example.org ESMTP
			C: EHLO probe.example.net
			S: 250 mx.example.org
			` + mailFrom + `S: 250 ok
			C: RCPT TO:<a@x.org>
			S: 550 5.5.1 Protocol error
			C: QUIT`,
			"a@x.org", "550"},
		{"MAIL refused: the replies to pipelined RCPTs are none, and the session goes on", helloPipelining + mailFrom + `
			C+ RCPT TO:<a@x.org>
			C+ RCPT TO:<b@x.org>
			S: 553 5.1.8 <ann@example.net>... Domain of sender address does not exist
			S: 503 5.0.0 Need MAIL before RCPT
			S: 503 5.0.0 Need MAIL before RCPT
			` + mailFrom + `C+ RCPT TO:<c@x.org>
			S: 250 2.1.0 ok
			S: 250 2.1.5 ok
			C: QUIT
			S: 221 bye`,
			"a@x.org b@x.org|c@x.org", "refused MAIL 553|250"},
		{"pipelining where it breaks the session all the same", helloPipelining + mailFrom + `
			C+ RCPT TO:<a@x.org>
			S: 500 5.5.1 Invalid command: Pipelining not supported
			hang up`,
			"a@x.org", "refused MAIL 500"},
		{"no TLS unless it is demanded", `
			S: 220 mx.example.org
			C: EHLO probe.example.net
			S: 250-mx.example.org
			S: 250 STARTTLS
			` + mailFrom + `S: 250 ok
			C: RCPT TO:<a@x.org>
			S: 250 ok
			C: QUIT
			S: 221 bye`,
			"a@x.org", "250"},
		{"UTF-8 where it is offered", `
			S: 220 mx.example.org
			C: EHLO probe.example.net
			S: 250-mx.example.org
			S: 250-8BITMIME
			S: 250 smtputf8
			C: MAIL FROM:<ann@example.net> SMTPUTF8
			S: 250 ok
			C: RCPT TO:<jürgen@xn--mller-kva.example>
			S: 250 ok
			C: QUIT
			S: 221 bye`,
			"jürgen@xn--mller-kva.example", "250"},
		{"UTF-8 where it is not: the question is not put, and the session goes on", hello + mailFrom + `
			S: 250 ok
			C: RCPT TO:<a@x.org>
			S: 250 ok
			C: QUIT
			S: 221 bye`,
			"jürgen@x.org|a@x.org", "no_utf8 MAIL|250"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, c *Client) {
				if got := whole(t.Context(), c, tt.recipients); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			}, tt.script)
		})
	}
}

// whole opens a session, asks the transactions and quits.
func whole(ctx context.Context, c *Client, transactions string) string {
	s, trouble := c.begin(ctx, someHost)
	if trouble != nil {
		return written(trouble)
	}
	defer s.Quit(ctx)
	var got []string
	for _, r := range strings.Split(transactions, "|") {
		got = append(got, verdicts(ctx, s, strings.Contains(r, "ü"), strings.Fields(r)...))
	}
	return strings.Join(got, "|")
}
