package smtp

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate/reply"
)

func TestTroubleInWords(t *testing.T) {
	said := reply.Parse("554 5.7.1 <bob@x.org> \x1b[2J go away")
	tests := []struct {
		trouble Trouble
		want    string
	}{
		{Trouble{Kind: Invalid, Command: "MAIL", Err: errors.New("recipient 1: not UTF-8")},
			"can't be asked this: recipient 1: not UTF-8"},
		{Trouble{Kind: Forbidden, Command: "connect"}, "not a public address"},
		{Trouble{Kind: Canceled, Command: "RCPT"}, "interrupted at RCPT"},
		{Trouble{Kind: NoEgress, Err: errors.New("no route")}, "no way out from here: no route"},
		{Trouble{Kind: Unreachable, Err: errors.New("connection refused")}, "no connection: connection refused"},
		{Trouble{Kind: Refused, Command: "greeting", Reply: said}, "refused us at greeting (554 5.7.1)"},
		{Trouble{Kind: Closed, Command: "RCPT", Reply: said}, "ended the session at RCPT (554 5.7.1)"},
		{Trouble{Kind: TimedOut, Command: "EHLO"}, "no reply in time to EHLO"},
		{Trouble{Kind: TLSFailed, Err: errors.New("bad record")}, "the TLS handshake failed: bad record"},
		{Trouble{Kind: NoTLS, Reply: said}, "demands TLS, which can't be had (554 5.7.1)"},
		{Trouble{Kind: NoUTF8}, "does not take UTF-8 addresses"},
		{Trouble{Kind: Held, Command: "RCPT"}, "was asked enough for now"},
		{Trouble{Kind: Nonsense, Command: "RCPT", Err: nonsense("it speaks unasked")},
			"does not speak SMTP as it should, at RCPT: it speaks unasked"},
	}
	seen := map[Kind]bool{}
	for _, tt := range tests {
		tt.trouble.Host = someHost
		seen[tt.trouble.Kind] = true
		if got := tt.trouble.Error(); got != "mx.example.org (5.5.5.1): "+tt.want {
			t.Errorf("%v: %s", tt.trouble.Kind, got)
		}
	}
	if len(seen) != len(kindNames) {
		t.Errorf("%d kinds of %d", len(seen), len(kindNames))
	}
}

func TestTrace(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		var got []string
		c.Trace = func(l Line) {
			if l.Host != someHost || l.At.IsZero() {
				t.Errorf("%+v", l)
			}
			got = append(got, map[bool]string{true: "> ", false: "< "}[l.Sent]+l.Text)
		}
		whole(t.Context(), c, "a@x.org")
		want := strings.Split(`< 220 mx.example.org ESMTP
> EHLO probe.example.net
< 250-mx.example.org
< 250 PIPELINING
> MAIL FROM:<ann@example.net>
> RCPT TO:<a@x.org>
< 250 ok
< 550-5.1.1 no
< 550 5.1.1 such
> QUIT
< 221 bye`, "\n")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}, helloPipelining+mailFrom+`
		C+ RCPT TO:<a@x.org>
		S: 250 ok
		S: 550-5.1.1 no
		S: 550 5.1.1 such
		C: QUIT
		S: 221 bye`)
}

// What a reply says reaches the caller whole, and trouble says where it came.
func TestReplyAndTroubleWhole(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		s, _ := c.begin(t.Context(), someHost)
		defer s.Quit(t.Context())
		replies, end := s.put(t.Context(), []string{"a@x.org", "b@x.org"}, false)
		if len(replies) != 1 || replies[0].String() != "550 5.1.1 <a@x.org>: no such user here" {
			t.Errorf("got %v", replies)
		}
		if end == nil || end.Stage != reply.RCPT || end.Host != someHost ||
			end.Reply.String() != "421 4.7.0 too many errors" || end.Err != nil {
			t.Errorf("got %+v", end)
		}
	}, hello+mailFrom+`
		S: 250 ok
		C: RCPT TO:<a@x.org>
		S: 550-5.1.1 <a@x.org>: no such
		S: 550 5.1.1 user here
		C: RCPT TO:<b@x.org>
		S: 421 4.7.0 too many errors
		hang up`)
}
