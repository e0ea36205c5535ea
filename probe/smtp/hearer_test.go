package smtp

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate/reply"
)

// TestHearer: replies are told before the next write, so that a kill loses no more than what is on its way. A refusal
// that was the last word is not: the host may hang up with it.
func TestHearer(t *testing.T) {
	const oneByOne = hello + mailFrom + "S: 250 ok\nC: RCPT TO:<a@x.org>\n"
	tests := []struct{ name, script, want string }{
		{"each with its write", oneByOne + "S: 250 ok\nC: RCPT TO:<b@x.org>\nS: 250 ok\nC: RCPT TO:<c@x.org>\nS: 250 ok",
			"250/250/250 250 250"},
		{"a refusal with the next", oneByOne + "S: 550 no\nC: RCPT TO:<b@x.org>\nS: 450 no\nC: RCPT TO:<c@x.org>\nS: 250 ok",
			"550/550 450 250"},
		{"unless it was the last word", oneByOne + "S: 250 ok\nC: RCPT TO:<b@x.org>\nS: 550 no\nwait 1s\nhang up",
			"250/250 closed RCPT 550"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, c *Client) {
				s, _ := c.begin(t.Context(), someHost)
				defer s.Quit(t.Context())
				told := ""
				s.Hearer(func(replies []reply.Reply) {
					for _, r := range replies {
						told += fmt.Sprint(r.Code, "/")
					}
				})
				s.Ration(slowly)
				got := verdicts(t.Context(), s, false, "a@x.org", "b@x.org", "c@x.org")
				if told+got != tt.want {
					t.Errorf("got %q, want %q", told+got, tt.want)
				}
			}, tt.script)
		})
	}
}

// slowly lets the host hang up before the next write.
func slowly(_ context.Context, n int) (leave int, last bool) {
	time.Sleep(2 * time.Second) // of fake time
	return n, false
}
