package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
)

func world(t testing.TB, text string) *sandbox.World {
	t.Helper()
	w, err := sandbox.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTheTruthAboutAMailbox(t *testing.T) {
	t.Parallel()
	w := world(t, samples.World)
	tests := []struct {
		address string
		want    sandbox.Mailbox
	}{
		{"ada@acme.test", sandbox.Mailbox{Kind: sandbox.Exists, Tells: true}},
		{"ADA@Acme.Test", sandbox.Mailbox{Kind: sandbox.Exists, Tells: true}},
		{"nobody@acme.test", sandbox.Mailbox{Kind: sandbox.Unknown, Tells: true}},
		{"ada+news@acme.test", sandbox.Mailbox{Kind: sandbox.Unknown, Tells: true}},
		{"postmaster@acme.test", sandbox.Mailbox{Kind: sandbox.Exists, Tells: true}},
		{"bruno@acme.test", sandbox.Mailbox{Kind: sandbox.Moved, MovedTo: "bruno@umbrella.test", Tells: true}},
		{"ediemarrowthesecond+offers@gmail.com", sandbox.Mailbox{Kind: sandbox.Exists, Tells: true}},
		{`"quentin the great"@lighthouse.test`, sandbox.Mailbox{Kind: sandbox.Exists, Tells: true}},
		{"rüdiger@xn--mnchen-3ya.test", sandbox.Mailbox{Kind: sandbox.Exists}}, // its host has no SMTPUTF8
		{"jürgen@utf8.test", sandbox.Mailbox{Kind: sandbox.Exists, Tells: true}},
		{"nobody@yahoo.com", sandbox.Mailbox{Kind: sandbox.Unknown}},
		{"nobody@noedge.test", sandbox.Mailbox{Kind: sandbox.Unknown}},
		{"nobody@unwelcome.test", sandbox.Mailbox{Kind: sandbox.Unknown}},
		{"nobody@deaf.test", sandbox.Mailbox{Kind: sandbox.Unknown}},
		{"nobody@spf.test", sandbox.Mailbox{Kind: sandbox.Unknown, Tells: true}},
		{"nobody@maintenance.test", sandbox.Mailbox{Kind: sandbox.Unknown, Tells: true}}, // its second host tells
		{"nobody@softly.test", sandbox.Mailbox{Kind: sandbox.Unknown}},
		{"nobody@catchall.test", sandbox.Mailbox{Kind: sandbox.CatchAll}},
		{"ann@any.crowd.test", sandbox.Mailbox{Kind: sandbox.Exists, Tells: true}},
		{"550-5.7.1@reply.acme.test", sandbox.Mailbox{Kind: sandbox.Told, Reply: "550-5.7.1", Tells: true}},
		{"550-5.1.1.data@reply.any.crowd.test", sandbox.Mailbox{Kind: sandbox.Told, Reply: "550-5.1.1.data",
			Tells: true}},
	}
	for _, tt := range tests {
		got, ok := w.Mailbox(tt.address)
		if diff := cmp.Diff(tt.want, got); diff != "" || !ok {
			t.Errorf("%s: %v (-want +got)\n%s", tt.address, ok, diff)
		}
	}
	for _, address := range []string{"ann@nowhere.test", "ann", "@acme.test", "ann@", "ann@null.test"} {
		if m, ok := w.Mailbox(address); ok {
			t.Errorf("%s: got %v", address, m)
		}
	}
}

// TestTheTruthIsWhatServersSay asks the hosts of the sample world about everybody in it, and about nobody.
func TestTheTruthIsWhatServersSay(t *testing.T) {
	t.Parallel()
	s := start(t, samples.World)
	w := world(t, samples.World)
	kinds := make(map[sandbox.Kind]int)
	// Postfix, Exim, OpenSMTPD, Sendmail
	for _, host := range []string{"192.0.2.100", "192.0.2.109", "192.0.2.113", "192.0.2.115"} {
		domain := domainAt(t, s, host)
		for address, m := range w.Mailboxes() {
			if strings.HasSuffix(address, "@"+domain) {
				kinds[m.Kind]++
				code := askAbout(t, s, host, address)
				if accepted := code[0] == '2'; accepted != m.Deliverable() {
					t.Errorf("%s, which is %s, got %s", address, m.Kind, code)
				}
			}
		}
		if code := askAbout(t, s, host, "nobody@"+domain); code[0] != '5' {
			t.Errorf("nobody@%s got %s", domain, code)
		}
	}
	if diff := cmp.Diff(map[sandbox.Kind]int{sandbox.Exists: 24, sandbox.Full: 4, sandbox.Disabled: 4},
		kinds); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// domainAt is the domain that a host of the sample world is named after.
func domainAt(t *testing.T, s *sandbox.Sandbox, host string) string {
	t.Helper()
	c := connect(t, s, host)
	defer c.conn.Close()
	name := strings.Fields(c.reply()[0])[1]
	return strings.TrimPrefix(name, "mx.")
}

func connect(t *testing.T, s *sandbox.Sandbox, host string) *client {
	t.Helper()
	conn, err := s.Dial(t.Context(), "tcp", host+":25")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return newClient(conn)
}

func askAbout(t *testing.T, s *sandbox.Sandbox, host, address string) string {
	t.Helper()
	c := connect(t, s, host)
	defer c.conn.Close()
	c.reply()
	c.ask("EHLO probe.sandbox.test")
	c.ask("MAIL FROM:<check@sandbox.test>")
	lines, _ := c.ask("RCPT TO:<" + address + ">")
	return lines[len(lines)-1]
}

func TestOurOwnIdentityIsSound(t *testing.T) {
	t.Parallel()
	s := start(t, samples.World)
	for _, tt := range []struct {
		name string
		typ  uint16
		want string
	}{
		{"200.2.0.192.in-addr.arpa", 12, "NOERROR; PTR probe.sandbox.test."},
		{"0.0.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", 12,
			"NOERROR; PTR probe.sandbox.test."},
		{"probe.sandbox.test", 1, "NOERROR; A 192.0.2.200"},
		{"probe.sandbox.test", 28, "NOERROR; AAAA 2001:db8::200"},
		{"sandbox.test", 15, "NOERROR; MX 10 mx.sandbox.test."},
		{"sandbox.test", 16, `NOERROR; TXT "v=spf1 ip4:192.0.2.200 ip4:127.0.2.200 ip6:2001:db8::200 -all"`},
		{"200.2.0.192.bl.sandbox.test", 1, "NXDOMAIN; +SOA"},
		{"201.2.0.192.bl.sandbox.test", 1, "NOERROR; A 127.0.0.2"},
		{"2.0.0.127.bl.sandbox.test", 1, "NOERROR; A 127.0.0.2"},
		{"1.0.0.127.bl.sandbox.test", 1, "NXDOMAIN; +SOA"},
		{"reply.acme.test", 15, "NOERROR; MX 10 mx1.acme.test.; MX 20 mx2.acme.test."},
		{"reply.null.test", 15, "NXDOMAIN; +SOA"},
		{"reply.reply.acme.test", 15, "NXDOMAIN; +SOA"},
	} {
		m, err := ask(t, s, "tcp", tt.name, tt.typ)
		if err != nil {
			t.Fatal(err)
		}
		if got := brief(m); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	if got := askAbout(t, s, "192.0.2.199", "check@sandbox.test"); got != "250 2.1.5 Ok" {
		t.Errorf("our own sender: %s", got)
	}
}

func TestMannersAreCounted(t *testing.T) {
	t.Parallel()
	inLab(t, "postfix-limited connections=3/60s", func(t *testing.T, s *sandbox.Sandbox) {
		talk := func(script string) {
			c := dial(t, s, "192.0.2.200")
			c.session(t, script)
			c.conn.Close()
		}
		talk("mail ann nobody nobody data hello quit")
		time.Sleep(7 * time.Second)
		talk("mail ann quit")
		time.Sleep(54 * time.Second) // the first one is a minute ago
		for range 3 {                // the last of them comes too soon
			talk("mail ann quit")
		}
		time.Sleep(90 * time.Second)
		talk("quit")
		want := sandbox.Conduct{
			Connections: 6, AtOnce: 1, PerMinute: 4, Recipients: 6, RecipientsPerMinute: 4, Refused: 2, Data: 1,
			TooMany: 1,
		}
		got := s.Conduct()["mx.a.test"]
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestTooManyAtOnce(t *testing.T) {
	t.Parallel()
	for personality, want := range map[string]string{
		"postfix at-once=2": "421 4.7.0 mx.a.test Error: too many connections from 192.0.2.200",
		"exim at-once=2":    "421 Too many concurrent SMTP connections from this IP address; please try again later.",
	} {
		inLab(t, personality, func(t *testing.T, s *sandbox.Sandbox) {
			first, second, third := dial(t, s, "192.0.2.200"), dial(t, s, "192.0.2.200"), dial(t, s, "192.0.2.200")
			first.reply()
			second.reply()
			if got := third.reply(); len(got) != 1 || got[0] != want {
				t.Errorf("%s: the third got %q", personality, got)
			}
			if other := dial(t, s, "192.0.2.9").reply(); !strings.HasPrefix(other[0], "220") {
				t.Errorf("%s: another client got %q", personality, other)
			}
			second.ask("QUIT")
			if got := dial(t, s, "192.0.2.200").reply(); !strings.HasPrefix(got[0], "220") {
				t.Errorf("%s: once the second had left, the next got %q", personality, got)
			}
			m := s.Conduct()["mx.a.test"]
			if m.AtOnce != 3 || m.TooMany != 1 || m.Connections != 5 {
				t.Errorf("%s: counted %+v", personality, m)
			}
		})
	}
}

// TestRepliesAreHeldBackWhileTheServerSleeps: of a batch, the first eleven verdicts come together after a
// second, the others one by one.
func TestRepliesAreHeldBackWhileTheServerSleeps(t *testing.T) {
	t.Parallel()
	inLab(t, "postfix", func(t *testing.T, s *sandbox.Sandbox) {
		c := dial(t, s, "192.0.2.200")
		c.reply()
		c.ask("EHLO c.sandbox.test")
		c.ask("MAIL FROM:<check@far.test>")
		begun := time.Now()
		fmt.Fprint(c.conn, strings.Repeat("RCPT TO:<nobody@a.test>\r\n", 13))
		var got []time.Duration
		for range 13 {
			c.reply()
			got = append(got, time.Since(begun)/time.Second)
		}
		if diff := cmp.Diff([]time.Duration{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// TestRoundTrips: connecting, the greeting and each batch take one.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	inLab(t, "plain rtt=30ms", func(t *testing.T, s *sandbox.Sandbox) {
		begun := time.Now()
		c := dial(t, s, "192.0.2.200")
		c.reply()
		c.ask("EHLO c.sandbox.test")
		c.ask(commandsOf("mail+ann+ben+nobody*9")...)
		c.ask("QUIT")
		if took := time.Since(begun); took != 5*30*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
}

// TestPace: the servers' time goes faster, and is told by their clock.
func TestPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := world(t, fmt.Sprintf(labWorld, "postgrey wait=60s"))
		s, err := sandbox.Start(t.Context(), w, sandbox.Options{Pipes: true, Pace: 60})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		begun := time.Now()
		for _, want := range []string{"450", "450", "250"} {
			c := dial(t, s, "192.0.2.200")
			c.reply()
			c.ask("EHLO c.sandbox.test")
			c.ask("MAIL FROM:<check@far.test>")
			if lines, _ := c.ask("RCPT TO:<ann@a.test>"); lines[0][:3] != want {
				t.Errorf("after %v: %q", time.Since(begun), lines)
			}
			c.ask("QUIT")
			c.conn.Close()
			time.Sleep(2 * time.Second)
		}
		sessions := s.Sessions()
		if got := sessions[2].Began.Sub(sessions[0].Began); got != 6*time.Minute {
			t.Errorf("by the world's clock it took %v", got)
		}
		if line := sessions[0].Lines[0]; line.Held != time.Minute || line.FromClient {
			t.Errorf("the greeting is noted as %+v", line)
		}
	})
}

func TestTranscript(t *testing.T) {
	t.Parallel()
	inLab(t, "postfix", func(t *testing.T, s *sandbox.Sandbox) {
		c := dial(t, s, "192.0.2.200")
		c.session(t, "login mail nobody data quit")
		sessions := s.Sessions()
		const want = `# mx.a.test 192.0.2.1:25 from 192.0.2.200
   0.000 S: 220 mx.a.test ESMTP Postfix
   0.000 C: EHLO c.sandbox.test
   0.000 S: 250-mx.a.test
   0.000 S: 250-8BITMIME
   0.000 S: 250-ENHANCEDSTATUSCODES
   0.000 S: 250-DSN
   0.000 S: 250-VRFY
   0.000 S: 250-ETRN
   0.000 S: 250-CHUNKING
   0.000 S: 250-PIPELINING
   0.000 S: 250-SIZE 26214400
   0.000 S: 250-STARTTLS
   0.000 S: 250 SMTPUTF8
   0.000 C: AUTH PLAIN ...
   0.000 S: 503 5.5.1 Error: authentication not enabled
   0.000 C: MAIL FROM:<check@far.test>
   0.000 S: 250 2.1.0 Ok
   0.000 C: RCPT TO:<nobody@a.test>
   0.000 S: 550 5.1.1 <nobody@a.test>: Recipient address rejected: User unknown in virtual mailbox table
   0.000 C: DATA
   0.000 S: 554 5.5.1 Error: no valid recipients
   0.000 C: QUIT
   0.000 S: 221 2.0.0 Bye
`
		if diff := cmp.Diff(want, sessions[0].Transcript()); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}
