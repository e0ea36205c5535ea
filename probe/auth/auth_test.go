package auth_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/prebounce/prebounce/probe/auth"
)

// texts is a DNS that has TXT records only. A name that is "?" does not answer.
type texts map[string][]string

func (t texts) LookupTXT(_ context.Context, name string) ([]string, error) {
	found, ok := t[strings.TrimSuffix(name, ".")]
	switch {
	case !ok:
		return nil, &net.DNSError{Err: "no such name", Name: name, IsNotFound: true}
	case found[0] == "?":
		return nil, &net.DNSError{Err: "no answer", Name: name, IsTemporary: true}
	}
	return found, nil
}

func (t texts) LookupMX(context.Context, string) ([]*net.MX, error) { return nil, errors.New("none") }
func (t texts) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return nil, errors.New("none")
}

// Exists reports whether the world has a name or one below it. A name that is only there holds the text "".
func (t texts) Exists(_ context.Context, name string) (bool, error) {
	for n := range t {
		if n == name || strings.HasSuffix(n, "."+name) {
			return true, nil
		}
	}
	return false, nil
}
func (t texts) LookupAddr(context.Context, string) (names []string, err error) {
	return nil, errors.New("none")
}

var key = ed25519.NewKeyFromSeed([]byte("a seed of thirty-two octets.....")[:ed25519.SeedSize])

func published() string {
	return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
}

func signed(t *testing.T, from, domain string) []byte {
	t.Helper()
	text := "From: " + from + "\r\nSubject: news\r\n\r\nDear Ann\r\n"
	var b bytes.Buffer
	if err := dkim.Sign(
		&b, strings.NewReader(text), &dkim.SignOptions{Domain: domain, Selector: "s", Signer: key},
	); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatPassesAndWhatIsAligned(t *testing.T) {
	t.Parallel()
	ip := netip.MustParseAddr("192.0.2.1")
	base := func() texts {
		return texts{
			"acme.test": {"v=spf1 ip4:192.0.2.1 -all"}, "_dmarc.acme.test": {"v=DMARC1; p=reject"},
			"s._domainkey.acme.test": {published()}, "other.test": {"v=spf1 ip4:192.0.2.1 -all"},
			"s._domainkey.other.test": {published()},
		}
	}
	tests := []struct {
		name    string
		change  func(texts)
		message auth.Message
		want    string // SPF, DKIM, DMARC
	}{
		{
			"all is well", nil,
			auth.Message{IP: ip, Sender: "news@acme.test", Text: signed(t, "news@acme.test", "acme.test")},
			"pass pass pass",
		},
		{
			"a subdomain's author is of the same organisation", nil,
			auth.Message{IP: ip, Sender: "news@acme.test", Text: signed(t, "x@mail.acme.test", "acme.test")},
			"pass pass pass",
		},
		{
			"not so where alignment is strict",
			func(w texts) { w["_dmarc.acme.test"] = []string{"v=DMARC1; p=reject; aspf=s; adkim=s"} },
			auth.Message{IP: ip, Sender: "news@acme.test", Text: signed(t, "x@mail.acme.test", "acme.test")},
			"pass pass fail",
		},
		{
			"what passes is somebody else's", nil,
			auth.Message{IP: ip, Sender: "news@other.test", Text: signed(t, "news@acme.test", "other.test")},
			"pass pass fail",
		},
		{
			"another address",
			nil,
			auth.Message{
				IP: netip.MustParseAddr("192.0.2.9"), Sender: "news@acme.test",
				Text: []byte("From: news@acme.test\r\n\r\nx"),
			},
			"fail  fail",
		},
		{
			"the null reverse-path counts as HELO", nil,
			auth.Message{IP: ip, HELO: "acme.test", Text: []byte("From: news@acme.test\r\n\r\nx")}, "pass  pass",
		},
		{
			"the address is not known", nil,
			auth.Message{Sender: "news@acme.test", Text: signed(t, "news@acme.test", "acme.test")}, " pass pass",
		},
		{
			"no policy", func(w texts) { delete(w, "_dmarc.acme.test") },
			auth.Message{IP: ip, Sender: "news@acme.test", Text: signed(t, "news@acme.test", "acme.test")},
			"pass pass none",
		},
		{
			"the body was changed", nil,
			auth.Message{Sender: "a@acme.test", Text: append(signed(t, "news@acme.test", "acme.test"), "more\r\n"...)},
			" fail fail",
		},
		{
			"the key is gone", func(w texts) { delete(w, "s._domainkey.acme.test") },
			auth.Message{Text: signed(t, "news@acme.test", "acme.test")}, " permerror fail",
		},
		{
			"the key does not answer", func(w texts) { w["s._domainkey.acme.test"] = []string{"?"} },
			auth.Message{Text: signed(t, "news@acme.test", "acme.test")}, " temperror temperror",
		},
		{
			"SPF does not answer", func(w texts) { w["acme.test"] = []string{"?"} },
			auth.Message{IP: ip, Sender: "a@acme.test", Text: []byte("From: news@acme.test\r\n\r\nx")},
			"temperror  temperror",
		},
		{
			"the policy does not answer", func(w texts) { w["_dmarc.acme.test"] = []string{"?"} },
			auth.Message{IP: ip, Sender: "a@acme.test", Text: []byte("From: news@acme.test\r\n\r\nx")},
			"pass  temperror",
		},
		{
			"two policies",
			func(w texts) { w["_dmarc.acme.test"] = []string{"v=DMARC1; p=none", "v=DMARC1; p=reject"} },
			auth.Message{IP: ip, Sender: "a@acme.test", Text: []byte("From: news@acme.test\r\n\r\nx")}, "pass  none",
		},
		{
			"a policy that receivers do not act on",
			func(w texts) { w["_dmarc.acme.test"] = []string{"v=DMARC1; p=perhaps"} },
			auth.Message{IP: ip, Sender: "a@acme.test", Text: []byte("From: news@acme.test\r\n\r\nx")}, "pass  none",
		},
		{
			"two authors",
			nil,
			auth.Message{
				IP: ip, Sender: "a@acme.test", Text: []byte("From: news@acme.test\r\nFrom: b@acme.test\r\n\r\nx"),
			},
			"pass  permerror",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := base()
			if tt.change != nil {
				tt.change(w)
			}
			v := auth.Check(t.Context(), w, tt.message)
			dkim := ""
			for _, s := range v.DKIM {
				dkim += string(s.Result)
			}
			if got := string(v.SPF.Result) + " " + dkim + " " + string(v.DMARC.Result); got != tt.want {
				t.Errorf("%q, want %q: %+v", got, tt.want, v)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for record, want := range map[string]string{
		published(): "", "v=DKIM1; k=ed25519; p=AAAA": "invalid Ed25519", "v=DKIM1; p=": "revoked",
		"v=DKIM1": "missing public key", "v=DKIM2; p=AAAA": "version", "p=AAAA": "syntax",
		"v=DKIM1; k=dsa; p=AAAA": "unsupported",
	} {
		k := auth.LookupKey(t.Context(), texts{"s._domainkey.acme.test": {record}}, "s", "acme.test")
		if (k.Err == nil) != (want == "") || (k.Err != nil && !strings.Contains(k.Err.Error(), want)) ||
			k.Revoked != (want == "revoked") {
			t.Errorf("%s: %v, want %q", record, k.Err, want)
		}
	}
	if k := auth.LookupKey(t.Context(), texts{}, "s", "acme.test"); !errors.Is(k.Err, auth.ErrNoKey) {
		t.Errorf("no key: %v", k.Err)
	}
	if k := auth.LookupKey(t.Context(), texts{"s._domainkey.acme.test": {"?"}}, "s", "acme.test"); !k.Temporary {
		t.Errorf("no answer: %v", k.Err)
	}
}

// FuzzCheck lets hostile messages meet hostile records.
func FuzzCheck(f *testing.F) {
	f.Add(
		[]byte(
			"From: a@acme.test\r\nDKIM-Signature: v=1; a=rsa-sha256; d=acme.test; s=s; h=from; bh=AA==; "+
				"b=AA==\r\n\r\nx",
		),
		"v=spf1 include:acme.test -all",
		"v=DMARC1; p=none; pct=1",
		"v=DKIM1; p=AA==",
	)
	f.Add([]byte("From: a@acme.test\nDKIM-Signature: v=1; l=1\nDKIM-Signature:\n"), "v=spf1 %{d}", "v=DMARC1", "")
	f.Fuzz(func(t *testing.T, text []byte, spf, policy, key string) {
		w := texts{"acme.test": {spf}, "_dmarc.acme.test": {policy}, "s._domainkey.acme.test": {key}}
		v := auth.Check(
			t.Context(), w, auth.Message{IP: netip.MustParseAddr("192.0.2.1"), Sender: "a@acme.test", Text: text},
		)
		if len(v.DKIM) > 10 || strings.ContainsAny(v.From, "\r\n\t\x00\x1b ") {
			t.Errorf("%+v", v)
		}
		auth.LookupKey(t.Context(), w, "s", "acme.test")
	})
}
