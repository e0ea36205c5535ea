package identity

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/dns"
)

// FuzzSPF evaluates hostile records: the one of a domain and one that it may include. Whatever they say, the finding is
// bounded, and where a term matched it is named.
func FuzzSPF(f *testing.F) {
	f.Add("v=spf1 ip4:192.0.2.0/24 -all", "v=spf1 +all")
	f.Add("v=spf1 include:b.test ~all", "v=spf1 ?ip4:192.0.2.9 redirect=a.test")
	f.Add("v=spf1 -include:b.test redirect=b.test exists:%{i}.%{d2r}.b.test", "v=SPF1 all")
	f.Add("v=spf1 a/24//64 mx:b.test ptr x=y exp=c.test", "v=spf1 include:a.test include:b.test")
	f.Add("v=spf1  \t include: %{} :", "v=spf1")
	f.Fuzz(func(t *testing.T, one, other string) {
		client := &dns.Client{Servers: []string{"no resolver"}} // what isn't remembered below does not exist
		defer client.Close()
		x := &exam{
			asked: &Examiner{DNS: client, HELO: "mail.a.test", From: "me@a.test"}, memory: new(memory),
			helo: "mail.a.test", domain: "a.test",
		}
		x.memory.answers = map[question]dns.Answer{
			{"a.test", dns.TXT}: {Name: "a.test", Type: dns.TXT, Texts: []string{one}},
			{"b.test", dns.TXT}: {Name: "b.test", Type: dns.TXT, Texts: []string{other}},
			{"b.test", dns.A}:   {Name: "b.test", Type: dns.A, Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.9")}},
		}
		for _, ip := range []string{"192.0.2.9", "2001:db8::9"} {
			got := spfResult(t.Context(), x, subject{ip: netip.MustParseAddr(ip)})
			if got.Says == "" || got.Result == Unchecked || slices.Contains(got.Evidence, "matched: ") ||
				(got.Result == OK) != (got.Next == "") {
				t.Errorf("%q, %q: %+v", one, other, got)
			}
		}
		if got := spfRecord(t.Context(), x, subject{}); got.Result == Unchecked ||
			len(strings.Join(got.Evidence, "")) > 20*mostText {
			t.Errorf("%q, %q: %+v", one, other, got)
		}
	})
}
