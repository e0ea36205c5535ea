package smtp

import (
	"strings"
	"testing"
)

func TestCheckMailbox(t *testing.T) {
	tests := []struct {
		address          string
		fits, fitsAsUTF8 bool
	}{
		{"bob@x.org", true, true},
		{"o'brien+tag/dept=x@xn--mller-kva.example", true, true},
		{`"bob smith"@x.org`, true, true},
		{`"<bob>\"\\"@x.org`, true, true},
		{"bob@[192.0.2.1]", true, true},
		{"bob@[IPv6:2001:db8::1]", true, true},
		{"jürgen@x.org", false, true},
		{`"jürgen b"@x.org`, false, true},
		{"bob@müller.example", false, false},
		{"bob@x.org\r\nDATA", false, false},
		{"bob\r\nDATA\r\n@x.org", false, false},
		{"bob\n@x.org", false, false},
		{"bob\x00@x.org", false, false},
		{"bob\x7f@x.org", false, false},
		{"bob\u0085@x.org", false, false},
		{"bob\u2028@x.org", false, false},
		{"bob@x.org> SIZE=1", false, false},
		{"bob>@x.org", false, false},
		{"<bob@x.org", false, false},
		{"bob smith@x.org", false, false},
		{"bob@x.org ", false, false},
		{" bob@x.org", false, false},
		{"a@b@x.org", false, false},
		{`"bob"smith"@x.org`, false, false},
		{`"bob\"@x.org`, false, false},
		{`"bob` + "\r\n" + `"@x.org`, false, false},
		{`"@x.org`, false, false},
		{"bob", false, false},
		{"@x.org", false, false},
		{"bob@", false, false},
		{"bob@[1", false, false},
		{"bob@[]", false, false},
		{"bob\xff@x.org", false, false},
		{"", false, false},
		{strings.Repeat("b", 248) + "@x.org", true, true},
		{strings.Repeat("b", 249) + "@x.org", false, false},
	}
	for _, tt := range tests {
		if got := checkMailbox(tt.address, false) == nil; got != tt.fits {
			t.Errorf("%q: %v", tt.address, got)
		}
		if got := checkMailbox(tt.address, true) == nil; got != tt.fitsAsUTF8 {
			t.Errorf("%q with SMTPUTF8: %v", tt.address, got)
		}
	}
}

// Nothing that the caller must not say is said, nor is what stands beside it.
func TestCallersMistakes(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		s, trouble := c.begin(t.Context(), someHost)
		if trouble != nil {
			t.Fatal(trouble)
		}
		defer s.Quit(t.Context())
		for _, bad := range []string{"b@x.org>\r\nDATA", "b b@x.org", "jürgen@x.org", "b@müller.example"} {
			if got := verdicts(t.Context(), s, false, "a@x.org", bad); got != "invalid MAIL" || s.Ended() {
				t.Errorf("%q: %s", bad, got)
			}
		}
		if got := verdicts(t.Context(), s, false); got != "" {
			t.Errorf("nobody: %s", got)
		}
	}, hello+"C: QUIT\nS: 221 bye")
}

func TestWhoWeAre(t *testing.T) {
	for _, c := range []Client{
		{}, {HELO: "probe example"}, {HELO: "probe\r\nDATA"}, {HELO: "pröbe.example"}, {HELO: "[192.0.2.1"},
		{HELO: "probe.example", From: "ann"}, {HELO: "probe.example", From: "änn@example.net"},
		{HELO: "probe.example", From: "ann@example.net> X"},
	} {
		dialled := false
		c.Dial = dialNothing(&dialled)
		if _, trouble := c.begin(t.Context(), someHost); trouble.Kind != Invalid || dialled {
			t.Errorf("%q, %q: %v", c.HELO, c.From, trouble)
		}
	}
	play(t, func(t *testing.T, c *Client) {
		c.From, c.HELO = "", "[192.0.2.1]"
		if got := whole(t.Context(), c, "a@x.org"); got != "250" {
			t.Errorf("got %q", got)
		}
	}, `
		S: 220 mx
		C: EHLO [192.0.2.1]
		S: 250 mx
		C: MAIL FROM:<>
		S: 250 ok
		C: RCPT TO:<a@x.org>
		S: 250 ok
		C: QUIT`)
}
