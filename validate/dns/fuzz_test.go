package dns

import (
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// FuzzAnswer reads hostile messages as answers to a question. Whatever comes, the answer is bounded and belongs to it.
func FuzzAnswer(f *testing.F) {
	ask := new(dns.Msg).SetQuestion("a.test.", dns.TypeMX)
	for _, zone := range [][]string{
		{"a.test. 60 IN MX 10 b.test.", "a.test. 60 IN MX 0 ."},
		{"a.test. 60 IN CNAME b.test.", "b.test. 60 IN CNAME a.test.", soaRecord},
		{"a.test. 60 IN A 192.0.2.1", `a.test. 60 IN TXT "x"`, "test. 60 IN NS ns.test."},
	} {
		f.Add(uint16(dns.TypeMX), pack(f, reply(f, ask, zone...)))
	}
	blocked := reply(f, ask, soaRecord)
	rcode(dns.RcodeNameError, 15, 17, 4, 3, 0, 65535)(blocked)
	f.Add(uint16(dns.TypeA), pack(f, blocked))
	f.Fuzz(func(t *testing.T, typ uint16, raw []byte) {
		q, err := newQuestion("a.test", Type(typ), false)
		if err != nil {
			t.Fatal(err)
		}
		if answeredBy(q.asked, true, raw) && !answeredBy(q.asked, false, raw) {
			t.Error("strict takes more than lax")
		}
		a := read(raw, q)
		if n := len(a.MX) + len(a.Addrs) + len(a.Texts) + len(a.Names); n > MaxRecords ||
			(n > 0 != (a.Outcome == Found) && knows(a.Type)) {
			t.Errorf("%d records with %v", n, a)
		}
		if (a.Outcome == NXDomain || a.Outcome == NoData) && a.Definite() && !a.SOA {
			t.Errorf("a definite no without SOA: %v", a)
		}
		if a.Name != "a.test" || a.TTL < 0 || len(a.EDE) > 4 {
			t.Errorf("got %+v", a)
		}
		for _, host := range append(a.Names, a.Canonical) {
			if strings.ToLower(host) != host || (strings.HasSuffix(host, ".") && !strings.HasSuffix(host, `\.`)) {
				t.Errorf("the name %q is not in its plain form", host)
			}
		}
		if strings.ContainsFunc(a.String(), func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("unprintable: %q", a)
		}
	})
}

// knows reports whether the records of a type are kept.
func knows(t Type) bool { return t == A || t == AAAA || t == MX || t == TXT || t == PTR }
