package auth_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/auth"
)

// TestPolicies holds policies and discovery to RFC 9989. Records are "name: record" lines below _dmarc; a name without
// a record exists in DNS.
func TestPolicies(t *testing.T) {
	t.Parallel()
	const three = "example.com: v=DMARC1; p=reject; sp=quarantine; np=none\nwww.example.com\nmail.example.com"
	tests := []struct{ section, records, from, want string }{
		{"4.7", "example.com: v=DMARC1; p=reject", "example.com", "reject"},
		{"4.8", "example.com: v=DMARC1;p=reject;", "example.com", "reject"},
		{"4.8", "example.com: v = DMARC1 ; p = reject", "example.com", "reject"},
		{"4.8", "example.com:  v=DMARC1; p=reject", "example.com", ""},
		{"4.7", "example.com: v=dmarc1; p=reject", "example.com", ""},
		{"4.7", "example.com: p=reject; v=DMARC1", "example.com", ""},
		{"4.8", "example.com: v=DMARC1 p=reject", "example.com", ""},
		{"4.8", "example.com: v=DMARC1; p=REJECT", "example.com", "reject"},
		{"4.8", "example.com: v=DMARC1; p=Quarantine; adkim=S", "example.com", "quarantine"},
		{"4.7", "example.com: v=DMARC1; rua=mailto:a@example.com; p=reject", "example.com", "reject"},
		{"4.10.1", "example.com: v=DMARC1; rua=mailto:a@example.com", "example.com", "none"},
		{"4.10.1", "example.com: v=DMARC1", "example.com", ""},
		{"4.10.1", "example.com: v=DMARC1; p=foo; rua=mailto:a@example.com", "example.com", "none"},
		{"4.10.1", "example.com: v=DMARC1; p=foo", "example.com", ""},
		{"4.10.1", "example.com: v=DMARC1; p=reject; sp=foo; rua=mailto:a@example.com", "example.com", "none"},
		{"4.10.1", "example.com: v=DMARC1; p=reject; np=foo", "example.com", ""},
		{"4.8", "example.com: v=DMARC1; p=foo; rua=a@example.com", "example.com", ""},
		{"4.8", "example.com: v=DMARC1; p=none; rua=mailto:a@example.com!10m", "example.com", "none"},
		{"4.8", "example.com: v=DMARC1; rua=mailto:a@example.com!10m", "example.com", "none"},
		{"4.7", "example.com: v=DMARC1; p=reject; foo=bar", "example.com", "reject"},
		{"C.5.2", "example.com: v=DMARC1; p=reject; pct=0", "example.com", "reject"},
		{"C.5.2", "example.com: v=DMARC1; p=reject; pct=500", "example.com", "reject"},
		{"C.5.2", "example.com: v=DMARC1; p=reject; pct=100%; ri=abc; rf=x", "example.com", "reject"},
		{"4.8", "example.com: v=DMARC1; p=reject; adkim=strict; t=maybe; psd=q; fo=x", "example.com", "reject"},
		{"4.8", "example.com: v=DMARC1; p=reject; junk", "example.com", "reject"},
		{"4.7 t", "example.com: v=DMARC1; p=reject; t=y", "example.com", "quarantine"},
		{"4.7 t", "example.com: v=DMARC1; p=quarantine; t=y", "example.com", "none"},
		{"4.7 t", "example.com: v=DMARC1; p=none; t=y", "example.com", "none"},
		{"4.7 t", "example.com: v=DMARC1; p=none; sp=reject; t=y\nwww.example.com", "www.example.com", "quarantine"},
		{"4.10", "example.com: v=DMARC1; p=reject\nexample.com: v=DMARC1; p=reject", "example.com", ""},
		{"4.10", "example.com: v=DMARC1; p=reject\nexample.com: some other text", "example.com", "reject"},
		{"4.10.1", three, "www.example.com", "quarantine"},
		{"3.2.13", three, "mail.example.com", "quarantine"},
		{"4.7 np", three, "ghost.example.com", "none"},
		{"4.7 np", "example.com: v=DMARC1; p=none; np=reject", "ghost.example.com", "reject"},
		{"4.7 np", "example.com: v=DMARC1; p=reject; sp=none", "ghost.example.com", "none"},
		{
			"4.10.1",
			"sub.example.com: v=DMARC1; p=none; sp=reject\nexample.com: v=DMARC1; p=quarantine\nx.sub.example.com",
			"x.sub.example.com", "quarantine example.com",
		},
		{"4.10.1", "b.deep.test: v=DMARC1; p=reject\na.b.deep.test", "a.b.deep.test", "reject b.deep.test"},
		{
			"4.10.2", "sub.example.com: v=DMARC1; p=none; psd=n\nexample.com: v=DMARC1; p=reject", "x.sub.example.com",
			"none sub.example.com",
		},
		{
			"4.10.2", "sub.example.com: v=DMARC1; p=reject\nexample.com: v=DMARC1; p=none", "sub.example.com",
			"reject example.com",
		},
		{"4.10.2", "sub.example.com: v=DMARC1; p=reject", "sub.example.com", "reject sub.example.com"},
		{
			"B.4.3", "giant.bank.example: v=DMARC1; p=quarantine\nbank.example: v=DMARC1; p=reject; psd=y",
			"giant.bank.example", "quarantine giant.bank.example",
		},
		{
			"B.4.3",
			"giant.bank.example: v=DMARC1; p=quarantine\nbank.example: v=DMARC1; p=reject; " +
				"psd=y\nmail.mega.bank.example",
			"mail.mega.bank.example", "reject mega.bank.example",
		},
		{"4.10.2", "com: v=DMARC1; p=reject; psd=y\na.mail.example.com", "a.mail.example.com", "reject example.com"},
		{
			"4.10.1", "example: v=DMARC1; psd=y; p=reject\nfoo.example: v=DMARC1; p=none", "foo.example",
			"none foo.example",
		},
		{"4.10.1", "example: v=DMARC1; psd=y; p=reject", "example", "reject example"},
		{
			"4.10", "c.d.e.f.g.h.i.example.com: v=DMARC1; p=reject", "b.c.d.e.f.g.h.i.example.com",
			" b.c.d.e.f.g.h.i.example.com",
		},
		{"B.4.2", "example.com: v=DMARC1; p=reject", "a.b.c.d.e.f.g.h.i.j.k.example.com", "reject example.com"},
		{"4.8", "EXAMPLE.com: v=DMARC1; p=reject", "Example.COM.", "reject"},
	}
	for _, tt := range tests {
		t.Run("§"+tt.section+" "+tt.records+" from "+tt.from, func(t *testing.T) {
			t.Parallel()
			p, err := auth.LookupPolicy(t.Context(), policies(tt.records), tt.from)
			want, org, named := strings.Cut(tt.want, " ")
			if err != nil || string(p.Disposition) != want || (named && p.Organization != org) {
				t.Errorf("%q, organization %q (%v), want %q", p.Disposition, p.Organization, err, tt.want)
			}
			if len(p.Steps) > 8 {
				t.Errorf("%d questions: want 8 at most (§4.10)", len(p.Steps))
			}
		})
	}
}

func policies(lines string) texts {
	w := texts{}
	for line := range strings.Lines(lines) {
		name, record, found := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if name = strings.ToLower(name); found {
			w["_dmarc."+name] = append(w["_dmarc."+name], record)
		} else {
			w[name] = []string{""}
		}
	}
	return w
}

func TestTheWalkEndsWhereDNSDoesNotAnswer(t *testing.T) {
	t.Parallel()
	w := texts{"_dmarc.example.com": {"?"}, "_dmarc.a.example.com": {"v=DMARC1; p=reject"}}
	if p, err := auth.LookupPolicy(t.Context(), w, "a.example.com"); err != nil || p.Disposition != auth.Reject {
		t.Errorf("the author's own record: %+v, %v", p, err)
	}
	for _, from := range []string{"example.com", "www.example.com"} {
		if p, err := auth.LookupPolicy(t.Context(), w, from); err == nil || !p.Temporary || p.Record != nil {
			t.Errorf("%s: %+v, %v: want a temporary error (§5.3.6)", from, p, err)
		}
	}
}

// TestAlignment holds relaxed and strict alignment to RFC 9989 §4.4. Older is the result at receivers that use the
// public suffix list.
func TestAlignment(t *testing.T) {
	t.Parallel()
	tests := []struct{ section, records, from, signer, want, older string }{
		{"4.4", "example.com: v=DMARC1; p=reject; adkim=s", "example.com", "mail.example.com", "fail", "fail"},
		{"4.4", "example.com: v=DMARC1; p=reject", "example.com", "mail.example.com", "pass", "pass"},
		{
			"4.10.2", "sub.example.com: v=DMARC1; p=none; psd=n\nexample.com: v=DMARC1; p=reject", "x.sub.example.com",
			"example.com", "fail", "pass",
		},
		{
			"4.10.2", "sub.example.com: v=DMARC1; p=reject\nexample.com: v=DMARC1; p=none", "sub.example.com",
			"example.com", "pass", "pass",
		},
		{"4.10.2", "sub.example.com: v=DMARC1; p=reject", "sub.example.com", "example.com", "fail", "pass"},
		{"4.10.1", "b.deep.test: v=DMARC1; p=reject", "a.b.deep.test", "b.deep.test", "pass", "none"},
		{
			"B.4.3", "giant.bank.example: v=DMARC1; p=quarantine\nbank.example: v=DMARC1; p=reject; psd=y",
			"giant.bank.example", "mail.mega.bank.example", "fail", "pass",
		},
		{"4.4", "example.com: v=DMARC1; p=reject", "example.com", "other.org", "fail", "fail"},
	}
	for _, tt := range tests {
		t.Run("§"+tt.section+" "+tt.records+" from "+tt.from+" by "+tt.signer, func(t *testing.T) {
			t.Parallel()
			w := policies(tt.records)
			w["s._domainkey."+tt.signer] = []string{published()}
			v := auth.Check(t.Context(), w, auth.Message{Text: signed(t, "news@"+tt.from, tt.signer)})
			if string(v.DMARC.Result) != tt.want || string(v.DMARC.Older) != tt.older {
				t.Errorf(
					"%s, older receivers %s, want %s and %s: %+v", v.DMARC.Result, v.DMARC.Older, tt.want, tt.older,
					v.DKIM,
				)
			}
		})
	}
	spf := texts{"_dmarc.acme.test": {"v=DMARC1; p=reject"}, "bounce.acme.test": {"v=spf1 ip4:192.0.2.1 -all"}}
	m := auth.Message{
		IP: netip.MustParseAddr("192.0.2.1"), Sender: "a@bounce.acme.test", Text: []byte("From: x@acme.test\r\n\r\nx"),
	}
	if v := auth.Check(t.Context(), spf, m); v.DMARC.Result != auth.Pass || !v.DMARC.SPFAligned {
		t.Errorf("SPF of a subdomain: %+v", v)
	}
}

func TestFaultsOfRecords(t *testing.T) {
	t.Parallel()
	for record, want := range map[string]string{
		"v=DMARC1; p=reject; rua=mailto:a@example.com": "",
		"v=DMARC1; p=REJECT":                           "write p=reject",
		"v=DMARC1; p=none; fo=x":                       "fo",
		"v=DMARC1; p=none; pct=50":                     "RFC 9989 has dropped it",
		"v=DMARC1; p=none; p=reject":                   "more than once",
		"v=DMARC1; p=foo; p=reject":                    "more than once",
		"v=DMARC1; p=none; rua=a@example.com":          "not a URI",
		"v=DMARC1; p=none; x":                          "want NAME=VALUE",
		"v=DMARC1; rua=mailto:a@example.com":           "missing",
	} {
		said := ""
		for _, f := range auth.ParseRecord(record).Faults {
			said += f.Tag + ": " + f.Why + "\n"
		}
		if (want == "") != (said == "") || !strings.Contains(said, want) {
			t.Errorf("%s: %q, want %q", record, said, want)
		}
	}
}
