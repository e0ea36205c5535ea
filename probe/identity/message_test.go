package identity_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/samples"
)

// without leaves out what only sums up.
func without(lines []string, check string) []string {
	return slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(l, " "+check+" ") })
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../samples/mail", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestMessages(t *testing.T) {
	t.Parallel()
	e := &identity.Examiner{DNS: world(t, samples.World), AllowPrivate: true}
	ours, other := netip.MustParseAddr("192.0.2.220"), netip.MustParseAddr("192.0.2.222")
	tests := []struct {
		name   string
		letter identity.Letter
		want   []string
	}{
		{"all is well", identity.Letter{Text: sample(t, "good.eml"), IP: ours, Sender: "news@wellsent.test"}, nil},
		{"the signature is enough", identity.Letter{Text: sample(t, "good.eml")}, nil},
		{
			"nobody knows the envelope's sender",
			identity.Letter{Text: sample(t, "good.eml"), IP: ours, HELO: "mail.wellsent.test"},
			[]string{"unchecked message_spf 192.0.2.220"},
		},
		{
			"the null reverse-path counts as HELO, which has no record",
			identity.Letter{Text: sample(t, "good.eml"), IP: ours, HELO: "mail.wellsent.test", Sender: "<>"},
			[]string{"warn message_spf 192.0.2.220"},
		},
		{
			"the signature is enough where SPF fails",
			identity.Letter{Text: sample(t, "good.eml"), IP: other, Sender: "news@wellsent.test"},
			[]string{"fail message_spf 192.0.2.222"},
		},
		{
			"it was changed on the way",
			identity.Letter{Text: sample(t, "changed.eml"), IP: ours, Sender: "news@wellsent.test"},
			[]string{"fail message_dkim DKIM-Signature", "warn unsubscribe List-Unsubscribe"},
		},
		{
			"changed, and from elsewhere",
			identity.Letter{Text: sample(t, "changed.eml"), IP: other, Sender: "news@wellsent.test"},
			[]string{
				"fail message_spf 192.0.2.222", "fail message_dkim DKIM-Signature", "fail message_dmarc wellsent.test",
				"warn unsubscribe List-Unsubscribe",
			},
		},
		{
			"signed by somebody else",
			identity.Letter{Text: sample(t, "astray.eml"), IP: ours, Sender: "news@wellsent.test"},
			[]string{"fail message_dmarc astray.test"},
		},
		{
			"unsigned, and nobody knows from where",
			identity.Letter{Text: sample(t, "unsigned.eml")},
			[]string{
				"warn message_dkim DKIM-Signature", "unchecked message_dmarc movedshop.test",
				"warn unsubscribe List-Unsubscribe",
			},
		},
		{
			"DNS does not answer",
			identity.Letter{
				Text: []byte(
					"From: news@troubled.test\nDate: Sun, 22 Nov 2026 08:00:00 +0000\nMessage-ID: " +
						"<1@troubled.test>\nDKIM-Signature: v=1; a=rsa-sha256; d=troubled.test; s=s; h=from; " +
						"bh=AA==; b=AA==\n\nx\n",
				),
				IP:     ours,
				Sender: "news@troubled.test",
			},
			[]string{
				"unchecked message_spf 192.0.2.220", "unchecked message_dkim DKIM-Signature",
				"unchecked message_dmarc troubled.test", "warn unsubscribe List-Unsubscribe", "warn content content",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(
				tt.want, without(brief(e.Message(t.Context(), tt.letter)), "bulk"),
				cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) }),
			); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestTheFormOfHeaders(t *testing.T) {
	t.Parallel()
	e := &identity.Examiner{DNS: world(t, "* NXDOMAIN")}
	const sound = "From: A <a@acme.test>\r\nDate: Sun, 22 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@acme.test>\r\n"
	for text, want := range map[string]string{
		sound + "\r\nx\r\n": "ok the header is in the form",
		strings.ReplaceAll(sound, "\r\n", "\n") + "\nx\n":     "ok the header is in the form",
		sound + "\r\nx\ny\r\n":                                "fail 1 of 6 lines end in a bare LF",
		sound + "\r\nx\ry\r\n":                                "fail there are 1 bare CRs",
		sound + "\r\n\x00\r\n":                                "fail there are NUL",
		"\xef\xbb\xbf" + sound + "\r\n":                       "fail it begins with a byte order mark",
		sound + "\r\n" + strings.Repeat("x", 999) + "\r\n":    "fail line 5 has 999 octets",
		sound + "no field\r\n\r\n":                            "fail its header can't be read",
		sound + "Subject: a\r\nSubject: b\r\n\r\n":            "fail Subject appears 2 times",
		strings.Replace(sound, "Date", "X-Date", 1) + "\r\n":  "fail the header has no Date",
		strings.Replace(sound, "Sun, 22", "22nd", 1) + "\r\n": "fail Date is not a date",
		strings.Replace(sound, "<1@", "<1 ", 1) + "\r\n":      "fail Message-ID is malformed",
		strings.Replace(sound, "A <a@", "A <a ", 1) + "\r\n":  "fail From is not an address",
		sound + "Subject: Grüße\r\n\r\n":                      "warn Subject has letters beyond ASCII",
	} {
		i := slices.IndexFunc(
			e.Message(t.Context(), identity.Letter{Text: []byte(text)}).Findings,
			func(f identity.Finding) bool { return f.Check == "header" },
		)
		f := e.Message(t.Context(), identity.Letter{Text: []byte(text)}).Findings[i]
		if got := f.Result.String() + " " + f.Says; !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestEveryQuestionOfTheDoctorAlone lets one question after the other go unanswered in a world where all is well:
// nothing may turn red.
func TestEveryQuestionOfTheDoctorAlone(t *testing.T) {
	t.Parallel()
	names := []string{
		"wellsent.test", "_dmarc.wellsent.test", "_domainkey.wellsent.test", "s1._domainkey.wellsent.test",
		"_mta-sts.wellsent.test", "_smtp._tls.wellsent.test", "mail.wellsent.test", "220.2.0.192.in-addr.arpa",
		"mx.senders.test", "220.2.0.192.bl.sandbox.test", "wellsent.test.dbl.sandbox.test", "test.dbl.sandbox.test",
	}
	for _, trouble := range []string{"SERVFAIL", "SILENT"} {
		for _, name := range names {
			t.Run(trouble+" "+name, func(t *testing.T) {
				t.Parallel()
				e := wellSent(t, samples.World+"\n"+name+" "+trouble+"\n")
				if strings.HasPrefix(name, "_domainkey.") {
					e.Selectors = nil // then it is asked for
				}
				e.DNS.Timeout, e.DNS.Tries = 100*time.Millisecond, 1
				r := e.Examine(t.Context())
				letter := identity.Letter{Text: sample(t, "good.eml"), IP: e.IPs[0], Sender: e.From}
				r.Findings = append(r.Findings, e.Message(t.Context(), letter).Findings...)
				if faults := r.With(identity.Fail); len(faults) > 0 {
					t.Errorf("it fails: %+v", faults)
				}
				if len(r.With(identity.Unchecked)) == 0 {
					t.Errorf("nobody misses the answer")
				}
			})
		}
	}
}

func wellSent(t testing.TB, text string) *identity.Examiner {
	return &identity.Examiner{
		DNS: world(t, text), HELO: "mail.wellsent.test", From: "news@wellsent.test",
		IPs: []netip.Addr{netip.MustParseAddr("192.0.2.220")}, Blocklists: []string{"bl.sandbox.test"},
		DomainLists: []string{"dbl.sandbox.test"}, Selectors: []string{"s1"}, AllowPrivate: true,
	}
}

// FuzzMessage reads hostile mails. What is found is bounded and can be shown.
func FuzzMessage(f *testing.F) {
	for _, name := range []string{"good.eml", "unsigned.eml", "astray.eml"} {
		f.Add(sample(f, name))
	}
	f.Add(
		[]byte(
			"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; " +
				"boundary=a\n\n--a\n\n--a--\n",
		),
	)
	f.Add(
		[]byte(
			"X-Spam-Status: Yes, score=7.1 tests=A_B=1\nX-Forefront-Antispam-Report: SCL:9;\nAuthentication-Results: " +
				"\x1b; spf=\x1b\nARC-Authentication-Results: i=1\n\n",
		),
	)
	e := &identity.Examiner{DNS: world(f, "* NXDOMAIN")}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, finding := range e.Message(t.Context(), identity.Letter{Text: text}).Findings {
			size := len(finding.Says) + len(strings.Join(finding.Evidence, ""))
			if size > 1<<16 || finding.Check == "" || (finding.Result != identity.OK && finding.Next == "") {
				t.Errorf("%d octets: %.300q", size, finding.Says)
			}
		}
	})
}
