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
	replies, end := s.Ask(ctx, recipients, utf8)
	var words []string
	for _, r := range replies {
		words = append(words, strconv.Itoa(r.Code))
	}
	if end != nil {
		words = append(words, end.Kind.String(), end.Command)
		if end.Reply.Code != 0 {
			words = append(words, strconv.Itoa(end.Reply.Code))
		}
	}
	return strings.Join(words, " ")
}

func TestSession(t *testing.T) {
	tests := []struct {
		name, script string
		recipients   string // blanks between them; a bar between transactions
		want         string // as verdicts writes it, likewise; only the trouble if Open has it
	}{
		{
			"one at a time where PIPELINING is not offered",
			hello + mailFrom + `
			S: 250 ok
			C: RCPT TO:<a@x.org>
			S: 250 ok
			C: RCPT TO:<b@x.org>
			S: 550-5.1.1 no such
			S: 550 5.1.1 user
			C: QUIT
			S: 221 bye`,
			"a@x.org b@x.org", "250 550",
		},
		{
			"MAIL and RCPT in one write where it is",
			helloPipelining + mailFrom + `
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
			"a@x.org b@x.org|c@x.org", "550 251|252",
		},
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
	s, trouble := c.Open(ctx, someHost)
	if trouble != nil {
		return trouble.Kind.String() + " " + trouble.Command
	}
	defer s.Quit(ctx)
	var got []string
	for _, r := range strings.Split(transactions, "|") {
		got = append(got, verdicts(ctx, s, strings.Contains(r, "ü"), strings.Fields(r)...))
	}
	return strings.Join(got, "|")
}
