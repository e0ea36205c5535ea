package spf_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/auth/spf"
)

// TestGrammar holds records to RFC 7208. A record that begins with a quotation mark is taken as it stands between them;
// the others follow "v=spf1 ". The client is 192.0.2.1.
func TestGrammar(t *testing.T) {
	t.Parallel()
	world := zone{
		"no.test":   {{"TXT", "v=spf1 -all"}},
		"ok.test":   {{"TXT", "v=spf1 ip4:192.0.2.1 -all"}},
		"d.com":     {{"A", "192.0.2.1"}},
		"d.test":    {{"A", "192.0.2.1"}},
		"many.test": nil,
	}
	for range 11 {
		world["many.test"] = append(world["many.test"], [2]string{"MX", "10 mx.test"})
	}
	for result, records := range map[spf.Result][]string{
		spf.None: {`" v=spf1 -all"`, `"v=spf10 -all"`, `"v=spf1-all"`, `"v=spf1,ip4:192.0.2.1"`,
			`""v=spf1 -all""`, "\"v=spf1\t-all\""},
		spf.Neutral: {`"v=spf1"`, `"v=spf1 "`, "?all", "moo=cow", "moo=", "version=spf1", "v=spf1"},
		spf.Fail: {`"V=SPF1 -ALL"`, "ip4=192.0.2.1 -all", "-all redirect=x.test", "exp=%{d}.why.test -all",
			"exists:%{ir}.%{v}.%{d2}.sbl.test -all"},
		spf.SoftFail: {"include:no.test ~all"},
		spf.Pass: {
			"  ip4:192.0.2.1   -all ", "ip4:192.0.2.1 include:missing.test -all",
			"REDIRECT=no.test ip4:192.0.2.1 -all", "+all", "a:d.com. -all", "a:%{o1r}.%{d2} a:d.test",
			"ip4:192.0.2.0/24", "a:d.test/0//0", "redirect=ok.test", "moo=%{c}%%%_%- ip4:192.0.2.1"},
		spf.PermError: {
			"ip4:192.0.2.1\t-all", "ip4:192.0.2.1 bogus -all", "bogus ip4:192.0.2.1 -all", "-all bogus", "-all moo",
			"+all ip4:999.1.1.1", "include:missing.test", "include -all", "include: -all",
			"ip4:192.0.2.0/33", "ip4:192.0.2", "ip4:192.0.2.1:25", "ip4: 192.0.2.1", "ip4:192.0.2.1,",
			"ip4:192.0.2.1;-all", "ip4:192.0.2.1/032", "ip4:192.0.2.1/00", "ip4:192.0.2.1/", "ip4:192.0.2.1/+8",
			"ip4:2001:db8::1 -all", "ip6:192.0.2.1 -all", "ip6:::ffff:192.0.2.1/129", "ip6:2001:db8::/129",
			"ip6:2001:db8::/064", "ip6:fe80::1%eth0", "ip4", "ip4:", "ip:192.0.2.1", "192.0.2.1", "2001:db8::1",
			"a/", "a:", "mx:", "a:d.test/33", "a:d.test/024", "a//129", "a:x//64/24", "a:localhost -all",
			"a:192.0.2.240 -all", "a:mx.shop.test:25", "a:com.", "a:d.-x", "a:d.test/", "a/24/64",
			"all:d.test", "all.", "all/8", "--all", "- all", "redirect=missing.test", "redirect=", "redirect:x.test",
			"redirect=a.test redirect=b.test -all", "-redirect=x.test", "exp=a.test exp=b.test -all", "exp= -all",
			"moo=%{z} ip4:192.0.2.1", "9x=1", "-moo=x", "=x", "exists:%{z}.x", "exists:%{i0}", "exists:%(i)",
			"exists:%{i", "exists:%{c}", "exists:%{i}.%{d", "exists:%%{x -all", "exists:a%.b.test",
			"exists:%{irx}.test",
			"exists:a/24", "include:ok.test/24", "ptr/24", "ptr:", "mx:many.test", "ip4:192.0.2.1 ü -all",
			"ip4:192.0.2.1 \x7f", "a:ex%{d 2}.test", "include:%{h}.a b", "exists:%{l}@%{o", "ip4:0x10.0.0.1",
			"ip4:010.0.0.1",
		},
	} {
		for _, record := range records {
			if whole, ok := strings.CutPrefix(record, `"`); ok {
				record = strings.TrimSuffix(whole, `"`)
			} else {
				record = "v=spf1 " + record
			}
			world["a.test"] = [][2]string{{"TXT", record}}
			c := spf.Checker{Resolver: world, HELO: "a.test"}
			if got := c.Check(
				t.Context(), netip.MustParseAddr("192.0.2.1"), "a.test", "ann@a.test",
			); got.Result != result {
				t.Errorf("%q: %s (%v), want %s", record, got.Result, got.Err, result)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	chain := func(n int, last string) zone {
		z := zone{"end.test": {{"TXT", last}}}
		name := "a.test"
		for i := range n - 1 {
			next := "i" + strings.Repeat("x", i) + ".test"
			z[name] = [][2]string{{"TXT", "v=spf1 include:" + next + " ?all"}}
			name = next
		}
		z[name] = [][2]string{{"TXT", "v=spf1 include:end.test -all"}}
		return z
	}
	void := func(n int) zone {
		return zone{"a.test": {{"TXT", "v=spf1" + strings.Repeat(" a:gone.test", n) + " ip4:192.0.2.1 -all"}}}
	}
	tests := []struct {
		name          string
		zone          zone
		want          spf.Result
		err           error
		lookups, void int
		matched       string
	}{
		{"ten lookups", chain(10, "v=spf1 +all"), spf.Pass, nil, 10, 0, "+all"},
		{"eleven lookups", chain(11, "v=spf1 +all"), spf.PermError, spf.ErrLookups, 11, 0, ""},
		{"two void lookups", void(2), spf.Pass, nil, 2, 2, "ip4:192.0.2.1"},
		{"three void lookups", void(3), spf.PermError, spf.ErrVoid, 3, 3, ""},
		{"an include that fails does not match", chain(1, "v=spf1 -all"), spf.Fail, nil, 1, 0, "-all"},
		{"a circle", zone{"a.test": {{"TXT", "v=spf1 redirect=a.test"}}}, spf.PermError, spf.ErrLookups, 11, 0, ""},
	}
	for _, tt := range tests {
		c := spf.Checker{Resolver: tt.zone}
		got := c.Check(t.Context(), netip.MustParseAddr("::ffff:192.0.2.1"), "a.test", "")
		last := ""
		if len(got.Matched) > 0 {
			last = got.Matched[len(got.Matched)-1]
		}
		if got.Result != tt.want || got.Err != tt.err || len(got.Lookups) != tt.lookups || len(got.Void()) != tt.void ||
			last != tt.matched {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// FuzzRecord lets hostile records meet the evaluation.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{
		"v=spf1 mx a:%{d} -all", "v=spf1 include:a.test redirect=%{l}.test", "v=spf1 exists:%{ir}.%{p}.x ip6:::1/0",
		"v=spf1 ptr:%{h99r.-}.a ?all exp=%%",
	} {
		f.Add(seed, "x@a.test")
	}
	f.Fuzz(func(t *testing.T, record, sender string) {
		z := zone{
			"a.test": {{"TXT", record}, {"MX", "10 a.test"}, {"A", "192.0.2.9"},
				{"AAAA", "2001:db8::9"}},
			"9.2.0.192.in-addr.arpa": {{"PTR", "a.test."}},
		}
		for _, ip := range []string{"192.0.2.9", "2001:db8::9"} {
			c := spf.Checker{Resolver: z, HELO: sender}
			got := c.Check(t.Context(), netip.MustParseAddr(ip), "a.test", sender)
			if _, err := spf.Parse(record); spf.IsRecord(record) && err != nil && got.Result != spf.PermError {
				t.Errorf("%q is invalid and ends as %s", record, got.Result)
			}
			if len(got.Lookups) > spf.MaxLookups+1 || (got.Result == spf.PermError) != (got.Err != nil) {
				t.Errorf("%q: %+v", record, got)
			}
		}
	})
}
