package identity_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSPF(t *testing.T) {
	t.Parallel()
	eleven := func(tail string) (lines []string) {
		lines = []string{spfTail + ` => include:i1.test ` + tail}
		for i := range 11 {
			lines = append(lines, fmt.Sprintf(`i%d.test TXT "v=spf1 include:i%d.test ?all"`, i+1, i+2))
		}
		return append(lines, `i12.test TXT "v=spf1 ?all"`)
	}
	tests := []struct {
		name    string
		changes []string
		want    []string
		says    string // in what is said about SPF
	}{
		{"pass by an address", nil, nil, "matched: ip4:192.0.2.9"},
		{
			"pass by an include in a redirect",
			[]string{
				spfTail + " => redirect=r.test", `r.test TXT "v=spf1 include:i.test -all"`,
				`i.test TXT "v=spf1 a:far.test ~all"`, "far.test A 192.0.2.9",
			},
			nil,
			"matched: redirect=r.test -> include:i.test -> a:far.test",
		},
		{
			"pass by the mail host",
			[]string{spfTail + " => mx -all", "mx.acme.test           A 192.0.2.30 => mx.acme.test A 192.0.2.9"}, nil,
			"matched: mx",
		},
		{
			"pass by a macro", []string{spfTail + " => exists:%{i}.ok.test -all", "192.0.2.9.ok.test A 127.0.0.2"}, nil,
			"matched: exists:%{i}.ok.test",
		},
		{"pass by PTR", []string{spfTail + " => ptr -all"}, []string{"warn spf_record acme.test"}, "matched: ptr"},
		{
			"pass in two strings", []string{`"v=spf1 ip4:192.0.2.9 => "v=spf1 ip4:192.0" ".2.9`}, nil,
			"matched: ip4:192.0.2.9",
		},
		{"fail", []string{"ip4:192.0.2.9 => ip4:192.0.2.8"}, []string{"fail spf 192.0.2.9"}, "matched: -all"},
		{
			"fail by an address", []string{"ip4:192.0.2.9 => -ip4:192.0.2.0/24"}, []string{"fail spf 192.0.2.9"},
			"matched: -ip4:192.0.2.0/24",
		},
		{"softfail", []string{spfTail + " => ~all"}, []string{"fail spf 192.0.2.9"}, "matched: ~all"},
		{"neutral", []string{spfTail + " => ?all"}, []string{"warn spf 192.0.2.9"}, "neither"},
		{
			"none of the terms", []string{spfTail + " => a:mx.acme.test"},
			[]string{"warn spf 192.0.2.9", "warn spf_record acme.test"}, "neutral",
		},
		{
			"no record", []string{"v=spf1 ip4:192.0.2.9 => v=spf10"},
			[]string{"warn spf 192.0.2.9", "fail spf_record acme.test"}, "none of 2 records",
		},
		{
			"no TXT at all",
			[]string{
				"v=spf1 => spf1", `acme.test              TXT "some other text" => `,
				`acme.test              TXT "spf1 ` + spfTail + `" => `,
			},
			[]string{"warn spf 192.0.2.9"},
			"NODATA",
		},
		{
			"a term that is none", []string{spfTail + " => ipv4:192.0.2.9 -all"},
			[]string{"fail spf 192.0.2.9", "fail spf_record acme.test"}, "want ip4",
		},
		{
			"two records", []string{`acme.test TXT "v=spf1 -all"`},
			[]string{"fail spf 192.0.2.9", "fail spf_record acme.test"}, "2 SPF records",
		},
		{
			"eleven lookups", eleven("-all"), []string{"fail spf 192.0.2.9", "warn spf_record acme.test"},
			"lookup 11: include:i1.test -> ... -> include:i9.test -> include:i10.test -> include:i11.test",
		},
		{
			"eleven lookups that our address does not need",
			slices.Concat(eleven("-all"), []string{"include:i1.test => ip4:192.0.2.9 include:i1.test"}),
			[]string{"warn spf_record acme.test"}, "at most 10",
		},
		{
			"a circle", []string{spfTail + " => include:acme.test -all"},
			[]string{"fail spf 192.0.2.9", "warn spf_record acme.test"}, "it costs more than 30 lookups",
		},
		{"three void lookups", []string{spfTail + " => a:n1.test a:n2.test a:n3.test ip4:192.0.2.9 -all"},
			[]string{"fail spf 192.0.2.9", "warn spf_record acme.test"}, "3 lookups, 3 of them void"},
		{
			"an include without record", []string{spfTail + " => include:mx.acme.test -all"},
			[]string{"fail spf 192.0.2.9", "fail spf_record acme.test"}, "mx.acme.test has no SPF record",
		},
		{
			"temperror", []string{spfTail + " => include:mute.test -all", "mute.test SERVFAIL"},
			[]string{"unchecked spf 192.0.2.9", "unchecked spf_record acme.test"}, "SERVFAIL",
		},
		{
			"temperror behind our address", []string{"-all => include:mute.test -all", "mute.test SERVFAIL"},
			[]string{"unchecked spf_record acme.test"}, "to its end",
		},
		{
			"what is not known of IPv6 is no matter to IPv4",
			[]string{
				"ip4:192.0.2.9 => a:far.test ip4:192.0.2.9", "far.test A 192.0.2.8", "far.test SERVFAIL type=AAAA",
			},
			nil,
			"matched: ip4:192.0.2.9",
		},
		{
			"what is not known of IPv4 is",
			[]string{
				"ip4:192.0.2.9 => a:far.test ip4:192.0.2.9", "far.test AAAA 2001:db8::8", "far.test SERVFAIL type=A",
			},
			[]string{"unchecked spf 192.0.2.9", "unchecked spf_record acme.test"},
			"SERVFAIL",
		},
		{"open to everybody", []string{"-all => +all"}, []string{"warn spf_record acme.test"}, "matched: +all"},
		{
			"open to everybody by an include",
			[]string{spfTail + " => include:open.test -all", `open.test TXT "v=spf1 ip4:0.0.0.0/0"`},
			[]string{"warn spf_record acme.test"}, "matched: include:open.test -> ip4:0.0.0.0/0",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := acme(world(t, change(t, wellKept, tt.changes...)))
			e.Blocklists, e.IPs = nil, []netip.Addr{netip.MustParseAddr("192.0.2.9")}
			r := e.Preflight(t.Context())
			var told []string
			for _, f := range r.Findings {
				if strings.HasPrefix(f.Check, "spf") {
					told = append(told, f.Says, strings.Join(f.Evidence, "\n"))
				}
			}
			if diff := cmp.Diff(tt.want, brief(r)); diff != "" {
				t.Errorf("(-want +got)\n%s\n%s", diff, strings.Join(told, "\n"))
			}
			if !strings.Contains(strings.Join(told, "\n"), tt.says) {
				t.Errorf("%q is not in\n%s", tt.says, strings.Join(told, "\n"))
			}
		})
	}
}
