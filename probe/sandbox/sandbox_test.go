package sandbox_test

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
	"go.uber.org/goleak"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, text string) *sandbox.Sandbox {
	t.Helper()
	w, err := sandbox.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), w, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func ask(t *testing.T, s *sandbox.Sandbox, network, name string, typ uint16) (*dns.Msg, error) {
	t.Helper()
	m := new(dns.Msg).SetQuestion(dns.Fqdn(name), typ)
	m.SetEdns0(1232, false)
	c := dns.Client{Net: network, Timeout: 500 * time.Millisecond}
	got, _, err := c.Exchange(m, s.DNSAddr())
	return got, err
}

// brief puts an answer on one line: rcode, records, then what a no brings along.
func brief(m *dns.Msg) string {
	words := []string{dns.RcodeToString[m.Rcode]}
	if m.Truncated {
		words = append(words, "TC")
	}
	for _, rr := range m.Answer {
		words = append(words, strings.Join(strings.Fields(rr.String())[3:], " "))
	}
	for _, rr := range m.Ns {
		words = append(words, "+"+dns.TypeToString[rr.Header().Rrtype])
	}
	if opt := m.IsEdns0(); opt != nil {
		for _, o := range opt.Option {
			words = append(words, strings.TrimSpace(o.String()))
		}
	}
	return strings.Join(words, "; ")
}

func TestTheWorldAnswersAsItIsWritten(t *testing.T) {
	t.Parallel()
	s := start(t, `
# a comment
a.test        MX 10 mx.a.test   ttl=1h
a.test        MX 20 mx.b.test   # another
mx.a.test     A 192.0.2.1
mx.a.test     AAAA 2001:db8::1
note.test     TXT "two words" ede=3
null.test     MX 0 .
*.crowd.test  MX 1 mx.a.test
alias.test    CNAME mx.a.test
far.test      CNAME alias.test
dangling.test CNAME gone.test
circle.test   CNAME elcric.test
elcric.test   CNAME circle.test
gone.deep.up.test A 192.0.2.2
dead.test     SERVFAIL
no.test       REFUSED
old.test      FORMERR
lame.test     LAME
blocked.test  NXDOMAIN ede=15
hushed.test   NXDOMAIN nosoa
empty.test    EMPTY
hollow.test   EMPTY nosoa
half.test     A 192.0.2.3
half.test     SERVFAIL type=MX
`)
	tests := []struct{ name, typ, want string }{
		{"a.test", "MX", "NOERROR; MX 10 mx.a.test.; MX 20 mx.b.test."},
		{"A.tEst", "A", "NOERROR; +SOA"},
		{"mx.a.test", "AAAA", "NOERROR; AAAA 2001:db8::1"},
		{"note.test", "TXT", `NOERROR; TXT "two words"; 3 (Stale Answer): ()`},
		{"null.test", "MX", "NOERROR; MX 0 ."},
		{"any.crowd.test", "MX", "NOERROR; MX 1 mx.a.test."},
		{"any.below.crowd.test", "MX", "NOERROR; MX 1 mx.a.test."},
		{"crowd.test", "MX", "NOERROR; +SOA"},
		{"far.test", "A", "NOERROR; CNAME alias.test.; CNAME mx.a.test.; A 192.0.2.1"},
		{"dangling.test", "MX", "NXDOMAIN; CNAME gone.test.; +SOA"},
		{"circle.test", "A", "SERVFAIL"},
		{"up.test", "A", "NOERROR; +SOA"},
		{"nowhere.test", "A", "NXDOMAIN; +SOA"},
		{"dead.test", "MX", "SERVFAIL"},
		{"no.test", "MX", "REFUSED"},
		{"old.test", "MX", "FORMERR"},
		{"lame.test", "MX", "NOERROR; +NS"},
		{"blocked.test", "MX", "NXDOMAIN; +SOA; 15 (Blocked): ()"},
		{"hushed.test", "MX", "NXDOMAIN"},
		{"empty.test", "MX", "NOERROR; +SOA"},
		{"hollow.test", "MX", "NOERROR"},
		{"half.test", "MX", "SERVFAIL"},
		{"half.test", "A", "NOERROR; A 192.0.2.3"},
	}
	for _, network := range []string{"udp", "tcp"} {
		for _, tt := range tests {
			m, err := ask(t, s, network, tt.name, dns.StringToType[tt.typ])
			if err != nil {
				t.Errorf("%s %s over %s: %v", tt.typ, tt.name, network, err)
				continue
			}
			if got := brief(m); got != tt.want {
				t.Errorf("%s %s over %s:\n got %s\nwant %s", tt.typ, tt.name, network, got, tt.want)
			}
		}
	}
}

func TestFailuresOnDemand(t *testing.T) {
	t.Parallel()
	s := start(t, `
flaky.test  SERVFAIL times=2
flaky.test  MX 10 mx.test
silent.test SILENT
slow.test   MX 10 mx.test delay=100ms
stuck.test  MX 10 mx.test delay=1h
`)
	var got []string
	for range 3 {
		m, err := ask(t, s, "udp", "flaky.test", dns.TypeMX)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, brief(m))
	}
	if diff := cmp.Diff([]string{"SERVFAIL", "SERVFAIL", "NOERROR; MX 10 mx.test."}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if m, err := ask(t, s, "udp", "silent.test", dns.TypeMX); err == nil {
		t.Errorf("silent.test said %s", brief(m))
	}
	begun := time.Now()
	if _, err := ask(t, s, "udp", "slow.test", dns.TypeMX); err != nil || time.Since(begun) < 100*time.Millisecond {
		t.Errorf("slow.test took %v: %v", time.Since(begun), err)
	}
	if _, err := ask(t, s, "udp", "stuck.test", dns.TypeA); err != nil {
		t.Errorf("another type than the one that is held up: %v", err)
	}
	if n := s.Asked()["MX flaky.test"]; n != 3 {
		t.Errorf("counted %d questions, want 3", n)
	}
}

func TestWhatDoesNotFitIsTruncated(t *testing.T) {
	t.Parallel()
	s := start(t, strings.Repeat("big.test TXT "+strings.Repeat("x", 200)+"\n", 10))
	if m, err := ask(t, s, "udp", "big.test", dns.TypeTXT); err != nil || brief(m) != "NOERROR; TC" {
		t.Errorf("over UDP: %v, %v", m, err)
	}
	if m, err := ask(t, s, "tcp", "big.test", dns.TypeTXT); err != nil || len(m.Answer) != 10 {
		t.Errorf("over TCP: %v, %v", m, err)
	}
}

func TestWorldsThatCantBeRead(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"a name alone", "a.test", "line 1"},
		{"an unknown word", "\na.test MAIL 10 mx.test", "line 2"},
		{"a record without data", "a.test MX", "line 1"},
		{"a record with too much", "a.test MX 10 mx.test surely", "line 1"},
		{"a failure with data", "a.test SERVFAIL 10", "line 1"},
		{"a delay that is none", "a.test SERVFAIL delay=soon", "delay"},
		{"a delay into the past", "a.test SERVFAIL delay=-1s", "delay"},
		{"a life that is none", "a.test A 192.0.2.1 ttl=-1s", "ttl"},
		{"never", "a.test SERVFAIL times=0", "times"},
		{"a type that is none", "a.test SERVFAIL type=ANY", "ANY"},
		{"an address of the real world", "a.test A 8.8.8.8", "8.8.8.8"},
		{"an IPv6 address of the real world", "a.test AAAA 2600::1", "2600::1"},
		{"a mail host without a personality", "a.test SMTP", "line 1"},
		{"a personality that there is not", "a.test SMTP lotus", "there are backup everything"},
		{"a setting that there is not", "a.test SMTP exim kind=yes", `"kind" is neither a setting nor a reply`},
		{"a limit that is no number", "a.test SMTP postfix soft=few", "soft"},
		{"a rate without a time", "a.test SMTP postfix connections=10", "connections"},
		{"a choice that there is not", "a.test SMTP postfix verify=perhaps", "verify"},
		{"a switch that is neither on nor off", "a.test SMTP postfix strict=maybe", "strict"},
		{"a stage that there is not", "a.test SMTP postfix silent=rcpt,lunch", "lunch"},
		{"a reply that is none", `a.test SMTP postfix unknown="no such user"`, "unknown"},
		{"a mail host without an address", "a.test SMTP postfix", "no address"},
		{"two mail hosts of one name", "a.test A 192.0.2.1\na.test SMTP postfix\na.test SMTP exim", "line 3"},
		{"two mail hosts at one address",
			"a.test A 192.0.2.1\na.test SMTP postfix\nb.test A 192.0.2.1\nb.test SMTP exim", "192.0.2.1"},
		{"a log-in without a password", "a.test LOGIN ann", "ann"},
		{"log-ins without a mail host", "a.test LOGIN ann=secret", "a.test"},
		{"a mailbox of an unknown kind", "a.test MAILBOX ann=ill", "ill"},
		{"a mailbox that gets no possible reply", "a.test MAILBOX ann=550-4.1.1", "550-4.1.1"},
	}
	for _, tt := range tests {
		if _, err := sandbox.Parse(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want an error that names %q", tt.name, err, tt.want)
		}
	}
}

func TestNothingRealIsDialled(t *testing.T) {
	t.Parallel()
	s := start(t, samples.World)
	for _, addr := range []string{sandbox.ResolverAddr, s.DNSAddr()} {
		conn, err := s.Dial(t.Context(), "tcp", addr)
		if err != nil {
			t.Fatalf("dialling the resolver at %s: %v", addr, err)
		}
		if got := conn.RemoteAddr().String(); got != s.DNSAddr() {
			t.Errorf("dialling %s led to %s", addr, got)
		}
		conn.Close()
	}
	for _, addr := range []string{"192.0.2.250:25", "192.0.2.30:587", "192.0.2.30:80", "[2001:db8::30]:25"} {
		if _, err := s.Dial(t.Context(), "tcp", addr); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%s of the world, where nothing listens: got %v, want a refusal", addr, err)
		}
	}
	for _, addr := range []string{"127.0.0.1:1", "8.8.8.8:53", "gmail.com:25", "[2600::1]:25", "garbage"} {
		if conn, err := s.Dial(t.Context(), "tcp", addr); err == nil || errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dialling %s: %v, %v", addr, conn, err)
		}
	}
}

func TestOnlyLoopbackIsServed(t *testing.T) {
	t.Parallel()
	w, err := sandbox.Parse(samples.World)
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{"0.0.0.0:0", "192.0.2.1:53", "localhost:53", "127.0.0.1", ":0", "[::]:0"} {
		if s, err := sandbox.Start(context.Background(), w, sandbox.Options{DNS: addr}); err == nil {
			s.Close()
			t.Errorf("serves on %s", addr)
		}
	}
	s, err := sandbox.Start(context.Background(), w, sandbox.Options{DNS: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if again, err := sandbox.Start(context.Background(), w, sandbox.Options{DNS: s.DNSAddr()}); err == nil {
		again.Close()
		t.Error("serves twice on the same port")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a.test MX 10 mx.test ttl=1h # so\n*.b.test TXT \"x y\" ede=15\nc.test SERVFAIL times=1 type=MX nosoa")
	f.Add("* A 192.0.2.1 delay=1s\n. SILENT\n\\000.test MX 10 . ttl=-1s")
	f.Add("*.a.test A 192.0.2.1\n*.a.test SMTP gmail soft=1 unknown=\"550 no\"\na.test MAILBOX * \"a b\"=moved:x " +
		"ü=550-5.1.1\nreply.reply.a.test MX 1 x.a.test")
	f.Fuzz(func(t *testing.T, text string) {
		if w, err := sandbox.Parse(text); err == nil {
			for address, m := range w.Mailboxes() {
				if m.Kind == "" {
					t.Errorf("%s is of no kind", address)
				}
			}
		}
	})
}
