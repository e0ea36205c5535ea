package identity_test

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/validate/dns"
)

func TestPublicResolversAreNotAskedForBlocklists(t *testing.T) {
	t.Parallel()
	for _, resolver := range []string{"8.8.8.8", "1.1.1.1:53", "[2620:fe::fe]:53", "9.9.9.10", "dns.google",
		"208.67.222.222"} {
		var asked []string
		c := world(t, wellKept)
		c.Servers = append(c.Servers, resolver)
		c.Tries, c.Timeout = 1, time.Second
		c.Trace = func(a dns.Answer) { asked = append(asked, a.Name) }
		e := &identity.Examiner{
			DNS: c, HELO: "x", Blocklists: []string{"bl.test"},
			IPs: []netip.Addr{netip.MustParseAddr("192.0.2.9")}, AllowPrivate: true,
		}
		lists := e.Preflight(t.Context()).With(identity.Unchecked)
		if len(lists) == 0 || !strings.Contains(lists[len(lists)-1].Says, "public resolvers") {
			t.Errorf("through %s: %+v", resolver, lists)
		}
		c.Close()
		if slices.ContainsFunc(asked, func(name string) bool { return strings.HasSuffix(name, "bl.test") }) {
			t.Errorf("through %s: asked %q", resolver, asked)
		}
	}
}

func TestACustomersKeyIsNeverShown(t *testing.T) {
	t.Parallel()
	for _, lines := range []string{
		"", "9.2.0.192.key.zen.dq.spamhaus.net A 127.0.0.10\n",
		"9.2.0.192.key.zen.dq.spamhaus.net SERVFAIL\n", "*.key.zen.dq.spamhaus.net A 127.0.0.2\n",
	} {
		e := acme(world(t, wellKept+lines))
		e.Blocklists = []string{"KEY.zen.dq.spamhaus.net."}
		r := e.Preflight(t.Context())
		text, err := json.Marshal(r)
		if err != nil || strings.Contains(strings.ToLower(string(text)), "key.") {
			t.Errorf("%q: %s, %v", lines, text, err)
		}
	}
}
