package spf_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/auth/spf"
)

// zone is a DNS of records by name, each a type and its data. The type TIMEOUT stands for a name server that does not
// answer about any other type.
type zone map[string][][2]string

func (z zone) find(name, typ string) (all []string, err error) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for range 10 {
		alias, silent := "", false
		for _, r := range z[name] {
			switch r[0] {
			case typ:
				all = append(all, r[1])
			case "CNAME":
				alias = strings.ToLower(strings.TrimSuffix(r[1], "."))
			case "TIMEOUT", "SERVFAIL":
				silent = true
			}
		}
		switch {
		case len(all) > 0:
			return all, nil
		case silent:
			return nil, &net.DNSError{Err: "no answer", Name: name, IsTemporary: true}
		case alias == "":
			return nil, &net.DNSError{Err: "no such record", Name: name, IsNotFound: true}
		}
		name = alias
	}
	return nil, &net.DNSError{Err: "an endless alias", Name: name, IsTemporary: true}
}

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) { return z.find(name, "TXT") }

func (z zone) LookupMX(_ context.Context, name string) (all []*net.MX, err error) {
	found, err := z.find(name, "MX")
	for _, r := range found {
		_, host, _ := strings.Cut(r, " ")
		all = append(all, &net.MX{Host: host})
	}
	return all, err
}

func (z zone) LookupNetIP(_ context.Context, network, host string) (all []netip.Addr, err error) {
	found, err := z.find(host, map[string]string{"ip4": "A", "ip6": "AAAA"}[network])
	for _, r := range found {
		all = append(all, netip.MustParseAddr(r))
	}
	return all, err
}

func (z zone) LookupAddr(_ context.Context, addr string) ([]string, error) {
	return z.find(reverse(netip.MustParseAddr(addr)), "PTR")
}

func reverse(ip netip.Addr) string {
	name := ""
	for _, octet := range ip.AsSlice() {
		if ip.Is4() {
			name = fmt.Sprintf("%d.%s", octet, name)
		} else {
			name = fmt.Sprintf("%x.%x.%s", octet&15, octet>>4, name)
		}
	}
	if ip.Is4() {
		return name + "in-addr.arpa"
	}
	return name + "ip6.arpa"
}

// TestSuiteOfRFC7208 runs the test suite that the authors of the RFC published (see testdata/rfc7208-tests.LICENSE).
func TestSuiteOfRFC7208(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/rfc7208-tests.json")
	if err != nil {
		t.Fatal(err)
	}
	var suites []struct {
		Description string
		Zone        zone
		Tests       []struct {
			Name, Section, HELO, Host, MailFrom string
			Results                             []string
		}
	}
	if err := json.Unmarshal(text, &suites); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, s := range suites {
		for _, tt := range s.Tests {
			ran++
			domain := tt.HELO
			if _, after, found := strings.Cut(tt.MailFrom, "@"); found {
				domain = after
			}
			sender := tt.MailFrom
			if sender == "" {
				sender = "postmaster@" + tt.HELO
			}
			c := spf.Checker{Resolver: s.Zone, HELO: tt.HELO}
			got := c.Check(t.Context(), netip.MustParseAddr(tt.Host), domain, sender)
			if !slices.Contains(tt.Results, string(got.Result)) {
				t.Errorf(
					"%s: %s (RFC 7208 §%s): %s, want %q: %+v", s.Description, tt.Name, tt.Section, got.Result,
					tt.Results, got,
				)
			}
		}
	}
	if ran < 200 {
		t.Errorf("only %d tests ran", ran)
	}
}
