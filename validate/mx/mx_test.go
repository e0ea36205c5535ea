package mx

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a world until the test ends.
func start(t testing.TB, text string) *sandbox.Sandbox {
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

// lookup asks worlds, each behind a resolver of its own.
func lookup(t testing.TB, worlds ...string) (*Lookup, []*sandbox.Sandbox) {
	t.Helper()
	c := &dns.Client{Timeout: 400 * time.Millisecond}
	var all []*sandbox.Sandbox
	for _, w := range worlds {
		s := start(t, w)
		all = append(all, s)
		c.Servers = append(c.Servers, s.DNSAddr())
	}
	t.Cleanup(c.Close)
	return &Lookup{DNS: c, AllowPrivate: true, pause: time.Millisecond}, all
}

func TestTheSampleWorld(t *testing.T) {
	t.Parallel()
	l, sandboxes := lookup(t, samples.World+`
localhosted.test MX 10 mailhost
mailhost A 192.0.2.9
deafprimary.test MX 10 mx.deafhost.test
deafprimary.test MX 20 mx2.acme.test
`)
	resolver := sandboxes[0].DNSAddr()
	tests := []struct {
		domain string
		want   validate.Mail
		detail string // a part of it
	}{
		{"gmail.com", mail(validate.HasMX, "google", "5 gmail-smtp-in.l.google.com 192.0.2.10",
			"10 alt1.gmail-smtp-in.l.google.com 192.0.2.11"), ""},
		{"localhosted.test", mail(validate.HasMX, "192.0.2.0/24", "10 mailhost 192.0.2.9"), ""},
		{"acme.test", mail(validate.HasMX, "acme.test", "10 mx1.acme.test 192.0.2.30", "20 mx2.acme.test 192.0.2.31"),
			""},
		{"alias.test", mail(validate.HasMX, "acme.test", "10 mx1.acme.test 192.0.2.30",
			"20 mx2.acme.test 192.0.2.31"), ""},
		{"six.test", mail(validate.HasMX, "six.test", "10 mx.six.test 2001:db8::35"), ""},
		{"anything.crowd.test", mail(validate.HasMX, "crowd.test", "10 mx.crowd.test 192.0.2.36"), ""},
		{"half.test", mail(validate.HasMX, "acme.test", "20 mx2.acme.test 192.0.2.31"), ""},
		{"flaky.test", mail(validate.HasMX, "acme.test", "10 mx1.acme.test 192.0.2.30"), ""},
		{"null.test", mail(validate.IsNullMX, ""), "MX 0 ."},
		{"nullbeside.test", mail(validate.HasMX, "acme.test", "10 mx1.acme.test 192.0.2.30"), ""},
		{"implicit.test", mail(validate.ImplicitMX, "192.0.2.0/24", "0 implicit.test 192.0.2.40"), ""},
		{"nothing.test", mail(validate.NoMX, ""), "NODATA from " + resolver},
		{"dangling.test", mail(validate.NoMX, ""), "CNAME to gone.test: NXDOMAIN"},
		{"nowhere.test", mail(validate.NXDomain, ""), "NXDOMAIN from " + resolver},
		{"circle.test", mail(validate.NoDNSAnswer, ""), "SERVFAIL from " + resolver},
		{"nohost.test", mail(validate.Unresolvable, ""), "mx.gone.test: NXDOMAIN"},
		{"number.test", mail(validate.Unresolvable, ""), "192.0.2.30 is an address"},
		{"parked.test", mail(validate.Unresolvable, ""), "0.0.0.0, which is not public"},
		{"broken.test", mail(validate.NoDNSAnswer, ""), "MX broken.test: SERVFAIL from " + resolver},
		{"refused.test", mail(validate.NoDNSAnswer, ""), "REFUSED"},
		{"silent.test", mail(validate.NoDNSAnswer, ""), "no answer"},
		{"lame.test", mail(validate.NoDNSAnswer, ""), "a referral"},
		{"blocked.test", mail(validate.NoDNSAnswer, ""), "EDE 15 Blocked"},
		{"hushed.test", mail(validate.NoDNSAnswer, ""), "without SOA"},
		{"deafhost.test", mail(validate.NoDNSAnswer, ""), "A mx.deafhost.test: SERVFAIL"},
		{"deafprimary.test", mail(validate.HasMX, "deafhost.test", "10 mx.deafhost.test",
			"20 mx2.acme.test 192.0.2.31"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.domain, func(t *testing.T) {
			t.Parallel()
			got := l.Mail(t.Context(), tt.domain)
			if !strings.Contains(got.Detail, tt.detail) || got.Asked.IsZero() {
				t.Errorf("detail %q, asked %v; want %q in it", got.Detail, got.Asked, tt.detail)
			}
			if diff := cmp.Diff(tt.want, got, alike); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if definite := got.Status != validate.NoDNSAnswer; definite != (got.TTL > 0) {
				t.Errorf("status %v with a TTL of %v", got.Status, got.TTL)
			}
		})
	}
}

var alike = cmp.Options{
	cmpopts.IgnoreFields(validate.Mail{}, "Asked", "TTL", "Detail"),
	cmpopts.EquateComparable(netip.Addr{}),
	cmpopts.EquateEmpty(),
}

// mail writes a Mail; each host is "PREFERENCE NAME ADDRESS".
func mail(s validate.MailStatus, operator string, hosts ...string) validate.Mail {
	m := validate.Mail{Status: s, Operator: operator}
	for _, h := range hosts {
		var host validate.MailHost
		var addr string
		fmt.Sscan(h, &host.Preference, &host.Name, &addr)
		if addr != "" {
			host.Addrs = []netip.Addr{netip.MustParseAddr(addr)}
		}
		m.Hosts = append(m.Hosts, host)
	}
	return m
}

func TestAddressesThatAreNotPublic(t *testing.T) {
	t.Parallel()
	l, _ := lookup(t, samples.World+`
bare.test  A 10.0.0.1
mixed.test MX 10 mx.loop.test
mixed.test MX 20 mx.deafhost.test
`)
	l.AllowPrivate = false
	tests := []struct {
		domain string
		want   validate.MailStatus
	}{
		{"private.test", validate.Unresolvable},
		{"loop.test", validate.Unresolvable},
		{"parked.test", validate.Unresolvable},
		{"acme.test", validate.Unresolvable}, // 192.0.2.0/24 is for documentation
		{"six.test", validate.Unresolvable},
		{"bare.test", validate.Unresolvable},
		{"mixed.test", validate.NoDNSAnswer}, // one host is not known, and might be public
	}
	for _, tt := range tests {
		if got := l.Mail(t.Context(), tt.domain); got.Status != tt.want {
			t.Errorf("%s: %v (%s), want %v", tt.domain, got.Status, got.Detail, tt.want)
		}
	}
}

// TestWaysToLie holds a test for each way in which a resolver can make a good domain look dead. None may be believed.
func TestWaysToLie(t *testing.T) {
	t.Parallel()
	good := samples.World
	blocked := strings.ReplaceAll(good, "acme.test                          MX", "acme.test NXDOMAIN ede=17 #")
	hushed := strings.ReplaceAll(good, "acme.test                          MX", "acme.test NXDOMAIN nosoa #")
	smooth := strings.ReplaceAll(good, "acme.test                          MX", "acme.test NXDOMAIN #")
	sink := strings.NewReplacer("A 192.0.2.30", "A 0.0.0.0", "A 192.0.2.31", "A 0.0.0.0").Replace(good)
	sunk := strings.ReplaceAll(good, "acme.test                          MX", "acme.test A 0.0.0.0 ede=15 #")
	tests := []struct {
		name   string
		worlds []string
		doubt  bool
		want   validate.MailStatus // of acme.test, if there is no doubt
	}{
		{"the truth", []string{good}, false, validate.HasMX},
		{"a captive portal has one address for everything", []string{"* A 192.0.2.80"}, true, 0},
		{"a captive portal answers MX too, with hosts that are itself",
			[]string{"* A 192.0.2.80\n* MX 0 portal.test"}, true, 0},
		{"nothing exists", []string{""}, true, 0},
		{"nothing exists, says one of two", []string{"", good}, false, validate.HasMX},
		{"nothing exists, says the other of two", []string{good, ""}, false, validate.HasMX},
		{"everything is refused", []string{"* REFUSED"}, true, 0},
		{"everything fails", []string{"* SERVFAIL"}, true, 0},
		{"a blocklist that says so", []string{blocked}, false, validate.NoDNSAnswer},
		{"a blocklist that doesn't, without SOA", []string{hushed}, false, validate.NoDNSAnswer},
		{"a blocklist that lies with SOA, beside an honest resolver", []string{smooth, good}, false, validate.HasMX},
		{"an honest resolver beside a blocklist", []string{good, smooth}, false, validate.HasMX},
		{"a blocklist that says so beside an honest resolver", []string{blocked, good}, false, validate.HasMX},
		{"a blocklist that sends to nowhere and says so", []string{sunk}, false, validate.NoDNSAnswer},
		{"a blocklist that sends a mail host to nowhere, beside an honest resolver", []string{sink, good}, false,
			validate.HasMX},
		// the caller's share of removals is left
		{"a blocklist that sends a mail host to nowhere, alone", []string{sink}, false, validate.Unresolvable},
		{"one of two is dead", []string{"* SILENT", good}, false, validate.HasMX},
		{"one of two is dead, the second", []string{good, "* SILENT"}, false, validate.HasMX},
		{"the canaries are blocked", []string{"*.com NXDOMAIN ede=15\n" + strings.ReplaceAll(good, "gmail.com",
			"mail.test")}, true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l, _ := lookup(t, tt.worlds...)
			if _, err := l.DNS.Examine(t.Context()); err != nil {
				t.Fatal(err)
			}
			got, doubt, err := collect(t.Context(), l, slices.Values([]string{"acme.test"}))
			if err != nil || (doubt.Why != "") != tt.doubt {
				t.Fatalf("doubt %q, error %v; want a doubt: %v", doubt.Why, err, tt.doubt)
			}
			if m := got["acme.test"]; (tt.doubt && m.Status != validate.NoDNSAnswer) ||
				(!tt.doubt && m.Status != tt.want) {
				t.Errorf("acme.test: %v (%s), want %v", m.Status, m.Detail, tt.want)
			}
		})
	}
}

// collect runs All and keeps what it emits.
func collect(ctx context.Context, l *Lookup, names iter.Seq[string]) (map[string]validate.Mail, Doubt, error) {
	all := make(map[string]validate.Mail)
	doubt, err := l.All(ctx, names, func(name string, m validate.Mail) error {
		if _, twice := all[name]; twice {
			return errors.New(name + " was emitted twice")
		}
		all[name] = m
		return nil
	})
	return all, doubt, err
}

// crowd names n domains of the sample world.
func crowd(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprintf("d%d.crowd.test", i)) {
				return
			}
		}
	}
}

func TestAllAnswersEachNameOnceAndAsksEachQuestionOnce(t *testing.T) {
	t.Parallel()
	const n = 6 * canaryEvery
	l, sandboxes := lookup(t, samples.World)
	l.DNS.Timeout = 5 * time.Second
	got, doubt, err := collect(t.Context(), l, crowd(n))
	if err != nil || doubt.Why != "" || len(got) != n {
		t.Fatalf("%d answers, doubt %q, error %v", len(got), doubt.Why, err)
	}
	for name, m := range got {
		if m.Status != validate.HasMX {
			t.Fatalf("%s: %v (%s)", name, m.Status, m.Detail)
		}
	}
	asked := sandboxes[0].Asked()
	for question, times := range asked {
		typ, name, _ := strings.Cut(question, " ")
		if canary := typ == "MX" && slices.Contains(Canaries(), name); !canary && times != 1 {
			t.Errorf("%s was asked %d times", question, times)
		}
	}
	for _, name := range Canaries() { // before, after, and in turn on the way
		if times := asked["MX "+name]; times < 3 {
			t.Errorf("the canary %s was asked %d times", name, times)
		}
	}
}

// TestAResolverThatDiesOnTheWay breaks the connection to the only resolver after some thousand questions.
func TestAResolverThatDiesOnTheWay(t *testing.T) {
	t.Parallel()
	const n = canaryEvery + 100
	l, sandboxes := lookup(t, samples.World)
	var dead atomic.Bool
	l.DNS.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := sandboxes[0].Dial(ctx, network, addr)
		return &mortal{conn, &dead}, err
	}
	got, doubt, err := collect(t.Context(), l, func(yield func(string) bool) {
		i := 0
		for name := range crowd(n) {
			if i++; i == n-500 {
				dead.Store(true)
			}
			if !yield(name) {
				return
			}
		}
	})
	if err != nil || doubt.Why == "" || len(got) != n {
		t.Errorf("%d answers, doubt %q, error %v; want a doubt", len(got), doubt.Why, err)
	}
	for name, m := range got {
		if m.Status != validate.HasMX && m.Status != validate.NoDNSAnswer {
			t.Fatalf("%s: %v (%s)", name, m.Status, m.Detail)
		}
	}
}

// mortal swallows what is written once dead.
type mortal struct {
	net.Conn
	dead *atomic.Bool
}

func (m *mortal) Write(b []byte) (int, error) {
	if m.dead.Load() {
		return 0, errors.New("network is down")
	}
	return m.Conn.Write(b)
}

func TestAfterCancellationWhatIsInHandIsAnswered(t *testing.T) {
	t.Parallel()
	l, _ := lookup(t, samples.World)
	ctx, cancel := context.WithCancel(t.Context())
	taken := make(map[string]bool)
	got, _, err := collect(ctx, l, func(yield func(string) bool) {
		for name := range crowd(100_000) {
			if len(taken) == 2000 {
				cancel()
			}
			if !yield(name) {
				return
			}
			taken[name] = true
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(got) < 1000 || len(got) > 2001 {
		t.Errorf("%d answers for %d names", len(got), len(taken))
	}
	statuses := make(map[validate.MailStatus]int)
	for _, m := range got {
		statuses[m.Status]++
	}
	if extra := slices.Collect(maps.Keys(statuses)); len(extra) > 2 || statuses[validate.HasMX] == 0 {
		t.Errorf("statuses %v", statuses)
	}
}

// TestASlowNameKeepsNoOthersWaiting: a list of a few names, one of which takes seconds, is answered but for that one.
func TestASlowNameKeepsNoOthersWaiting(t *testing.T) {
	t.Parallel()
	l, _ := lookup(t, samples.World+"slow.test MX 10 mx1.acme.test delay=2s\n")
	l.DNS.Timeout = 5 * time.Second
	var order []string
	names := slices.Concat([]string{"slow.test"}, slices.Collect(crowd(40)))
	_, err := l.All(t.Context(), slices.Values(names), func(name string, _ validate.Mail) error {
		if len(order) < 40 && name == "slow.test" {
			t.Errorf("told after %d others", len(order))
		}
		if order = append(order, name); len(order) == 40 {
			return errDone // what was told is kept, whatever becomes of the slow one
		}
		return nil
	})
	if !errors.Is(err, errDone) {
		t.Errorf("%v after %d answers", err, len(order))
	}
}

var errDone = errors.New("done")

func TestAnErrorOfEmitEndsAll(t *testing.T) {
	t.Parallel()
	l, _ := lookup(t, samples.World)
	full := errors.New("the disk is full")
	emitted := 0
	_, err := l.All(t.Context(), crowd(100_000), func(string, validate.Mail) error {
		emitted++
		return full
	})
	if !errors.Is(err, full) || emitted != 1 {
		t.Errorf("got %v after %d", err, emitted)
	}
}

func TestTheSameDomainAskedByMany(t *testing.T) {
	t.Parallel()
	l, sandboxes := lookup(t, "a.test MX 20 mx2.a.test delay=50ms\na.test MX 10 mx1.a.test\n*.a.test A 192.0.2.1")
	want := mail(validate.HasMX, "a.test", "10 mx1.a.test 192.0.2.1", "20 mx2.a.test 192.0.2.1")
	var askers sync.WaitGroup
	for range 50 {
		askers.Go(func() {
			if diff := cmp.Diff(want, l.Mail(t.Context(), "a.test"), alike); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	askers.Wait()
	if asked := sandboxes[0].Asked(); asked["A mx1.a.test"] != 1 || asked["A mx2.a.test"] != 1 {
		t.Errorf("hosts were asked more than once: %v", asked)
	}
}

func TestHostsUnasked(t *testing.T) {
	t.Parallel()
	l, sandboxes := lookup(t, samples.World)
	l.HostsUnasked = true
	m := l.Mail(t.Context(), "acme.test")
	want := validate.Mail{Status: validate.HasMX, Operator: "acme.test", Hosts: []validate.MailHost{
		{Name: "mx1.acme.test", Preference: 10}, {Name: "mx2.acme.test", Preference: 20}}}
	if diff := cmp.Diff(want, m, alike); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"MX acme.test": 1}, sandboxes[0].Asked()); diff != "" {
		t.Errorf("asked (-want +got)\n%s", diff)
	}
}

func TestAHostThatFailedIsLeftInPeace(t *testing.T) {
	t.Parallel()
	l, sandboxes := lookup(t, samples.World+"*.deafs.test MX 10 mx.deafhost.test\n")
	for i := range 5 {
		if m := l.Mail(t.Context(), fmt.Sprintf("d%d.deafs.test", i)); m.Status != validate.NoDNSAnswer {
			t.Errorf("got %v", m.Status)
		}
	}
	if n := sandboxes[0].Asked()["A mx.deafhost.test"]; n != 2 {
		t.Errorf("asked %d times, want 2: once and once more after the SERVFAIL", n)
	}
}

// TestWhatIsFoundLivesAsLongAsTheShortestTTL on the way: of the MX, and of the addresses of its hosts.
func TestWhatIsFoundLivesAsLongAsTheShortestTTL(t *testing.T) {
	t.Parallel()
	l, _ := lookup(t, `
short.test  MX 10 mx.short.test ttl=60s
mx.short.test  A 192.0.2.1 ttl=7200s
long.test  MX 10 mx.long.test ttl=7200s
mx.long.test  A 192.0.2.2 ttl=90s
`)
	for name, want := range map[string]time.Duration{"short.test": time.Minute, "long.test": 90 * time.Second} {
		if m := l.Mail(t.Context(), name); m.Status != validate.HasMX || m.TTL != want {
			t.Errorf("%s: %v, %s; want %s", name, m.Status, m.TTL, want)
		}
	}
}

// TestACanaryThatFailsIsAskedThreeTimes: each time takes two questions, as one is repeated after a SERVFAIL.
func TestACanaryThatFailsIsAskedThreeTimes(t *testing.T) {
	t.Parallel()
	l, sandboxes := lookup(t, "* SERVFAIL")
	l.Canaries = []string{"gmail.com"}
	if d := l.Doubt(t.Context()); d.Why == "" {
		t.Error("there is no doubt")
	}
	if n := sandboxes[0].Asked()["MX gmail.com"]; n != 6 {
		t.Errorf("asked %d times, want 6", n)
	}
}

func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	l, _ := lookup(t, "slow.test MX 10 mx.slow.test\nmx.slow.test A 192.0.2.1 delay=1h")
	l.DNS.Timeout = time.Hour
	l.Patience = 50 * time.Millisecond
	if m := l.Mail(t.Context(), "slow.test"); m.Status != validate.NoDNSAnswer {
		t.Errorf("got %v", m.Status)
	}
}

func TestTheHostCacheIsBounded(t *testing.T) {
	t.Parallel()
	var c hostCache
	c.put("popular", host{no: "x"})
	for i := range 2*generation + 1 {
		c.put(fmt.Sprint(i), host{})
		if i%1000 > 0 {
			continue
		}
		if _, ok := c.get("popular"); !ok {
			t.Fatalf("lost what is asked for often after %d", i)
		}
	}
	if n := len(c.young) + len(c.old); n > 2*generation {
		t.Errorf("keeps %d hosts", n)
	}
	if _, ok := c.get("0"); ok {
		t.Error("keeps what nobody asks for")
	}
}
