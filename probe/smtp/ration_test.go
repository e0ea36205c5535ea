package smtp

import (
	"context"
	"testing"
	"time"
)

func TestRation(t *testing.T) {
	const pipelined = helloPipelining + mailFrom +
		"C+ RCPT TO:<a@x.org>\nC+ RCPT TO:<b@x.org>\nS: 250 ok\nS: 550 no\nS: 250 ok\n"
	const lastOne = "C: RCPT TO:<c@x.org>\nC+ QUIT\n"
	tests := []struct {
		name, script string
		leave        []int // of each write; below zero: the last of the session
		want         string
	}{
		{"fewer at a time than would fit in a write", pipelined + "C: RCPT TO:<c@x.org>\nS: 450 later\nC: QUIT",
			[]int{2, 5}, "550 250 450"},
		{"spent in the middle", pipelined + "C: QUIT", []int{2, 0}, "550 250 held RCPT"},
		{"spent from the beginning: not even MAIL is said", helloPipelining + "C: QUIT", []int{0}, "held RCPT"},
		{"one at a time", hello + mailFrom + "S: 250 ok\nC: RCPT TO:<a@x.org>\nS: 250 ok\nC: QUIT", []int{1, 0},
			"250 held RCPT"},
		{"the host hangs up before there is leave", pipelined + "hang up", []int{2, 1}, "550 250 closed RCPT"},
		{"it speaks up before", pipelined + "wait 500ms\nS: 250 ok", []int{2, 1}, "550 250 nonsense RCPT"},
		{"it takes leave before", pipelined + "wait 500ms\nS: 421 idle\nhang up", []int{2, 1},
			"550 250 closed RCPT 421"},
		{"the last ones take QUIT with them", pipelined + lastOne + "S: 450 later\nS: 221 bye\nhang up", []int{2, -1},
			"550 250 450"},
		{"but not if it has accepted no MAIL yet", pipelined + "C: QUIT", []int{-2, 0}, "550 250 held RCPT"},
		{"it hangs up on QUIT, after a yes", pipelined + lastOne + "S: 250 ok\nhang up", []int{2, -1}, "550 250 250"},
		{"or after a no, which may be why", pipelined + lastOne + "S: 550 go away\nhang up", []int{2, -1},
			"550 250 closed QUIT 550"},
		{"it takes leave with another code", pipelined + lastOne + "S: 550 no\nS: 421 bye\nhang up", []int{2, -1},
			"550 250 550"},
		{"it takes no leave", pipelined + lastOne + "S: 550 no\nwait 5s", []int{2, -1}, "550 250 550"},
		{"it takes leave before the last reply", pipelined + lastOne + "S: 421 idle\nhang up", []int{2, -1},
			"550 250 closed RCPT 421"},
		{"it forgets a reply", pipelined + lastOne + "S: 221 bye\nhang up", []int{2, -1}, "550 250 nonsense RCPT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, c *Client) {
				s, _ := c.begin(t.Context(), someHost)
				defer s.Quit(t.Context())
				s.Ration(func(_ context.Context, n int) (leave int, last bool) {
					time.Sleep(time.Second) // of fake time
					leave, tt.leave = tt.leave[0], tt.leave[1:]
					return min(max(leave, -leave), n+1), leave < 0 // more than was asked for does no harm
				})
				if got := verdicts(t.Context(), s, false, "a@x.org", "b@x.org", "c@x.org"); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			}, tt.script)
		})
	}
}
