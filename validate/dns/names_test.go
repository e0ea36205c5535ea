package dns

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

func TestReversedAddresses(t *testing.T) {
	t.Parallel()
	tests := []struct{ ip, want string }{
		{"192.0.2.1", "1.2.0.192.in-addr.arpa"},
		{"::ffff:192.0.2.1", "1.2.0.192.in-addr.arpa"},
		{"2001:db8::ab", "b.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"},
	}
	for _, tt := range tests {
		if got := Reverse(netip.MustParseAddr(tt.ip)); got != tt.want {
			t.Errorf("Reverse(%s) = %s, want %s", tt.ip, got, tt.want)
		}
	}
	if got := Reversed(netip.MustParseAddr("127.0.0.2")); got != "2.0.0.127" {
		t.Errorf("Reversed(127.0.0.2) = %s", got)
	}
	if got := Reversed(netip.MustParseAddr("::ffff:127.0.0.2")); got != "2.0.0.0.0.0.f.7.f.f.f.f"+strings.Repeat(".0",
		20) {
		t.Errorf("Reversed(::ffff:127.0.0.2) = %s", got)
	}
}

// FuzzReverse compares with the library's own way.
func FuzzReverse(f *testing.F) {
	f.Add([]byte{192, 0, 2, 1})
	f.Add([]byte("0123456789abcdef"))
	f.Fuzz(func(t *testing.T, octets []byte) {
		ip, ok := netip.AddrFromSlice(octets)
		if !ok || ip.Is4In6() {
			return
		}
		want, err := dns.ReverseAddr(ip.String())
		if got := Reverse(ip) + "."; err != nil || got != want {
			t.Errorf("Reverse(%s) = %s, want %s, %v", ip, got, want, err)
		}
	})
}

func TestTextsComeAsTheirOctets(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"", "v=spf1 -all", `a "quoted" back\slash`, "tab\t, nul\x00, high \xff\x80", `\065`,
		strings.Repeat("x", 600)} {
		c := client(t, play(t, func(q *dns.Msg, _ bool) [][]byte {
			m := reply(t, q)
			m.Answer = []dns.RR{&dns.TXT{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeTXT,
				Class: dns.ClassINET}, Txt: escaped(want)}}
			return [][]byte{pack(t, m)}
		}))
		if a := c.Ask(t.Context(), "a.test", TXT); len(a.Texts) != 1 || a.Texts[0] != want {
			t.Errorf("sent %q, got %q", want, a.Texts)
		}
	}
}

// escaped writes a text as the library wants it: in strings of at most 255 octets, each octet as \DDD.
func escaped(text string) (all []string) {
	for first := true; first || text != ""; first = false {
		n := min(len(text), 255)
		var b strings.Builder
		for _, c := range []byte(text[:n]) {
			b.WriteString(`\` + string([]byte{'0' + c/100, '0' + c/10%10, '0' + c%10}))
		}
		all, text = append(all, b.String()), text[n:]
	}
	return all
}

func TestConfirmAsksAnotherResolver(t *testing.T) {
	t.Parallel()
	gone := func(q *dns.Msg, _ bool) [][]byte {
		m := reply(t, q, soaRecord)
		m.Rcode = dns.RcodeNameError
		return [][]byte{pack(t, m)}
	}
	tests := []struct {
		name   string
		second player
		want   Outcome
		says   string
	}{
		{"who says the same", gone, NXDomain, "NXDOMAIN from"},
		{"who knows better", good(t), Found, "found from"},
		{"who can't find out", always(dns.RcodeServerFailure), servFail, "is not confirmed"},
	}
	for _, tt := range tests {
		first, second := play(t, gone), play(t, tt.second)
		c := client(t, first, second)
		c.Timeout, c.Tries = 5*time.Second, 1
		a := Answer{Name: "a.test", Type: A, Outcome: NXDomain, SOA: true, Server: first}
		b := c.Confirm(t.Context(), a)
		if b.Outcome != tt.want || !strings.Contains(b.String(), tt.says) {
			t.Errorf("%s: got %v", tt.name, b)
		}
	}
}
