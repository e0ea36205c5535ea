package identity_test

import (
	"net/netip"
	"net/smtp"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/dns"
)

// TestTheSandboxRefusesWhatTheDoctorCondemns sends one mail under many policies to a host of the sandbox that checks
// DMARC, and has the doctor look at it.
func TestTheSandboxRefusesWhatTheDoctorCondemns(t *testing.T) {
	t.Parallel()
	for records, refused := range map[string]bool{
		`_dmarc.acme.test TXT "v=DMARC1; p=reject"`:                                                     true,
		`_dmarc.acme.test TXT "v=DMARC1; p=Quarantine"`:                                                 true,
		`_dmarc.acme.test TXT "v=DMARC1; p=reject; t=y"`:                                                true,
		`_dmarc.acme.test TXT "v=DMARC1; p=quarantine; t=y"`:                                            false,
		`_dmarc.acme.test TXT "v=DMARC1; p=none"`:                                                       false,
		`_dmarc.acme.test TXT "v=DMARC1; p=none; sp=reject"`:                                            true,
		`_dmarc.acme.test TXT "v=DMARC1; p=none; np=reject"`:                                            false,
		`_dmarc.acme.test TXT "v=DMARC1; p=reject; sp=none"`:                                            false,
		`_dmarc.acme.test TXT " v=DMARC1; p=reject"`:                                                    false,
		`_dmarc.acme.test TXT "v=DMARC1; p=reject; pct=0"`:                                              true,
		`_dmarc.acme.test TXT "v=DMARC1; p=foo"`:                                                        false,
		"_dmarc.acme.test TXT \"v=DMARC1; p=reject\"\nnews.acme.test TXT \"v=spf1 +all\"":               false,
		"_dmarc.acme.test TXT \"v=DMARC1; p=reject\"\nnews.acme.test TXT \"v=spf1 +all moo\"":           true,
		"_dmarc.acme.test TXT \"v=DMARC1; p=reject\"\nnews.acme.test TXT \"v=spf1 ip4:192.0.2.9 -all\"": false,
		"": false,
	} {
		w, err := sandbox.Parse(
			"news.acme.test A 192.0.2.9\nnews.acme.test MX 10 news.acme.test\nstrict.test MX 10 " +
				"mx.strict.test\nmx.strict.test A 192.0.2.40\nmx.strict.test SMTP gmail check=dmarc\nstrict.test " +
				"MAILBOX ann\n" + records + "\n",
		)
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
		ip := netip.MustParseAddr("192.0.2.9")
		letter := identity.Letter{
			Text: []byte("From: news@news.acme.test\r\n\r\nDear Ann\r\n"), IP: ip, HELO: "news.acme.test",
			Sender: "news@news.acme.test",
		}
		condemned := false
		for _, f := range (&identity.Examiner{DNS: client}).Message(t.Context(), letter).Findings {
			condemned = condemned || (f.Check == "message_dmarc" && f.Result == identity.Fail)
		}
		if err := send(t, s, ip, letter.Text); (err != nil) != refused || condemned != refused {
			t.Errorf("%s: the sandbox says %v, the doctor condemns it: %v; want %v", records, err, condemned, refused)
		}
	}
}

// send gives a mail to the host that checks, and returns its refusal.
func send(t *testing.T, s *sandbox.Sandbox, ip netip.Addr, text []byte) error {
	t.Helper()
	conn, err := s.DialFrom(ip)(t.Context(), "tcp", "192.0.2.40:25")
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.NewClient(conn, "mx.strict.test")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, err := range []error{c.Hello("news.acme.test"), c.Mail("news@news.acme.test"), c.Rcpt("ann@strict.test")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	w.Write(text)
	err = w.Close()
	if err != nil && !strings.Contains(err.Error(), "5.7.26") {
		t.Errorf("refused for another reason: %v", err)
	}
	return err
}
