package identity_test

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/validate/reply"
)

func TestNamesAndSendersThatAreNoneOfOurs(t *testing.T) {
	t.Parallel()
	c := world(t, "* NXDOMAIN")
	foreign := func(name string) string {
		return map[string]string{"gmail.com": "it is Google's", "customer.com": "it is a recipient's"}[name]
	}
	for helo, says := range map[string]string{
		"": "no HELO name", "localhost": "no dot", "192.0.2.9": "an address", "[192.0.2.9]": "an address",
		"[IPv6:2001:db8::9]": "an address", "2001:db8::9": "an address",
		"mail": "no dot", "mail.local": "nobody's", "host.localdomain": "nobody's", "mail.acme.test": "nobody's",
		"gmail.com": "Google's", "GMAIL.com": "Google's", "mail.acme.com.": "not a host name",
		"customer.com": "recipient's", "a..b": "not a host name", "-a.com": "not a host name",
		"my_host.acme.com": "not a host name", "münchen.de": "not a host name",
		"a.b c.com": "not a host name", "1.2.3": "not a host name", strings.Repeat("a", 64) + ".com": "not a host name",
		strings.Repeat("a.", 130) + "com": "not a host name",
	} {
		e := &identity.Examiner{
			DNS: c, HELO: helo, From: "me@acme.com", Foreign: foreign,
			IPs: []netip.Addr{netip.MustParseAddr("192.0.2.9")},
		}
		if f := e.Preflight(t.Context()).Findings[0]; f.Check != "helo" || f.Result != identity.Fail ||
			!strings.Contains(f.Says, says) {
			t.Errorf("HELO %q: %+v, want a fault with %q", helo, f, says)
		}
	}
	for _, from := range []string{"", "acme.com", "me@", "@acme.com", "me@acme", "me@localhost", "me@[192.0.2.9]",
		"a..b@acme.com", `"a b"@acme.com`, "a@b@acme.com", "mé@acme.com", "me@acme.test",
		strings.Repeat("a", 65) + "@acme.com", "<me@acme.com>"} {
		e := &identity.Examiner{
			DNS: c, HELO: "mail.acme.com", From: from, IPs: []netip.Addr{netip.MustParseAddr("192.0.2.9")},
		}
		if !slices.Contains(brief(e.Preflight(t.Context())), "fail sender "+from) {
			t.Errorf("the sender %q is taken for sound", from)
		}
	}
}

func TestAddressesThatServersDoNotSee(t *testing.T) {
	t.Parallel()
	c := world(t, "mail.acme.com A 10.0.0.9")
	for _, ips := range [][]netip.Addr{nil, {netip.MustParseAddr("127.0.0.1")}, {netip.MustParseAddr("100.64.0.1")},
		{netip.MustParseAddr("fe80::1%eth0")}, {netip.MustParseAddr("::ffff:192.168.1.1")}} {
		e := &identity.Examiner{DNS: c, HELO: "mail.acme.com", From: "me@acme.com", IPs: ips}
		if !slices.ContainsFunc(
			brief(e.Preflight(t.Context())), func(s string) bool { return strings.HasPrefix(s, "fail address") },
		) {
			t.Errorf("%v passes for a public address", ips)
		}
	}
}

func TestWhatTheSendersOwnHostSays(t *testing.T) {
	t.Parallel()
	c := world(t, wellKept)
	for text, want := range map[string]identity.Result{
		"250 2.1.5 Ok": identity.OK,
		"550 5.1.1 <probe@acme.test>: Recipient address rejected: User unknown in local recipient table": identity.Fail,
		"550 5.2.1 mailbox disabled": identity.Fail, "554 5.7.1 <probe@acme.test>: Relay access denied": identity.Fail,
		"450 4.2.0 <probe@acme.test>: Recipient address rejected: Greylisted":                   identity.Unchecked,
		"554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org": identity.Unchecked,
		"550 5.1.8 <probe@acme.test>: Sender address rejected: Domain not found":                identity.Unchecked,
		"452 4.2.2 <probe@acme.test>: Recipient address rejected: mailbox is full":              identity.Unchecked,
		"421 4.7.0 mx.acme.test Error: too many errors":                                         identity.Unchecked,
	} {
		e := acme(c)
		e.Blocklists = nil
		e.Accepts = func(_ context.Context, sender string) (reply.Reply, error) {
			if sender != "probe@acme.test" {
				t.Errorf("asked about %q", sender)
			}
			return reply.Parse(text), nil
		}
		if got := e.Preflight(t.Context()).Worst(); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
