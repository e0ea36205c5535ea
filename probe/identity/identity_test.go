package identity_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/reply"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wellKept is a world in which everything about mail.acme.test is right.
const wellKept = `
mail.acme.test         A 192.0.2.9
9.2.0.192.in-addr.arpa PTR mail.acme.test
acme.test              MX 10 mx.acme.test
mx.acme.test           A 192.0.2.30
acme.test              TXT "v=spf1 ip4:192.0.2.9 ip6:2001:db8::9 -all"
acme.test              TXT "some other text"
2.0.0.127.bl.test      A 127.0.0.2
2.0.0.127.zen.spamhaus.org A 127.0.0.2
key.zen.dq.spamhaus.net    EMPTY
2.0.0.127.key.zen.dq.spamhaus.net A 127.0.0.2
`

const (
	v6PTR  = "9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"
	v6Test = "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"
)

// world gives a client that asks a sandbox.
func world(t testing.TB, text string) *dns.Client {
	t.Helper()
	w, err := sandbox.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), w, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &dns.Client{Servers: []string{sandbox.ResolverAddr}, Dial: s.Dial}
	t.Cleanup(func() {
		c.Close()
		s.Close()
	})
	return c
}

func acme(c *dns.Client) *identity.Examiner {
	return &identity.Examiner{
		DNS: c, HELO: "mail.acme.test", From: "probe@acme.test", Blocklists: []string{"bl.test"}, AllowPrivate: true,
	}
}

// brief are the findings that aren't well: result, check, what about.
func brief(r identity.Report) (all []string) {
	for _, f := range r.Findings {
		if f.Result != identity.OK {
			all = append(all, fmt.Sprintf("%s %s %s", f.Result, f.Check, f.About))
		}
	}
	return all
}

func TestAWellKeptIdentity(t *testing.T) {
	t.Parallel()
	e := acme(world(t, wellKept))
	e.Accepts = func(context.Context, string) (reply.Reply, error) { return reply.Parse("250 2.1.5 Ok"), nil }
	r := e.Preflight(t.Context())
	if got := brief(r); got != nil || r.Worst() != identity.OK {
		t.Errorf("got %q", got)
	}
	var ran []string
	for _, f := range r.Findings {
		ran = append(ran, f.Check)
		if f.Says == "" || f.Next != "" || f.Replies != nil {
			t.Errorf("a finding that all is well: %+v", f)
		}
	}
	var want []string
	for _, c := range identity.Checks()[:12] { // then come the doctor's own
		want = append(want, c.Name)
	}
	if diff := cmp.Diff(want, ran); diff != "" {
		t.Errorf("every check, in the table's order (-want +got)\n%s", diff)
	}
}

// change is a world with lines replaced: "old => new", each once.
func change(t *testing.T, text string, changes ...string) string {
	t.Helper()
	for _, c := range changes {
		old, fresh, ok := strings.Cut(c, " => ")
		if ok && !strings.Contains(text, old) {
			t.Fatalf("the world has no %q", old)
		}
		if !ok {
			text += c + "\n"
			continue
		}
		text = strings.Replace(text, old, fresh, 1)
	}
	return text
}

const (
	ptrLine = "9.2.0.192.in-addr.arpa PTR mail.acme.test"
	spfTail = "ip4:192.0.2.9 ip6:2001:db8::9 -all"
	mxLine  = "MX 10 mx.acme.test"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		changes []string
		want    []string
		says    string // in what the first of them says, shows or advises
	}{
		{"no PTR", []string{ptrLine + " => "}, []string{"fail ptr 192.0.2.9"}, "NXDOMAIN"},
		{
			"a name in the PTR's place that exists but has no PTR",
			[]string{ptrLine + " => 9.2.0.192.in-addr.arpa EMPTY"}, []string{"fail ptr 192.0.2.9"},
			"set its PTR record to mail.acme.test",
		},
		{"the PTR names somebody else", []string{"PTR mail.acme.test => PTR mx.acme.test"},
			[]string{"fail fcrdns 192.0.2.9", "fail helo_ptr 192.0.2.9"}, "mx.acme.test A 192.0.2.30"},
		{
			"the PTR names another name of ours",
			[]string{"PTR mail.acme.test => PTR vps9.host.test", "vps9.host.test A 192.0.2.9"},
			[]string{"fail helo_ptr 192.0.2.9"}, "--helo vps9.host.test",
		},
		{"one of two PTRs is ours", []string{"9.2.0.192.in-addr.arpa PTR gone.host.test"}, nil, ""},
		{"the PTR's name does not resolve", []string{"PTR mail.acme.test => PTR gone.acme.test"},
			[]string{"fail fcrdns 192.0.2.9", "fail helo_ptr 192.0.2.9"}, "gone.acme.test A: NXDOMAIN"},
		{
			"the PTR's name can't be asked for",
			[]string{"PTR mail.acme.test => PTR mute.acme.test", "mute.acme.test SERVFAIL"},
			[]string{"unchecked fcrdns 192.0.2.9", "fail helo_ptr 192.0.2.9"}, "SERVFAIL",
		},
		{"HELO does not resolve", []string{"mail.acme.test         A 192.0.2.9 => "},
			[]string{"fail helo_address mail.acme.test", "unchecked address mail.acme.test"}, "does not resolve"},
		{"no SOA, no proof", []string{"mail.acme.test         A 192.0.2.9 => mail.acme.test NXDOMAIN nosoa"},
			[]string{"unchecked helo_address mail.acme.test", "unchecked address mail.acme.test"}, "without SOA"},
		{"null MX", []string{mxLine + " => MX 0 ."}, []string{"fail sender_mail acme.test"}, "takes no mail"},
		{
			"no MX, but an address", []string{mxLine + " => A 192.0.2.30"}, []string{"warn sender_mail acme.test"},
			"no MX record",
		},
		{"neither MX nor address", []string{mxLine + " => EMPTY"}, []string{"fail sender_mail acme.test"}, "neither"},
		{
			"the only mail host is gone", []string{"mx.acme.test           A 192.0.2.30 => "},
			[]string{"fail sender_mail acme.test"}, "NXDOMAIN",
		},
		{
			"one of two mail hosts is gone", []string{"acme.test MX 20 mx2.acme.test"},
			[]string{"warn sender_mail acme.test"}, "some mail hosts",
		},
		{
			"the mail host is an address", []string{mxLine + " => MX 10 192.0.2.30"},
			[]string{"fail sender_mail acme.test"}, "no mail host",
		},
		{
			"the mail host can't be asked for",
			[]string{"mx.acme.test           A 192.0.2.30 => mx.acme.test SERVFAIL"},
			[]string{"unchecked sender_mail acme.test"}, "SERVFAIL",
		},
		{"the sender's domain is gone", []string{"acme.test              MX 10 mx.acme.test => acme.test NXDOMAIN"},
			[]string{"fail sender_mail acme.test", "warn spf 192.0.2.9"}, "does not exist"},
		{
			"listed", []string{"9.2.0.192.bl.test A 127.0.0.4", `9.2.0.192.bl.test TXT "sent spam"`},
			[]string{"fail blocklist 192.0.2.9 at bl.test"}, `9.2.0.192.bl.test TXT "sent spam"`,
		},
		{"the list refuses", []string{"2.0.0.127.bl.test      A 127.0.0.2 => 2.0.0.127.bl.test A 127.255.255.254"},
			[]string{"unchecked blocklist 192.0.2.9 at bl.test"}, "public resolver"},
		{
			"the list refuses from the second question on", []string{"9.2.0.192.bl.test A 127.255.255.255"},
			[]string{"unchecked blocklist 192.0.2.9 at bl.test"}, "too many questions",
		},
		{
			"the list lists everything", []string{"*.bl.test A 127.0.0.2"},
			[]string{"unchecked blocklist 192.0.2.9 at bl.test"}, "lists everything",
		},
		{"somebody answers for the list", []string{"2.0.0.127.bl.test      A 127.0.0.2 => ", "*.bl.test A 192.0.2.80"},
			[]string{"unchecked blocklist 192.0.2.9 at bl.test"}, "makes it up"},
		{
			"the list is closed", []string{"2.0.0.127.bl.test      A 127.0.0.2 => "},
			[]string{"unchecked blocklist 192.0.2.9 at bl.test"}, "test entry",
		},
		{
			"the list's test entry says 127.0.0.1", []string{"9.2.0.192.bl.test A 127.0.0.1"},
			[]string{"unchecked blocklist 192.0.2.9 at bl.test"}, "no list should give",
		},
		{
			"the list can't be asked", []string{"9.2.0.192.bl.test SERVFAIL"},
			[]string{"unchecked blocklist 192.0.2.9 at bl.test"}, "could not be asked",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := acme(world(t, change(t, wellKept, tt.changes...))).Preflight(t.Context())
			if diff := cmp.Diff(tt.want, brief(r)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			checkTold(t, r, tt.says)
		})
	}
}

// checkTold demands that the first finding that isn't well has the words, and that all such findings advise.
func checkTold(t *testing.T, r identity.Report, words string) {
	t.Helper()
	first := true
	for _, f := range r.Findings {
		if f.Result == identity.OK {
			continue
		}
		if all := f.Says + "\n" + f.Next + "\n" + strings.Join(f.Evidence, "\n"); first &&
			!strings.Contains(all, words) {
			t.Errorf("%q is not in\n%s", words, all)
		}
		if f.Next == "" || (f.Check != "address" && (f.Result == identity.Unchecked) == (len(f.Replies) > 0)) {
			t.Errorf("%s advises nothing, or names no reply: %+v", f.Check, f)
		}
		first = false
	}
}

func TestIPv6(t *testing.T) {
	t.Parallel()
	six := strings.Replace(
		wellKept, "A 192.0.2.9\n", "AAAA 2001:db8::9\n", 1,
	) + v6PTR + ".ip6.arpa PTR mail.acme.test\n" + v6Test + ".bl.test A 127.0.0.2\n"
	tests := []struct {
		name    string
		changes []string
		want    []string
	}{
		{"all is well", nil, nil},
		{"no PTR", []string{v6PTR + ".ip6.arpa PTR mail.acme.test => "}, []string{"fail ptr 2001:db8::9"}},
		{"SPF forgot it", []string{" ip6:2001:db8::9 => "}, []string{"fail spf 2001:db8::9"}},
		{"listed", []string{v6PTR + ".bl.test A 127.0.0.3"}, []string{"fail blocklist 2001:db8::9 at bl.test"}},
		{
			"a list that knows IPv4 only", []string{v6Test + ".bl.test A 127.0.0.2 => "},
			[]string{"unchecked blocklist 2001:db8::9 at bl.test"},
		},
		{
			"both families, and IPv4 without PTR", []string{"mail.acme.test A 192.0.2.9", ptrLine + " => "},
			[]string{"fail ptr 192.0.2.9"},
		},
	}
	for _, tt := range tests {
		r := acme(world(t, change(t, six, tt.changes...))).Preflight(t.Context())
		if diff := cmp.Diff(tt.want, brief(r)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, diff)
		}
	}
}

func TestTheSameWorldGivesTheSameReport(t *testing.T) {
	t.Parallel()
	e := acme(
		world(
			t,
			change(t, wellKept, ptrLine+" => ", spfTail+" => mx a:mx.acme.test ~all", "9.2.0.192.bl.test A 127.0.0.2"),
		),
	)
	e.Blocklists = []string{"zen.spamhaus.org", "bl.test", "no zone", "gone.test"}
	first := e.Preflight(t.Context())
	if want := []string{
		"fail ptr 192.0.2.9",
		"fail spf 192.0.2.9",
		"fail blocklist 192.0.2.9 at bl.test",
		"unchecked blocklist 192.0.2.9 at no zone",
		"unchecked blocklist 192.0.2.9 at gone.test",
	}; !cmp.Equal(want, brief(first)) {
		t.Errorf("got %q", brief(first))
	}
	checkTold(t, first, "")
	for range 5 {
		if diff := cmp.Diff(first, e.Preflight(t.Context())); diff != "" {
			t.Fatalf("(-first +later)\n%s", diff)
		}
	}
}
