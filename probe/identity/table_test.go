package identity

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/reply"
)

func TestEveryReplyOfTheTableIsAboutUsAndLeadsBackToItsCheck(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range Checks() {
		if seen[c.Name] || c.Title == "" || strings.HasSuffix(c.Title, ".") {
			t.Errorf("check %q: named twice, or badly titled: %q", c.Name, c.Title)
		}
		seen[c.Name] = true
		for _, cause := range c.Replies {
			r := reply.Parse(cause.Reply)
			f := reply.Classify(r, reply.Context{})
			if (f.Subject != reply.Us && f.Subject != reply.Message) || f.Class != cause.Class || f.Class.Removes() {
				t.Errorf("%s: %q is %v about %q", c.Name, cause.Reply, f.Class, f.Subject)
			}
			if !slices.ContainsFunc(ChecksFor(r, f), func(back Check) bool { return back.Name == c.Name }) {
				t.Errorf("%q does not lead back to %s", cause.Reply, c.Name)
			}
		}
	}
}

func TestTheTablesOfServicesAndRequirements(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, s := range Services() {
		if names[s.Name] || s.Title == "" || s.Source == "" ||
			(s.Include != "" && !isHost(strings.TrimPrefix(s.Include, "_"))) ||
			slices.ContainsFunc(s.Selectors, func(selector string) bool { return !isHost(selector + ".com") }) {
			t.Errorf("a service that can't be right: %+v", s)
		}
		names[s.Name] = true
	}
	checks := map[string]bool{}
	for _, c := range Checks() {
		checks[c.Name] = true
	}
	for _, r := range Requirements() {
		if r.Provider == "" || r.Asks == "" || !strings.Contains(r.Source, "2026") {
			t.Errorf("a requirement that can't be right: %+v", r)
		}
		for _, name := range slices.Concat(r.Checks, r.Strict) {
			if !checks[name] || !slices.Contains(r.Checks, name) {
				t.Errorf("%s asks for %s: there is no check %q, or it is only strict", r.Provider, r.Asks, name)
			}
		}
	}
}

func TestTheTableOfLists(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, l := range Lists() {
		if seen[l.Zone] || !isHost(l.Zone) || l.Name == "" || l.Source == "" || l.String() != l.Zone ||
			(l.Page != "" && !strings.HasPrefix(l.Page, "https://")) {
			t.Errorf("a row that can't be right: %+v", l)
		}
		seen[l.Zone] = true
		for _, c := range l.Codes {
			if c.Means == "" || !c.Answers.IsValid() || c.Answers.Masked() != c.Answers ||
				!loopback.Overlaps(c.Answers) {
				t.Errorf("%s: a code that can't be right: %+v", l.Zone, c)
			}
		}
	}
}

func TestWhatAnswersOfListsMean(t *testing.T) {
	t.Parallel()
	tests := []struct {
		zone, answer string
		want         Result
		says         string
	}{
		{"zen.spamhaus.org", "127.0.0.2", Fail, "SBL"},
		{"zen.spamhaus.org", "127.0.0.3", Fail, "CSS"},
		{"zen.spamhaus.org", "127.0.0.7", Fail, "XBL"},
		{"ZEN.spamhaus.org.", "127.0.0.11", Fail, "PBL"},
		{"key.zen.dq.spamhaus.net", "127.0.0.9", Fail, "DROP"},
		{"zen.spamhaus.org", "127.0.0.77", Warn, "not known"},
		{"zen.spamhaus.org", "127.255.255.252", Unchecked, "mistyped"},
		{"zen.spamhaus.org", "127.255.255.254", Unchecked, "public resolver"},
		{"zen.spamhaus.org", "127.255.255.255", Unchecked, "too many"},
		{"zen.spamhaus.org", "127.255.255.9", Unchecked, "refuses"},
		{"zen.spamhaus.org", "192.0.2.1", Unchecked, "makes it up"},
		{"notzen.spamhaus.org", "127.0.0.77", Fail, "listed"},
		{"dnsbl-3.uceprotect.net", "127.0.0.2", Warn, "provider"},
		{"list.dnswl.org", "127.0.5.2", Unchecked, "good senders"},
		{"dbl.spamhaus.org", "127.0.1.255", Unchecked, "about an address"},
		{"own.example", "127.0.0.1", Unchecked, "no list should give"},
		{"own.example", "127.5.0.1", Fail, "listed"},
		{"own.example", "128.0.0.2", Unchecked, "makes it up"},
	}
	for _, tt := range tests {
		l := ListOf(tt.zone)
		if c := l.read(netip.MustParseAddr(tt.answer)); c.Result != tt.want || !strings.Contains(c.Means, tt.says) {
			t.Errorf("%s says %s: %v, %s", tt.zone, tt.answer, c.Result, c.Means)
		}
	}
}

func TestEchoedAddresses(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, want string }{
		{"250-mx.google.com at your service, [192.0.2.9]", "192.0.2.9"},
		{"250-mx.example.net Hello mail.acme.test [192.0.2.9], pleased to meet you", "192.0.2.9"},
		{"250-mx.example.net Hello mail.acme.test ([192.0.2.9]) here", "192.0.2.9"},
		{"250 mx.example.net Hello mail.acme.test (192.0.2.9)", "192.0.2.9"},
		{"250-AM0EUR02FT012.mail.protection.outlook.com Hello [192.0.2.9]", "192.0.2.9"},
		{"250-mx.example.net Hello mail.acme.test [IPv6:2001:db8::9]", "2001:db8::9"},
		{"250-mx.example.net Hello mail.acme.test [2001:DB8::9]", "2001:db8::9"},
		{"250-mx.example.net Hello mail.acme.test [::ffff:192.0.2.9]", "192.0.2.9"},
		{"mx.example.net Hello vps9.host.test [192.0.2.9] (may be forged)", "192.0.2.9"},
		{"250-[198.51.100.1] Hello mail.acme.test [192.0.2.9]", "192.0.2.9"},
		{"250-mx.example.net Hello [192.0.2.9] [192.0.2.9]", "192.0.2.9"},
		{"250-mx.example.net Hello [192.0.2.9] [192.0.2.10]", ""},
		{"250-mx.example.net Hello [10.0.0.5]", ""},
		{"250-mx.example.net Hello [127.0.0.1]", ""},
		{"250-mx.example.net Hello 192.0.2.9", ""},
		{"250-mx.example.net ESMTP 8.17.1.9 (4.96)", ""},
		{"250-mx.example.net Hello [192.0.2", ""},
		{"250-[192.0.2.9]", ""},
		{"250 ", ""},
		{"", ""},
		{"250-mx.example.net " + strings.Repeat("x", mostLine) + "[192.0.2.9]", ""},
	}
	for _, tt := range tests {
		want, _ := netip.ParseAddr(tt.want)
		if got, ok := Echoed(tt.line); got != want || ok != want.IsValid() {
			t.Errorf("%q: %v, %v, want %v", tt.line, got, ok, want)
		}
	}
}

func FuzzEchoed(f *testing.F) {
	f.Add("250-mx.example.net Hello mail.acme.test [IPv6:2001:db8::9] (192.0.2.9)")
	f.Add("250-[[((] [192.0.2.9][")
	f.Fuzz(func(t *testing.T, line string) {
		ip, ok := Echoed(line)
		if ok != ip.IsValid() || (ok && (!isPublic(ip) || ip.Is4In6() || ip.Zone() != "")) {
			t.Errorf("%q: %v, %v", line, ip, ok)
		}
	})
}

// FuzzSender checks that what passes for a sender or a host name can stand in a command of SMTP as it is.
func FuzzSender(f *testing.F) {
	for _, s := range []string{"me@acme.com", "a.b+c@x-y.example", "a..b@acme.com", "a@b@c.com", "a@\x00.com",
		"me@acme.com\r\nRCPT"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		domain := senderDomain(address)
		if domain != "" &&
			(strings.ContainsAny(address, " \r\n<>\"\x00") || strings.Count(address, "@") != 1 || !isHost(domain) ||
				len(address) > 64+1+254) {
			t.Errorf("%q passes", address)
		}
		if isHost(plainName(address)) && (isAddress(plainName(address)) || strings.ContainsAny(address, " \r\n@:")) {
			t.Errorf("%q passes for a host name", address)
		}
	})
}

func TestPublicResolvers(t *testing.T) {
	t.Parallel()
	for _, p := range public {
		if prefix, err := netip.ParsePrefix(p.net); err != nil || prefix.Masked() != prefix || p.operator == "" ||
			!isPublic(prefix.Addr()) {
			t.Errorf("%+v can't be right: %v", p, err)
		}
	}
	for name, want := range map[string]string{"8.8.4.4": "Google", "::ffff:1.1.1.1": "Cloudflare",
		"2620:fe::9": "Quad9", "DNS.google.": "Google", "127.0.0.1": "", "192.168.1.1": "", "resolver.acme.test": "",
		"fe80::1%eth0": ""} {
		if got := publicOperator(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestResultsKeepTheirNames(t *testing.T) {
	t.Parallel()
	for r := range numResults {
		text, err := json.Marshal(r)
		var back Result
		if err != nil || json.Unmarshal(text, &back) != nil || back != r {
			t.Errorf("%v: %s, %v", r, text, err)
		}
	}
	var r Result
	if err := json.Unmarshal([]byte(`"red"`), &r); err == nil {
		t.Error("red is taken for a result")
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	t.Parallel()
	var a dns.Answer
	for range dns.MaxRecords {
		a.Texts = append(a.Texts, strings.Repeat("\x1b", 1<<16))
	}
	lines := evidence(a)
	if len(lines) != mostRecords+1 || len(strings.Join(lines, "\n")) > (mostRecords+1)*mostText*5 ||
		strings.Contains(strings.Join(lines, ""), "\x1b") {
		t.Errorf("%d lines: %.100q", len(lines), lines)
	}
}
