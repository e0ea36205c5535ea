package sandbox_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
)

// TestStandardClientsWorkAsTheyAre sends with Go's own client, which uses STARTTLS wherever it is offered.
func TestStandardClientsWorkAsTheyAre(t *testing.T) {
	t.Parallel()
	s := startLab(t, sandbox.Options{})
	text := []byte("Subject: hello\r\n\r\nhello\r\n")
	if err := smtp.SendMail(places(s)["* everything"], nil, "app@wellsent.test", []string{"ada@acme.test"},
		text); err != nil {
		t.Errorf("smtp.SendMail: %v", err)
	}
	login := smtp.PlainAuth("", "app", "secret", "127.0.0.1")
	if err := smtp.SendMail(places(s)["* submission"], login, "app@wellsent.test", []string{"ada@acme.test"},
		text); err != nil {
		t.Errorf("smtp.SendMail with a login: %v", err)
	}
}

func TestModesOfTLS(t *testing.T) {
	t.Parallel()
	for mode, want := range map[sandbox.TLSMode][2]string{ // offers STARTTLS; what MAIL gets without it
		"": {"no", ""}, sandbox.TLSOff: {"no", ""}, sandbox.TLSOffer: {"yes", ""}, sandbox.TLSRequire: {"yes", "530"},
	} {
		c, err := smtp.Dial(places(startLab(t, sandbox.Options{TLS: mode}))["* everything"])
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		offers := "no"
		if ok, _ := c.Extension("STARTTLS"); ok {
			offers = "yes"
		}
		said := ""
		if err := c.Mail("app@wellsent.test"); err != nil {
			said = err.Error()
		}
		if offers != want[0] || !strings.HasPrefix(said, want[1]) || (said == "") != (want[1] == "") {
			t.Errorf("%q: STARTTLS %s, MAIL %q, want %q", mode, offers, said, want)
		}
	}
}

// TestACAThatIsMadeOnce: what clients trust stays, also when the world gets another host.
func TestACAThatIsMadeOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "tls")
	var firstCA []byte
	for _, more := range []string{"", "",
		"more.test MX 10 mx.more.test\nmx.more.test A 192.0.2.250\nmx.more.test SMTP postfix\n"} {
		w, err := sandbox.Parse(samples.World + more)
		if err != nil {
			t.Fatal(err)
		}
		certificate, err := sandbox.CertificateIn(dir, w)
		if err != nil {
			t.Fatal(err)
		}
		ca, err := os.ReadFile(filepath.Join(dir, sandbox.CAFile))
		if err != nil || (firstCA != nil && !bytes.Equal(ca, firstCA)) {
			t.Fatalf("the CA has changed, or %v", err)
		}
		firstCA = ca
		s, err := sandbox.Start(t.Context(), w, sandbox.Options{SMTP: "127.0.0.1:0", SMTPS: "127.0.0.1:0",
			TLS: sandbox.TLSRequire, Certificate: certificate})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(ca)
		names := []string{"127.0.0.1", "localhost", "mx1.acme.test"}
		if more != "" {
			names = append(names, "mx.more.test")
		}
		for _, name := range names {
			trusts(t, s, &tls.Config{RootCAs: roots, ServerName: name})
		}
	}
	for _, file := range []string{"ca.key", "server.key"} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}

// trusts connects to both ports.
func trusts(t *testing.T, s *sandbox.Sandbox, config *tls.Config) {
	t.Helper()
	for _, p := range s.Listening() {
		if p.Host != "*" {
			continue
		}
		if p.TLSFirst {
			conn, err := tls.Dial("tcp", p.Listen, config)
			if err != nil {
				t.Errorf("%s: %v", config.ServerName, err)
				continue
			}
			defer conn.Close()
			if c, err := smtp.NewClient(conn, config.ServerName); err != nil || c.Mail("app@wellsent.test") != nil {
				t.Errorf("%s: no mail over TLS: %v", config.ServerName, err)
			}
			continue
		}
		c, err := smtp.Dial(p.Listen)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.StartTLS(config); err != nil {
			t.Errorf("%s: %v", config.ServerName, err)
		}
	}
}

func TestTemporaryTroubleIsNoRefusal(t *testing.T) {
	t.Parallel()
	at := places(startLab(t, sandbox.Options{}))["* everything"]
	for to, want := range map[string]string{
		"x@broken.test": "451 4.4.3", "x@silent.test": "451 4.4.3", "x@circle.test": "451 4.4.3",
		"x@example.com": "556 5.1.10", "x@nothing.test": "550 5.1.2", "ann@tls.test": "530 5.7.0",
		"ann@wrongmx.test":                  "554 5.7.1",
		"550-5.7.1-content@reply.acme.test": "504 5.5.4", "550-4.1.1@reply.acme.test": "504 5.5.4",
		"hello@reply.acme.test": "504 5.5.4",
	} {
		if got := asReply(send(at, "", "app@sandbox.test", to, "Subject: x\r\n\r\nx\r\n")); !strings.HasPrefix(got,
			want) {
			t.Errorf("%s: %q, want %q", to, got, want)
		}
	}
}

// TestEvidenceStaysAsSent: octets that no client should send are kept, so that the doctor finds them.
func TestEvidenceStaysAsSent(t *testing.T) {
	t.Parallel()
	s := startLab(t, sandbox.Options{Inbox: filepath.Join(t.TempDir(), "inbox")})
	c, err := smtp.Dial(places(s)["* everything"])
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, step := range []struct {
		say  string
		code int
	}{{"EHLO client.test", 250}, {"MAIL FROM:<a@wellsent.test>", 250}, {"RCPT TO:<ada@acme.test>", 250},
		{"DATA", 354}, {"Subject: x\n\n..dot\rcr\nbare\r\n.", 250}} {
		if _, err := c.Text.Cmd("%s", step.say); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Text.ReadResponse(step.code); err != nil {
			t.Fatal(err)
		}
	}
	if kept := s.Messages(); string(kept[0].Text) != "Subject: x\n\n.dot\rcr\nbare\r\n" {
		t.Errorf("kept %d messages: %q", len(kept), kept[0].Text)
	}
}

func TestAnInboxThatIsRemovedIsMadeAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "inbox")
	s := startLab(t, sandbox.Options{Inbox: dir})
	for range 2 {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := send(places(s)["* everything"], "", "app@sandbox.test", "ada@acme.test",
			"Subject: x\r\n\r\nx\r\n"); err != nil {
			t.Fatal(err)
		}
		if all, err := sandbox.ReadInbox(dir); err != nil || len(all) != 1 {
			t.Errorf("%d messages, %v", len(all), err)
		}
	}
}
