package dns

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// honest says no with proof to all but the showpieces, and keeps the case of letters.
func honest(t testing.TB) player {
	return func(q *dns.Msg, tcp bool) [][]byte {
		for _, s := range showpieces {
			if strings.EqualFold(q.Question[0].Name, s+".") {
				return good(t)(q, tcp)
			}
		}
		m := reply(t, q, soaRecord)
		m.Rcode = dns.RcodeNameError
		return [][]byte{pack(t, m)}
	}
}

// blocking does to the showpieces what change says.
func blocking(t testing.TB, name string, change func(m *dns.Msg)) player {
	return func(q *dns.Msg, tcp bool) [][]byte {
		if !strings.EqualFold(q.Question[0].Name, name+".") {
			return honest(t)(q, tcp)
		}
		m := reply(t, q)
		change(m)
		return [][]byte{pack(t, m)}
	}
}

func folding(p player) player {
	return func(q *dns.Msg, tcp bool) [][]byte {
		q.Question[0].Name = strings.ToLower(q.Question[0].Name)
		return p(q, tcp)
	}
}

func TestExamine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		play player
		want Manners // a * stands for a name that was made up
		says string
	}{
		{"an honest resolver", honest(t), Manners{}, ""},
		{"a captive portal", good(t), Manners{Invents: "*"}, "captive portal"},
		{"one that invents only names of real domains", func(q *dns.Msg, tcp bool) [][]byte {
			if strings.HasSuffix(strings.ToLower(q.Question[0].Name), ".com.") {
				return good(t)(q, tcp)
			}
			return honest(t)(q, tcp)
		}, Manners{Invents: "*"}, "search page"},
		{"nobody", silence, Manners{Silent: "no answer"}, "does not answer (no answer)"},
		{"one that refuses us", always(dns.RcodeRefused), Manners{Silent: "REFUSED"}, "does not answer (REFUSED)"},
		{"noes without SOA", always(dns.RcodeNameError), Manners{NoProof: true, Filters: showpieces[0]}, "no proof"},
		{"a filter that says so", blocking(t, showpieces[1], rcode(dns.RcodeNameError, 15)),
			Manners{Filters: showpieces[1]}, "filters"},
		{"a filter that hides what it blocks", blocking(t, showpieces[0], rcode(dns.RcodeNameError)),
			Manners{Filters: showpieces[0]}, "filters"},
		{"a filter that sends to nowhere", blocking(t, showpieces[2], func(m *dns.Msg) {
			rr, _ := dns.NewRR(m.Question[0].Name + " 60 IN A 0.0.0.0")
			m.Answer = append(m.Answer, rr)
		}), Manners{Filters: showpieces[2]}, "filters"},
		{"one that changes the case of letters", folding(honest(t)), Manners{FoldCase: true}, "letter case"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := play(t, tt.play)
			c := client(t, server)
			got, err := c.Examine(t.Context())
			if err != nil || len(got) != 1 {
				t.Fatalf("got %v, %v", got, err)
			}
			m := got[0]
			if tt.want.Invents == "*" && m.Invents != "" {
				m.Invents = "*"
			}
			if tt.want.Invents != "" {
				tt.want.FoldCase, m.FoldCase = false, false
				tt.want.Filters, m.Filters = "", ""
			}
			tt.want.Server = server
			if diff := cmp.Diff(tt.want, m); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			says := strings.Join(got[0].Sentences(), "\n")
			if !strings.Contains(says, tt.says) || (tt.says == "") != (says == "") {
				t.Errorf("says %q, want %q in it", says, tt.says)
			}
			if c.Trusted() == (tt.want.Invents != "") {
				t.Errorf("Trusted() = %v", c.Trusted())
			}
		})
	}
}

func TestWhoInventsIsAskedLast(t *testing.T) {
	t.Parallel()
	c := client(t, play(t, good(t)), play(t, honest(t)))
	if _, err := c.Examine(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if a := c.Ask(t.Context(), madeUp(10)+".test", A); a.Outcome != NXDomain {
			t.Errorf("got %v", a)
		}
	}
}

func TestTheCaseOfLettersIsDemandedWhereItIsKept(t *testing.T) {
	t.Parallel()
	var forged atomic.Bool
	p := func(q *dns.Msg, tcp bool) [][]byte {
		right := honest(t)(q, tcp)
		if !forged.Load() {
			return right
		}
		return [][]byte{folding(good(t))(q, tcp)[0], right[0]} // the forger is first, but can't guess the case
	}
	c := client(t, play(t, p))
	if _, err := c.Examine(t.Context()); err != nil {
		t.Fatal(err)
	}
	forged.Store(true)
	if a := c.Ask(t.Context(), madeUp(40)+".test", A); a.Outcome != NXDomain {
		t.Errorf("got %v", a)
	}
}

func TestTheCaseIsNoLongerDemandedWhereItGetsLost(t *testing.T) {
	t.Parallel()
	var lost atomic.Bool
	c := client(t, play(t, func(q *dns.Msg, tcp bool) [][]byte {
		if lost.Load() {
			return folding(honest(t))(q, tcp)
		}
		return honest(t)(q, tcp)
	}))
	if _, err := c.Examine(t.Context()); err != nil {
		t.Fatal(err)
	}
	lost.Store(true)
	if a := c.Ask(t.Context(), madeUp(40)+".test", A); a.Outcome != NXDomain || a.Tries != 2 {
		t.Errorf("got %v after %d tries", a, a.Tries)
	}
}

func TestTraceHearsOfEveryTry(t *testing.T) {
	t.Parallel()
	c := client(t, nobody(t), play(t, honest(t)))
	var heard []string
	c.Trace = func(a Answer) { heard = append(heard, a.Type.String()+" "+a.Name+": "+a.Outcome.String()) }
	c.Ask(t.Context(), "a.test", MX)
	if diff := cmp.Diff([]string{"MX a.test: unreachable", "MX a.test: NXDOMAIN"}, heard); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestParseServer(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"192.0.2.53", "192.0.2.53:53"},
		{"192.0.2.53:5353", "192.0.2.53:5353"},
		{"2001:db8::53", "[2001:db8::53]:53"},
		{"[2001:db8::53]", "[2001:db8::53]:53"},
		{"[2001:db8::53]:5353", "[2001:db8::53]:5353"},
		{"fe80::1%eth0", "[fe80::1%eth0]:53"},
		{"dns.test", "dns.test:53"},
		{"dns.test:54", "dns.test:54"},
		{"", ""}, {":53", ""}, {"dns.test:0", ""}, {"dns.test:65536", ""}, {"dns.test:domain", ""}, {"a b", ""},
		{"1:2:3", ""}, {"https://dns.test/dns-query", ""}, {"user@dns.test", ""},
	}
	for _, tt := range tests {
		if got, err := ParseServer(tt.in); got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%q: got %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestTheResolversOfTheSystem(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "resolv.conf")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("search test\nnameserver 192.0.2.53\nnameserver 2001:db8::53\n")
	if got, err := system(file); err != nil || !cmp.Equal(got, []string{"192.0.2.53", "2001:db8::53"}) {
		t.Errorf("got %v, %v", got, err)
	}
	write("# none\n")
	if got, err := system(file); err == nil {
		t.Errorf("an empty file gave %v", got)
	}
	if got, err := system(file + "x"); err == nil {
		t.Errorf("no file gave %v", got)
	}
	c := &Client{Servers: []string{"192.0.2.53", "a b"}, Timeout: time.Second}
	defer c.Close()
	if _, err := c.Resolvers(); err == nil || !strings.Contains(err.Error(), "a b") {
		t.Errorf("got %v", err)
	}
	if a := c.Ask(t.Context(), "a.test", A); a.Outcome != Unaskable {
		t.Errorf("got %v", a)
	}
}
