package main

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/dns"
)

// TestTheAddressThatMailHostsSee: once two of them see us under an address that wasn't examined it is, and a fault ends
// asking.
func TestTheAddressThatMailHostsSee(t *testing.T) {
	w, err := sandbox.Parse(identityWorld + "mail.acme.test A 192.0.2.10\n10.2.0.192.in-addr.arpa PTR mail.acme.test\n")
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), w, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	client := &dns.Client{Servers: []string{sandbox.ResolverAddr}, Dial: s.Dial}
	defer client.Close()
	e, err := identityFlags(t, append(acmeFlags, "--ip", "192.0.2.9")...).examiner(client)
	if err != nil {
		t.Fatal(err)
	}
	e.AllowPrivate = true
	c := &cobra.Command{}
	var stderr bytes.Buffer
	c.SetErr(&stderr)
	c.SetContext(t.Context())
	a := &asking{settings: &probeSettings{}, examiner: e, c: c, seen: make(map[netip.Addr]int),
		looked: map[string]bool{"192.0.2.9": true}}
	for _, tt := range []struct{ name, echo, own, why string }{
		{"nothing is seen", "mx.test at your service", "", ""},
		{"what was examined", "mx.test Hello mail.acme.test [192.0.2.9]", "192.0.2.9", ""},
		{"the first host that sees something else", "mx.test Hello mail.acme.test [203.0.113.5]", "203.0.113.5", ""},
		{"the second one", "mx2.test Hello mail.acme.test [203.0.113.5]", "203.0.113.5",
			"mail hosts see us as 203.0.113.5: no mail host was asked"},
		{"another address of ours, once", "mx.test Hello mail.acme.test [192.0.2.10]", "192.0.2.10", ""},
		{"and twice: all is well with it", "mx.test Hello mail.acme.test [192.0.2.10]", "192.0.2.10", ""},
	} {
		if own, why := a.echoed(tt.echo); own != tt.own || !strings.HasPrefix(why, tt.why) ||
			(tt.why == "" && why != "") {
			t.Errorf("%s: %q, %q", tt.name, own, why)
		}
	}
	if !strings.Contains(stderr.String(), "203.0.113.5 has no PTR record") {
		t.Errorf("told %q", stderr.String())
	}
}
