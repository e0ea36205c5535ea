package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/known"
)

// identityWorld is where all is well with mail.acme.test.
const identityWorld = `
mail.acme.test         A 192.0.2.9
9.2.0.192.in-addr.arpa PTR mail.acme.test
acme.test              MX 10 mail.acme.test
acme.test              TXT "v=spf1 mx -all"
2.0.0.127.bl.test      A 127.0.0.2
`

// identityOf reads flags and examines in a world.
func identityOf(t *testing.T, world string, args ...string) (identity.Report, string) {
	t.Helper()
	w, err := sandbox.Parse(world)
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
	e, err := identityFlags(t, args...).examiner(client)
	if err != nil {
		t.Fatal(err)
	}
	e.AllowPrivate = true
	var stderr bytes.Buffer
	r, err := preflight(t.Context(), e, &stderr)
	if err != nil {
		t.Fatal(err)
	}
	return r, stderr.String()
}

func identityFlags(t *testing.T, args ...string) *identitySettings {
	t.Helper()
	var s identitySettings
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	s.register(f)
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	return &s
}

var acmeFlags = []string{"--helo", "mail.acme.test", "--from", "probe@acme.test", "--blocklist", "bl.test"}

func TestAnIdentityThatIsWellIsNotTalkedAbout(t *testing.T) {
	r, told := identityOf(t, identityWorld, acmeFlags...)
	if told != "" || refusal(r) != nil || len(r.Findings) == 0 {
		t.Errorf("%+v\n%s", r, told)
	}
}

func TestAFaultIsToldWithItsProofAndItsCure(t *testing.T) {
	r, told := identityOf(t, strings.Replace(identityWorld, "PTR mail", "TXT \x1b[2J",
		1)+"9.2.0.192.bl.test A 127.255.255.254\n", acmeFlags...)
	const want = `prebounce: identity: fail: 192.0.2.9: 192.0.2.9 has no PTR record
prebounce:     9.2.0.192.in-addr.arpa PTR: NODATA from 192.0.2.53:53
prebounce:     servers answer such as: 550 5.7.25 [192.0.2.1] The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not match the sending IP.
prebounce: hint: have whoever runs the network of 192.0.2.9 (your hosting or internet provider) set its PTR record to mail.acme.test
prebounce: identity: unchecked: 192.0.2.9 at bl.test: bl.test makes no statement: the question came through a public resolver, or from an address without a name of its own
prebounce: hint: see whom the list answers, and what: bl.test
`
	if told != want {
		t.Errorf("got\n%swant\n%s", told, want)
	}
	var e *exit
	if err := refusal(r); !errors.As(err, &e) || e.code != exitGate || !strings.Contains(err.Error(), "(ptr)") {
		t.Errorf("the refusal: %v", err)
	}
}

func TestWhatStrangersWriteIntoDNSStaysHarmless(t *testing.T) {
	_, told := identityOf(t, identityWorld+
		"9.2.0.192.bl.test A 127.0.0.2\n9.2.0.192.bl.test TXT \"\\027[2J\\226\\128\\174\"\n", acmeFlags...)
	if !strings.Contains(told, "9.2.0.192.bl.test TXT ") || strings.ContainsAny(told, "\x1b\u202e") {
		t.Errorf("%q", told)
	}
}

func TestIdentitiesThatAreNoUsage(t *testing.T) {
	for _, args := range [][]string{
		{"--from", "probe@acme.test"},
		{"--helo", "mail.acme.test"},
		{"--helo", "mail.acme.test", "--from", "acme.test"},
		{"--helo", "mail.acme.test", "--from", "probe@acme.test", "--ip", "192.0.2"},
	} {
		var e *exit
		if _, err := identityFlags(t, args...).examiner(nil); !errors.As(err,
			&e) || e.code != exitUsage || len(e.hints) == 0 {
			t.Errorf("%q: %v", args, err)
		}
	}
}

func TestNamesThatAreNotOurs(t *testing.T) {
	onList := func(domain string) bool { return domain == "customer.example" || domain == "acme.example" }
	foreign := notOurs(new(known.Lists), "probe@acme.example", onList)
	for name, want := range map[string]string{
		"gmail.com": "gmail.com", "mail.gmail.com": "gmail.com", "mx1.google.com": "google",
		"acme-com.mail.protection.outlook.com": "microsoft",
		"customer.example":                     "a recipient's", "mail.customer.example": "", "acme.example": "", "mail.acme.example": "",
		"vps9.hoster.example": "",
	} {
		if got := foreign(name); (want == "" && got != "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestAnInterruptedPreflightTellsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stderr bytes.Buffer
	client := &dns.Client{Servers: []string{"127.0.0.1:1"}}
	defer client.Close()
	e, err := identityFlags(t, acmeFlags...).examiner(client)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := preflight(ctx, e, &stderr); !errors.Is(err, context.Canceled) || stderr.Len() > 0 {
		t.Errorf("%v: %s", err, stderr.String())
	}
}
