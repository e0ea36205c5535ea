package dns

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/miekg/dns"
)

const soaRecord = "test. 900 IN SOA ns.test. h.test. 1 2 3 4 600"

// how an answer is compared: who said it and how long it took are not the point.
var alike = cmp.Options{
	cmpopts.IgnoreFields(Answer{}, "Server", "Took", "Tries"),
	cmpopts.EquateComparable(netip.Addr{}),
	cmp.Transformer("err", func(err error) string { return fmt.Sprint(err) }),
	cmpopts.EquateEmpty(),
}

func rcode(code int, edes ...uint16) func(*dns.Msg) {
	return func(m *dns.Msg) {
		m.Rcode = code
		m.SetEdns0(1232, false)
		for _, e := range edes {
			opt := m.IsEdns0()
			opt.Option = append(opt.Option, &dns.EDNS0_EDE{InfoCode: e, ExtraText: "since\x1b[2J today"})
		}
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		typ      Type
		zone     []string
		change   func(*dns.Msg)
		want     Answer
		definite bool
	}{
		{"MX records come as they were sent, in lower case", MX,
			[]string{"a.test. 60 IN MX 20 B.test.", "A.test. 30 IN MX 10 C.test.", "a.test. 90 IN MX 0 ."}, nil,
			Answer{Canonical: "a.test", TTL: 30 * time.Second, MX: []Mail{{20, "b.test"}, {10, "c.test"}, {0, ""}}},
			true},
		{"records of other names and types are passed over", A,
			[]string{"other.test. 60 IN A 192.0.2.1", "a.test. 60 IN TXT x", "a.test. 60 IN A 192.0.2.2"}, nil,
			Answer{Canonical: "a.test", TTL: time.Minute, Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.2")}}, true},
		{"CNAMEs are followed in any order, and the shortest life counts", AAAA,
			[]string{"c.test. 60 IN AAAA 2001:db8::1", "b.test. 20 IN CNAME c.test.", "a.test. 40 IN CNAME B.test."},
			nil,
			Answer{Canonical: "c.test", TTL: 20 * time.Second,
				Addrs: []netip.Addr{netip.MustParseAddr("2001:db8::1")}}, true},
		{"a circle of CNAMEs is malformed", A,
			[]string{"a.test. 60 IN CNAME b.test.", "b.test. 60 IN CNAME a.test."}, nil,
			Answer{Outcome: malformed, Err: fmt.Errorf("its CNAMEs form a loop or a chain that is too long")}, false},
		{"a CNAME to nothing is NXDOMAIN of its target", MX,
			[]string{"a.test. 60 IN CNAME gone.test.", soaRecord}, rcode(dns.RcodeNameError),
			Answer{Outcome: NXDomain, Canonical: "gone.test", SOA: true, TTL: 600 * time.Second}, true},
		{"TXT strings are joined", TXT, []string{`a.test. 60 IN TXT "v=spf1 " "-all"`}, nil,
			Answer{Canonical: "a.test", TTL: time.Minute, Texts: []string{"v=spf1 -all"}}, true},
		{"PTR names are names", PTR, []string{`a.test. 60 IN PTR Host.test.`}, nil,
			Answer{Canonical: "a.test", TTL: time.Minute, Names: []string{"host.test"}}, true},
		{"NODATA with SOA is definite", MX, []string{soaRecord}, nil,
			Answer{Outcome: NoData, Canonical: "a.test", SOA: true, TTL: 600 * time.Second}, true},
		{"NODATA without SOA is not", MX, nil, nil, Answer{Outcome: NoData, Canonical: "a.test"}, false},
		{"NXDOMAIN with SOA is definite", MX, []string{soaRecord}, rcode(dns.RcodeNameError),
			Answer{Outcome: NXDomain, Canonical: "a.test", SOA: true, TTL: 600 * time.Second}, true},
		{"NXDOMAIN without SOA is not", MX, nil, rcode(dns.RcodeNameError),
			Answer{Outcome: NXDomain, Canonical: "a.test"}, false},
		{"NXDOMAIN that is marked as blocked is not, and the text is made harmless", MX, []string{soaRecord},
			rcode(dns.RcodeNameError, 15),
			Answer{Outcome: NXDomain, Canonical: "a.test", SOA: true, TTL: 600 * time.Second,
				EDE: []EDE{{15, "since?[2J today"}}}, false},
		{"an address that is marked as filtered is not", A, []string{"a.test. 60 IN A 0.0.0.0"},
			rcode(dns.RcodeSuccess, 17),
			Answer{Canonical: "a.test", TTL: time.Minute, Addrs: []netip.Addr{netip.MustParseAddr("0.0.0.0")},
				EDE: []EDE{{17, "since?[2J today"}}}, false},
		{"SERVFAIL", MX, nil, rcode(dns.RcodeServerFailure, 6), Answer{Outcome: servFail,
			EDE: []EDE{{6, "since?[2J today"}}}, false},
		{"REFUSED", MX, nil, rcode(dns.RcodeRefused), Answer{Outcome: refused}, false},
		{"NOTIMP has its name", MX, nil, rcode(dns.RcodeNotImplemented), Answer{Outcome: badRcode,
			Err: fmt.Errorf("NOTIMP")}, false},
		{"a referral is lame", MX, []string{"test. 60 IN NS ns.test."}, nil,
			Answer{Outcome: lame, Canonical: "a.test"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := play(t, func(q *dns.Msg, _ bool) [][]byte {
				m := reply(t, q, tt.zone...)
				if tt.change != nil {
					tt.change(m)
				}
				return [][]byte{pack(t, m)}
			})
			c := client(t, server)
			c.Timeout = 5 * time.Second
			got := c.Ask(t.Context(), "A.test.", tt.typ)
			tt.want.Name, tt.want.Type = "a.test", tt.typ
			if diff := cmp.Diff(tt.want, got, alike); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got.Definite() != tt.definite {
				t.Errorf("Definite() = %v of %v", got.Definite(), got)
			}
			if got.Server != server {
				t.Errorf("answered by %q, want %q", got.Server, server)
			}
		})
	}
}

// good answers with one address.
func good(t testing.TB) player {
	return func(q *dns.Msg, _ bool) [][]byte {
		return [][]byte{pack(t, reply(t, q, q.Question[0].Name+" 60 IN A 192.0.2.1"))}
	}
}

func always(outcome int) player {
	return func(q *dns.Msg, _ bool) [][]byte {
		raw, _ := new(dns.Msg).SetRcode(q, outcome).Pack()
		return [][]byte{raw}
	}
}

func silence(*dns.Msg, bool) [][]byte { return nil }

// changed sends a wrong version of the good answer, and then perhaps the good one.
func changed(t testing.TB, then bool, change func(raw []byte) []byte) player {
	return func(q *dns.Msg, tcp bool) [][]byte {
		right := good(t)(q, tcp)[0]
		wrong := change(append([]byte(nil), right...))
		if then {
			return [][]byte{wrong, right}
		}
		return [][]byte{wrong}
	}
}

func TestHostileMessages(t *testing.T) {
	t.Parallel()
	otherID := func(raw []byte) []byte { raw[0]++; return raw }
	otherName := func(raw []byte) []byte { raw[headerSize+1] = 'z'; return raw }
	tests := []struct {
		name string
		play player
		want Outcome
	}{
		{"a wrong id is passed over, and the right answer still counts", changed(t, true, otherID), Found},
		{"a wrong id alone is no answer", changed(t, false, otherID), timedOut},
		{"a wrong question is passed over, and the right answer still counts", changed(t, true, otherName), Found},
		{"a wrong question alone is no answer", changed(t, false, otherName), timedOut},
		{"a question sent back is no answer",
			changed(t, false, func(raw []byte) []byte { raw[2] &^= 0x80; return raw }), timedOut},
		{"NXDOMAIN without its question is no answer", func(q *dns.Msg, _ bool) [][]byte {
			return [][]byte{{byte(q.Id >> 8), byte(q.Id), 0x81, 0x83, 0, 0, 0, 0, 0, 0, 0, 0}}
		}, timedOut},
		{"SERVFAIL without its question is believed", func(q *dns.Msg, _ bool) [][]byte {
			return [][]byte{{byte(q.Id >> 8), byte(q.Id), 0x81, 0x82, 0, 0, 0, 0, 0, 0, 0, 0}}
		}, servFail},
		{"a header alone is no answer", changed(t, false, func(raw []byte) []byte { return raw[:headerSize] }),
			timedOut},
		{"less than a header is no answer", changed(t, false, func(raw []byte) []byte { return raw[:5] }), timedOut},
		{"records that are cut off are malformed",
			changed(t, false, func(raw []byte) []byte { return raw[:len(raw)-3] }), malformed},
		{"a record without data is malformed", changed(t, false, func(raw []byte) []byte {
			raw = raw[:len(raw)-4]
			raw[len(raw)-1] = 0
			return raw
		}), malformed},
		{"more records promised than sent: what is there counts",
			changed(t, false, func(raw []byte) []byte { raw[7] = 200; return raw }), Found},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := client(t, play(t, tt.play))
			c.Timeout = longEnoughFor(tt.want)
			if got := c.Ask(t.Context(), "a.test", A); got.Outcome != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// longEnoughFor lets an answer come on a busy machine, and silence be short.
func longEnoughFor(o Outcome) time.Duration {
	if o == timedOut {
		return 50 * time.Millisecond
	}
	return 5 * time.Second
}

// truncated is TC over UDP; TCP is the test's.
func truncated(over func(q *dns.Msg) [][]byte) player {
	return func(q *dns.Msg, tcp bool) [][]byte {
		if tcp {
			return over(q)
		}
		m := new(dns.Msg).SetReply(q)
		m.Truncated = true
		raw, _ := m.Pack()
		return [][]byte{raw}
	}
}

func TestTruncatedAnswersComeOverTCP(t *testing.T) {
	t.Parallel()
	many := func(n int) func(q *dns.Msg) [][]byte {
		return func(q *dns.Msg) [][]byte {
			m := reply(t, q)
			m.Compress = true
			for i := range n {
				rr, _ := dns.NewRR(fmt.Sprintf("%s 60 IN MX %d mx%d.a.test.", q.Question[0].Name, i, i))
				m.Answer = append(m.Answer, rr)
			}
			return [][]byte{pack(t, m)}
		}
	}
	c := client(t, play(t, truncated(many(46))))
	c.Timeout = 5 * time.Second
	if a := c.Ask(t.Context(), "a.test", MX); len(a.MX) != 46 || !a.TCP || a.Clipped {
		t.Errorf("46 MX: got %d, over TCP %v, clipped %v: %v", len(a.MX), a.TCP, a.Clipped, a)
	}
	c = client(t, play(t, truncated(many(2500))))
	c.Timeout = 5 * time.Second
	if a := c.Ask(t.Context(), "a.test", MX); len(a.MX) != MaxRecords || !a.Clipped {
		t.Errorf("a giant answer: got %d records, clipped %v: %v", len(a.MX), a.Clipped, a)
	}
}

func TestHostileTCP(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		over func(q *dns.Msg) [][]byte
		want Outcome
	}{
		{"a message that answers something else is malformed", func(q *dns.Msg) [][]byte {
			q.Id++
			return good(t)(q, true)
		}, malformed},
		{"a message without a header is malformed", func(q *dns.Msg) [][]byte { return [][]byte{{1, 2}} }, malformed},
		{"an answer without end is cut off in time", func(q *dns.Msg) [][]byte { return nil }, timedOut},
		{"what comes after the answer is not read", func(q *dns.Msg) [][]byte {
			return append(good(t)(q, true), make([]byte, 60000), make([]byte, 60000))
		}, Found},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := client(t, play(t, truncated(tt.over)))
			c.Timeout = longEnoughFor(tt.want)
			if got := c.Ask(t.Context(), "a.test", A); got.Outcome != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestAnAnswerFromElsewhereIsNotHeard lets a stranger send the right answer to the right port.
func TestAnAnswerFromElsewhereIsNotHeard(t *testing.T) {
	t.Parallel()
	stranger, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	var port atomic.Pointer[net.UDPAddr]
	c := client(t, play(t, func(q *dns.Msg, tcp bool) [][]byte {
		stranger.WriteTo(good(t)(q, tcp)[0], port.Load())
		return nil
	}))
	c.Timeout = 100 * time.Millisecond
	c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		port.Store(conn.LocalAddr().(*net.UDPAddr))
		return conn, err
	}
	if a := c.Ask(t.Context(), "a.test", A); a.Outcome != timedOut {
		t.Errorf("got %v", a)
	}
}

// counted counts the questions over UDP.
func counted(n *atomic.Int32, p player) player {
	return func(q *dns.Msg, tcp bool) [][]byte {
		n.Add(1)
		return p(q, tcp)
	}
}

// nobody is an address where nobody listens.
func nobody(t testing.TB) string {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.LocalAddr().String()
}

func TestRetries(t *testing.T) {
	t.Parallel()
	later := func(n int32, first, then player) player {
		var asked atomic.Int32
		return func(q *dns.Msg, tcp bool) [][]byte {
			if asked.Add(1) <= n {
				return first(q, tcp)
			}
			return then(q, tcp)
		}
	}
	tests := []struct {
		name    string
		servers []player // nil: nobody listens
		want    Outcome
		tries   int
	}{
		{"a lost question is asked again", []player{later(1, silence, good(t))}, Found, 2},
		{"a passing SERVFAIL is asked again", []player{later(1, always(dns.RcodeServerFailure), good(t))}, Found, 2},
		{"a lasting SERVFAIL is told", []player{always(dns.RcodeServerFailure)}, servFail, 2},
		{"after SERVFAIL another server is asked", []player{always(dns.RcodeServerFailure), good(t)}, Found, 2},
		{"after REFUSED another server is asked", []player{always(dns.RcodeRefused), good(t)}, Found, 2},
		{"a server that is gone is passed over", []player{nil, good(t)}, Found, 2},
		{"two silent servers are passed over", []player{silence, silence, good(t)}, Found, 3},
		{"a no without proof is checked with another server", []player{always(dns.RcodeNameError), good(t)}, Found, 2},
		{"a no without proof is not asked again of the same", []player{always(dns.RcodeNameError)}, NXDomain, 1},
		{"a no without proof says more than a failure", []player{always(dns.RcodeNameError),
			always(dns.RcodeServerFailure)}, NXDomain, 1},
		{"nobody there", []player{nil}, unreachable, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var servers []string
			for _, p := range tt.servers {
				if p == nil {
					servers = append(servers, nobody(t))
				} else {
					servers = append(servers, play(t, p))
				}
			}
			got := client(t, servers...).Ask(t.Context(), "a.test", A)
			if got.Outcome != tt.want || got.Tries != tt.tries {
				t.Errorf("got %v after %d tries, want %v after %d", got, got.Tries, tt.want, tt.tries)
			}
		})
	}
}

func TestWithoutEDNSWhereItIsTheTrouble(t *testing.T) {
	t.Parallel()
	old := func(q *dns.Msg, tcp bool) [][]byte {
		if q.IsEdns0() != nil {
			return always(dns.RcodeFormatError)(q, tcp)
		}
		return good(t)(q, tcp)
	}
	c := client(t, play(t, old))
	if a := c.Ask(t.Context(), "a.test", A); a.Outcome != Found || a.Tries != 2 {
		t.Errorf("got %v after %d tries", a, a.Tries)
	}
	if a := c.Ask(t.Context(), "b.test", A); a.Outcome != Found || a.Tries != 1 {
		t.Errorf("then: got %v after %d tries: it should have been remembered", a, a.Tries)
	}
}

func TestAgainAsksAnotherServerIfOneWorks(t *testing.T) {
	t.Parallel()
	var first, second atomic.Int32
	c := client(t, play(t, counted(&first, good(t))), play(t, counted(&second, good(t))))
	c.again(t.Context(), c.Ask(t.Context(), "a.test", A))
	if first.Load() != 1 || second.Load() != 1 {
		t.Errorf("asked %d and %d times, want each once", first.Load(), second.Load())
	}
	dead := client(t, play(t, counted(&first, good(t))), nobody(t))
	if a := dead.again(t.Context(), dead.Ask(t.Context(), "a.test", A)); a.Outcome != Found {
		t.Errorf("with the other dead: %v", a)
	}
}

func TestACancelledQuestionEndsAtOnce(t *testing.T) {
	t.Parallel()
	c := client(t, play(t, silence))
	c.Timeout = time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	c.Trace = func(Answer) { t.Log("traced") }
	time.AfterFunc(20*time.Millisecond, cancel)
	if a := c.Ask(ctx, "a.test", A); a.Outcome != cancelled {
		t.Errorf("got %v", a)
	}
}

func TestNamesThatCantBeAsked(t *testing.T) {
	t.Parallel()
	c := client(t, play(t, good(t)))
	for _, name := range []string{"", ".", "a..test", strings.Repeat("a", 64) + ".test", strings.Repeat("abc.", 64) +
		"test"} {
		if a := c.Ask(t.Context(), name, A); a.Outcome != Unaskable || a.Err == nil {
			t.Errorf("%q: got %v", name, a)
		}
	}
}

func TestAClosedClientAnswersNothing(t *testing.T) {
	t.Parallel()
	c := client(t, play(t, good(t)))
	c.Ask(t.Context(), "a.test", A)
	c.Close()
	if a := c.Ask(t.Context(), "a.test", A); a.Outcome != unreachable {
		t.Errorf("got %v", a)
	}
	fresh := &Client{}
	fresh.Close()
	if a := fresh.Ask(t.Context(), "a.test", A); a.Outcome != Unaskable {
		t.Errorf("never used: got %v", a)
	}
}

func TestManyQuestionsOverADeadServerBesideALiveOne(t *testing.T) {
	t.Parallel()
	var dead atomic.Int32
	c := client(t, play(t, counted(&dead, silence)), play(t, good(t)))
	c.Timeout = 2 * time.Second // a live server on a busy machine needs some of it
	var askers sync.WaitGroup
	for i := range 64 {
		askers.Go(func() {
			for j := range 50 {
				if a := c.Ask(t.Context(), fmt.Sprintf("n%d-%d.test", i, j), A); a.Outcome != Found {
					t.Errorf("got %v", a)
				}
			}
		})
	}
	askers.Wait()
	if n := dead.Load(); n > 200 {
		t.Errorf("the dead server was asked %d of 3200 times: it should be left alone", n)
	}
}
