package smtp

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// TestWhichReplyIsWhose: a good recipient must never get the reply that was meant for a bad one.
func TestWhichReplyIsWhose(t *testing.T) {
	rcptA := mailFrom + "S: 250 ok\nC: RCPT TO:<a@x.org>\n"
	pipelined := helloPipelining + mailFrom + "C+ RCPT TO:<a@x.org>\nC+ RCPT TO:<b@x.org>\n"
	tests := []struct{ name, script, want string }{
		{"two greetings in one piece", `S; 220 one\r\n220 two\r\n`, "nonsense greeting"},
		{"two greetings, one after the other", "S: 220 one\nS: 220 two", "nonsense greeting"},
		{"a reply to RCPT before it was asked", `
			S: 220 mx.example.org
			C: EHLO probe.example.net
			S; 250 mx.example.org\r\n250 ok\r\n550 no\r\n`, "nonsense EHLO"},
		{"two replies to one command, in one piece", hello + rcptA + `S; 550 no\r\n250 ok\r\n`, "nonsense RCPT"},
		{"two replies to one command, one after the other", hello + rcptA + "S: 550 no\nS: 250 ok", "nonsense RCPT"},
		{"one reply too many to a batch: none of them counts",
			pipelined + "S: 250 ok\nS: 550 no\nS: 550 no\nS: 250 ok", "nonsense RCPT"},
		{"a reply and the beginning of another", hello + rcptA + `S; 550 no\r\n25`, "nonsense RCPT"},
		{"a line end inside the text of a reply", hello + rcptA + `S; 550 the other host said:\n250 ok\r\n`,
			"nonsense RCPT"},
		{"the same, where it goes on", hello + rcptA + `
			S; 550-the other host said:\nnothing\r\n550 no\r\n
			C: RCPT TO:<b@x.org>
			S: 250 ok`, "550 250"},
		{"a 421 while nothing was asked does not touch what was answered", hello + rcptA +
			"S: 550 no\nS: 421 4.4.2 timeout\nhang up", "550 closed RCPT 421"},
		{"a refusal that names another recipient", pipelined + `
			S: 250 ok
			S: 550 5.1.1 <b@x.org>: User unknown
			S: 250 ok`, "nonsense RCPT"},
		{"one that names its own beside another", pipelined + `
			S: 250 ok
			S: 550 5.1.6 <A@X.org>: User has moved to b@x.org
			S: 250 ok`, "550 250"},
		{"an acceptance that names another, as aliases do", pipelined + `
			S: 250 ok
			S: 250 2.1.5 <b@x.org>... Recipient ok
			S: 250 ok`, "250 250"},
		{"a longer address is another one", pipelined + `
			S: 250 ok
			S: 550 5.1.1 <beb@x.org>: User unknown
			S: 250 ok`, "550 250"},
		{"the reply to DATA", hello + rcptA + "S: 354 go ahead", "nonsense RCPT"},
		{"the reply to QUIT", hello + rcptA + "S: 221 bye\nhang up", "nonsense RCPT"},
		{"a greeting for MAIL", hello + mailFrom + "S: 220 mx", "nonsense MAIL"},
		{"yes and no in one reply", hello + rcptA + "S: 250-ok\nS: 550 no", "nonsense RCPT"},
		{"no and yes in one reply", hello + rcptA + "S: 550-no\nS: 250 ok", "nonsense RCPT"},
		{"two ways of yes in one reply", hello + rcptA + "S: 250-ok\nS: 251 elsewhere", "nonsense RCPT"},
		{"two ways of no in one reply: the first is the reply's", hello + rcptA + `
			S: 554-no
			S: 550 no
			C: RCPT TO:<b@x.org>
			S: 250 ok`, "554 250"},
		{"a refusal that quotes another one, with its line end as text", hello + rcptA + `
			S: 550-it said: no\n450 not now
			S: 550 no
			C: RCPT TO:<b@x.org>
			S: 250 ok`, "550 250"},
		{"two refusals in one reply: the gentler one counts", hello + rcptA + `
			S: 550-no
			S: 450 not now
			C: RCPT TO:<b@x.org>
			S: 250 ok`, "450 250"},
		{"a reply in pieces", hello + rcptA + `
			S; 5
			wait 1s
			S; 50 n
			wait 1s
			S; o\r
			wait 1s
			S; \n
			C: RCPT TO:<b@x.org>
			S; 250 ok\r\n`, "550 250"},
		{"lines without a CR, eight bits, NUL, an escape and a CR inside", hello + rcptA + `
			S; 550-gr\xfc\xdfe\x00\x1b[2J\n550 a\rb\n
			C: RCPT TO:<b@x.org>
			S: 250 ok`, "550 250"},
		{"a code and nothing else", hello + rcptA + "S: 550\nC: RCPT TO:<b@x.org>\nS: 250", "550 250"},
		{"no code", hello + rcptA + "S: no", "nonsense RCPT"},
		{"a number that is no code", hello + rcptA + "S: 2500 ok", "nonsense RCPT"},
		{"a code out of range", hello + rcptA + "S: 650 ok", "nonsense RCPT"},
		{"another protocol", "S: SSH-2.0-OpenSSH_9.2", "nonsense greeting"},
		{"a web server", "S: HTTP/1.1 400 Bad Request\nS: Connection: close\nhang up", "nonsense greeting"},
		{"nothing, and hangs up", "hang up", "closed greeting"},
		{"half a greeting, and hangs up", "S; 220 mx\nhang up", "closed greeting"},
		{"a greeting, and hangs up", "S: 220 mx\nhang up", "closed greeting"},
		{"a refusal after EHLO, and hangs up", "S: 220 mx\nC: EHLO probe.example.net\nS: 554 no\nhang up",
			"refused EHLO 554"},
		{"MAIL is refused, and it hangs up", pipelined + "S: 554 no\nhang up", "refused MAIL 554"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, c *Client) {
				if got := whole(t.Context(), c, "a@x.org b@x.org"); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			}, tt.script)
		})
	}
}

func TestAnIdleHostHangsUp(t *testing.T) {
	for script, want := range map[string]string{
		"S: 421 4.4.2 timeout exceeded\nhang up": "closed MAIL 421",
		"hang up":                                "closed MAIL",
		"S: 250 ok":                              "nonsense MAIL",
	} {
		play(t, func(t *testing.T, c *Client) {
			s, _ := c.begin(t.Context(), someHost)
			defer s.Quit(t.Context())
			time.Sleep(time.Second) // of fake time
			if got := verdicts(t.Context(), s, false, "a@x.org"); got != want || !s.Ended() {
				t.Errorf("got %q, want %q", got, want)
			}
			if got := verdicts(t.Context(), s, false, "a@x.org"); got != "closed MAIL" {
				t.Errorf("asked again: %q", got)
			}
		}, hello+"wait 10ms\n"+script)
	}
}

func TestNoEnd(t *testing.T) {
	tests := []struct{ name, piece, want string }{
		{"a line without an end", strings.Repeat("x", 1000), "nonsense greeting"},
		{"a greeting of lines without an end", "220-more\\r\\n", "nonsense greeting"},
		{"empty lines without an end", "220-\\r\\n\\r\\n", "nonsense greeting"},
		{"long lines without an end", "220-" + strings.Repeat("x", 3000) + "\\r\\n", "nonsense greeting"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, c *Client) {
				if got := whole(t.Context(), c, ""); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			}, "S; 220-\\r\\n\n"+strings.Repeat("S; "+tt.piece+"\n", 1000))
		})
	}
}

// A session is bounded as a whole too: replies that are long, but not too long, add up.
func TestManyLongReplies(t *testing.T) {
	long := strings.Repeat("S: 550-"+strings.Repeat("x", 600)+"\n", 90) + "S: 550 no\n"
	play(t, func(t *testing.T, c *Client) {
		s, _ := c.begin(t.Context(), someHost)
		defer s.Quit(t.Context())
		replies, end := s.put(t.Context(), strings.Fields(strings.Repeat("a@x.org ", 50)), false)
		if end == nil || end.Kind != Nonsense || len(replies) < 15 || len(replies) > 20 {
			t.Errorf("%d replies, %v", len(replies), end)
		}
	}, hello+mailFrom+"S: 250 ok\n"+strings.Repeat("C: RCPT TO:<a@x.org>\n"+long, 50))
}

func TestALongLineIsCut(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		s, trouble := c.begin(t.Context(), someHost)
		if trouble != nil {
			t.Fatal(trouble)
		}
		defer s.Quit(t.Context())
		if n := len(s.Greeting().Text()); n > maxLine {
			t.Errorf("%d octets", n)
		}
	}, "S: 220 "+strings.Repeat("x", 20000)+strings.TrimPrefix(strings.TrimSpace(hello), "S: 220 mx.example.org ESMTP"))
}

// A reset must not throw away the reply that came before it, nor may it look like a time-out.
func TestReset(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	served := make(chan error, 1)
	go func() { served <- resetAfter421(l) }()
	to := l.Addr().(*net.TCPAddr).AddrPort()
	c := &Client{HELO: "probe.example.net", Port: to.Port(), AllowPrivate: true}
	s, trouble := c.begin(t.Context(), Host{Addr: to.Addr()})
	if trouble != nil {
		t.Fatal(trouble)
	}
	defer s.Quit(t.Context())
	if got := verdicts(t.Context(), s, false, "a@x.org", "b@x.org", "c@x.org"); got != "550 closed RCPT 421" {
		t.Errorf("got %q", got)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// resetAfter421 leaves unread what the client said last, so that closing resets the connection.
func resetAfter421(l net.Listener) error {
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	b := make([]byte, 1024)
	_, err = conn.Write([]byte("220 mx\r\n"))
	_, err1 := conn.Read(b)
	_, err2 := conn.Write([]byte("250-mx\r\n250 PIPELINING\r\n"))
	_, err3 := conn.Read(b[:1])
	_, err4 := conn.Write([]byte("250 ok\r\n550 no\r\n421 4.7.0 too many errors\r\n"))
	return errors.Join(err, err1, err2, err3, err4, conn.Close())
}

func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	tests := []struct {
		addr   string
		public bool
	}{
		{"5.5.5.1", true}, {"2a00:1450::1a", true}, {"127.0.0.1", false}, {"169.254.169.254", false}, {"::1", false},
		{"64:ff9b::127.0.0.1", false},
	}
	for _, tt := range tests {
		dialled := false
		c := &Client{HELO: "probe.example.net", Dial: dialNothing(&dialled)}
		_, trouble := c.begin(t.Context(), Host{Addr: netip.MustParseAddr(tt.addr)})
		if dialled != tt.public || trouble.Kind == Forbidden == tt.public {
			t.Errorf("%s: dialled %v, %v", tt.addr, dialled, trouble)
		}
		c.AllowPrivate = true
		if c.begin(t.Context(), Host{Addr: netip.MustParseAddr(tt.addr)}); !dialled {
			t.Errorf("%s in a lab: not dialled", tt.addr)
		}
	}
}
