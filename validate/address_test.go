package validate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/idna"
)

func TestParse(t *testing.T) {
	long := strings.Repeat
	tests := []struct {
		about, in string
		want      Address
	}{
		{"plain", "ann@acme.com", Address{Local: "ann", Domain: "acme.com"}},
		{"every atext", "!#$%&'*+-/=?^_`{|}~@acme.com", Address{Local: "!#$%&'*+-/=?^_`{|}~", Domain: "acme.com"}},
		{"dots between", "a.b.c@a.b.co", Address{Local: "a.b.c", Domain: "a.b.co"}},
		{"case is kept before the @ and folded behind", "Ann@ACME.Com", Address{Local: "Ann", Domain: "acme.com"}},
		{"64 octets before the @", long("a", 64) + "@acme.com", Address{Local: long("a", 64), Domain: "acme.com"}},
		{"quoted", `"a b"@acme.com`, Address{Local: `"a b"`, Domain: "acme.com", Quoted: true}},
		{"quoted @ and pair", `"a@\"b"@acme.com`, Address{Local: `"a@\"b"`, Domain: "acme.com", Quoted: true}},
		{"quoted two dots", `"a..b"@acme.com`, Address{Local: `"a..b"`, Domain: "acme.com", Quoted: true}},
		{"letters outside ASCII", "josé@acme.com", Address{Local: "josé", Domain: "acme.com", UTF8: true}},
		{"brought to NFC", "jose\u0301@acme.com", Address{Local: "josé", Domain: "acme.com", UTF8: true}},
		{"U-labels", "ann@BÜCHER.example.de", Address{Local: "ann", Domain: "xn--bcher-kva.example.de"}},
		{"A-labels", "ann@xn--bcher-kva.de", Address{Local: "ann", Domain: "xn--bcher-kva.de"}},
		{"capital A-labels", "ann@XN--BCHER-KVA.de", Address{Local: "ann", Domain: "xn--bcher-kva.de"}},
		{"full-width letters and dot", "ann@ａcme。com", Address{Local: "ann", Domain: "acme.com"}},
		{"sharp s", "ann@faß.de", Address{Local: "ann", Domain: "xn--fa-hia.de"}},
		{"IPv4 literal", "ann@[192.0.2.1]", Address{Local: "ann", Domain: "[192.0.2.1]", Literal: true}},
		{"IPv6 literal", "ann@[IPv6:2001:db8::1]", Address{Local: "ann", Domain: "[IPv6:2001:db8::1]", Literal: true}},
		{"one label", "root@localhost", Address{Local: "root", Domain: "localhost"}},
		{"one short label", "a@b", Address{Local: "a", Domain: "b"}},
		{"digits in a label", "a@123.com", Address{Local: "a", Domain: "123.com"}},
		{"63 octets in a label", "a@" + long("b", 63) + ".com", Address{Local: "a", Domain: long("b", 63) + ".com"}},
		{"two letters and hyphens elsewhere", "a@a-b--c.com", Address{Local: "a", Domain: "a-b--c.com"}},
	}
	for _, tt := range tests {
		t.Run(tt.about, func(t *testing.T) {
			got, err := Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			again, err := Parse(got.String())
			if err != nil || again != got {
				t.Errorf("Parse(%q) = %+v, %v; want the same address again", got, again, err)
			}
		})
	}
}

func TestParseSaysWhatAndWhere(t *testing.T) {
	long := strings.Repeat
	tests := []struct{ in, want string }{
		{"", "there is no @"},
		{"ann", "there is no @"},
		{"@acme.com", "nothing before the @ at 1"},
		{"ann@", "nothing after the @ at 5"},
		{"ann.b..c@acme.com", "two dots in a row at 7"},
		{".ann@acme.com", "a dot at the start at 1"},
		{"ann.@acme.com", "a dot before the @ at 4"},
		{"ann b@acme.com", "a blank at 4"},
		{"ann\tb@acme.com", "a tab at 4"},
		{"ann\nb@acme.com", "a line end at 4"},
		{"ann\x00b@acme.com", "a control character at 4"},
		{"ann\x7fb@acme.com", "a control character at 4"},
		{"ann\u0085b@acme.com", "an invisible character at 4"},
		{"ann@b@acme.com", "a second @ at 6"},
		{"josé@b@acme.com", "a second @ at 7"},
		{"ann,b@acme.com", "a comma at 4"},
		{"ann(work)@acme.com", "an opening bracket at 4"},
		{`Abc\@def@acme.com`, "a backslash at 4"},
		{`"a".b@acme.com`, "something between the closing quote and the @ at 4"},
		{`"ab@acme.com`, "a quote that isn't closed at 1"},
		{`a"b"@acme.com`, "a quote at 2"},
		{"\"a\nb\"@acme.com", "a line end at 3"},
		{long("a", 65) + "@acme.com", "more than 64 octets before the @ at 65"},
		{long("é", 33) + "@acme.com", "more than 64 octets before the @ at 33"},
		{"a\u00adb@acme.com", "an invisible character at 2"},
		{"a\u200bb@acme.com", "an invisible character at 2"},
		{"a\u202eb@acme.com", "an invisible character at 2"},
		{"a\u00a0b@acme.com", "a blank at 2"},
		{"é\ufffd@acme.com", "a character lost in an earlier conversion at 2"},
		{"\xe9@acme.com", "octets that are not UTF-8 at 1"},
		{"ann@\xe9.com", "octets that are not UTF-8 at 5"},
		{"ann@a_b.com", "an underscore in the domain at 6"},
		{"ann@-acme.com", "a hyphen at the start of a label at 5"},
		{"ann@acme-.com", "a hyphen at the end of a label at 9"},
		{"ann@ab--c.com", "hyphens in third and fourth place of a label at 7"},
		{"ann@acme..com", "two dots in a row at 10"},
		{"ann@.acme.com", "a dot after the @ at 5"},
		{"ann@acme.com.", "a dot at the end at 13"},
		{"ann@acme.c", "a last label of one character at 10"},
		{"ann@1.2.3.4", "a last label of digits only at 11"},
		{"ann@acme com", "a blank at 9"},
		{"ann@[1.2.3]", "a domain in brackets that is not an IP address at 5"},
		{"ann@[1.2.3.4", "a domain in brackets that is not an IP address at 5"},
		{"ann@[::1]", "a domain in brackets that is not an IP address at 5"},
		{"ann@[IPv6:1.2.3.4]", "a domain in brackets that is not an IP address at 5"},
		{"ann@[fe80::1%eth0]", "a domain in brackets that is not an IP address at 5"},
		{"a@" + long("b", 64) + ".com", "a label of more than 63 octets at 66"},
		{"a@" + long("ü", 60) + ".com", "a label of more than 63 octets at 3"},
		{"a@" + long("b.", 126) + "com", "longer than 254 octets at 255"},
		{"a@\u00ad", "a domain name that IDNA does not allow at 3"},
		{"a@\u00ad.com", "two dots in a row at 3"},
		{"a@xn--a.com", "a domain name that IDNA does not allow at 3"},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			a, err := Parse(tt.in)
			if err == nil {
				t.Fatalf("got %+v, want an error", a)
			}
			if err.Error() != tt.want {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
		})
	}
}

func TestAddressReasons(t *testing.T) {
	tests := []struct {
		in   string
		want Reasons
	}{
		{"ann@acme.com", 0},
		{"ann@[192.0.2.1]", Of(DomainLiteral)},
		{"root@localhost", Of(DotlessDomain, ReservedDomain)},
		{"root@server", Of(DotlessDomain)},
		{"ann@mail.example.org", Of(ReservedDomain)},
		{"ann@example.de", 0},
		{"ann@counterexample.com", 0},
		{"ann@corp.internal", Of(ReservedDomain)},
		{"ann@1.168.192.in-addr.arpa", Of(ReservedDomain)},
		{`"ann"@acme.com`, Of(QuotedLocalPart)},
		{"josé@acme.com", Of(UTF8LocalPart)},
	}
	for _, tt := range tests {
		a, err := Parse(tt.in)
		if err != nil {
			t.Fatalf("%s: %v", tt.in, err)
		}
		if got := a.Reasons(); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.in, got.All(), tt.want.All())
		}
	}
}

// FuzzParse: no panic; what is parsed is parsed again from its own form; and a domain is one that IDNA maps to itself.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"ann@acme.com", `"a b"@x.de`, "josé@bücher.de", "a@[IPv6:::1]", "a@XN--P1AI.рф",
		"a\u00ad@b.cc", "é.@x.de", `"é\`, "a\u037eb@x.de", "\u212a@x.de", "k@x\u2137", "xpql@acme.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkFast(t, s)
		a, err := Parse(s)
		if err != nil {
			if fault := err.(*SyntaxError); fault.What == "" || (fault.At < 1 && strings.Contains(s, "@")) {
				t.Fatalf("Parse(%q): %+v", s, fault)
			}
			return
		}
		again, err := Parse(a.String())
		if err != nil || again != a {
			t.Fatalf("Parse(%q) = %+v, then %+v, %v", s, a, again, err)
		}
		if len(a.Local) > maxLocal || len(a.String()) > maxAddress {
			t.Fatalf("Parse(%q): %+v is too long", s, a)
		}
		if mapped, err := idna.Lookup.ToASCII(a.Domain); !a.Literal && (err != nil || mapped != a.Domain) {
			t.Fatalf("Parse(%q): domain %q maps to %q, %v", s, a.Domain, mapped, err)
		}
	})
}

func TestPlain(t *testing.T) {
	for _, tt := range []struct {
		in             string
		plain, lowered bool
	}{
		{"ann@acme.com", true, false},
		{"Ann+x@acme.com", true, false},
		{"ann@Acme.COM", true, true},
		{"ann@" + strings.Repeat("B", 63) + ".com", true, true},
		{"ann@localhost", true, false},
		{"ann's@acme.com", false, false},
		{`"ann"@acme.com`, false, false},
		{"josé@acme.com", false, false},
		{"ann@bücher.de", false, false},
		{"ann@xn--bcher-kva.de", false, false},
		{"ann@XN--BCHER-KVA.de", false, false},
		{"ann@[192.0.2.1]", false, false},
	} {
		var p Parser
		if _, fault := p.Parse(tt.in); fault != nil || p.Plain() != tt.plain ||
			(tt.plain && p.Lowered() != tt.lowered) {
			t.Errorf("%s: plain %v, lowered %v, %v", tt.in, p.Plain(), p.Lowered(), fault)
		}
	}
}

// checkFast: what is read fast is what is read with care.
func checkFast(t *testing.T, s string) {
	var p, q Parser
	var a Address
	if !p.fast(s, &a) {
		return
	}
	b, fault := q.careful(s)
	if fault != nil || a != *b || p.plain != q.plain || p.lowered != q.lowered || p.folded != q.folded ||
		p.odd != q.odd {
		t.Fatalf("%q is %+v %v %v %v %v fast, %+v %v %v %v %v with care (%v)", s, a, p.plain, p.lowered, p.folded,
			p.odd, b, q.plain, q.lowered, q.folded, q.odd, fault)
	}
}

func BenchmarkParse(b *testing.B) {
	in := []string{"ann.smith@gmail.com", "j.doe+news@Acme-Corp.co.uk", "info@example-shop.de", "bad..dots@yahoo.com",
		"firstname.lastname@mail.university.edu"}
	var p Parser
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.Parse(in[i%len(in)])
	}
}
