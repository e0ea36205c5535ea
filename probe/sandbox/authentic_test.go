package sandbox_test

import (
	"net/netip"
	"net/smtp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
)

// deliver sends a mail to a host of the world from one of its addresses, and gives what the host has against it.
func deliver(t *testing.T, s *sandbox.Sandbox, client, host, from, to string, text []byte) string {
	t.Helper()
	conn, err := s.DialFrom(netip.MustParseAddr(client))(t.Context(), "tcp", host+":25")
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, err := range []error{c.Hello("mail.client.test"), c.Mail(from), c.Rcpt(to)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	w.Write(text)
	if err := w.Close(); err != nil {
		return strings.Join(strings.Fields(strings.NewReplacer(`"`, "", "-", " ").Replace(err.Error()))[:2], " ")
	}
	return ""
}

func TestHostsThatCheckWhoSends(t *testing.T) {
	t.Parallel()
	w, err := sandbox.Parse(samples.World)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s, err := sandbox.Start(t.Context(), w, sandbox.Options{Inbox: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const careful, exacting = "192.0.2.219", "192.0.2.218"
	from := func(domain string) []byte { return []byte("From: news@" + domain + "\r\n\r\nDear Ann\r\n") }
	tests := []struct {
		name, client, host, sender string
		text                       []byte
		want                       string
	}{
		{"all is well", "192.0.2.220", careful, "news@wellsent.test", mailSample(t, "good.eml"), ""},
		{"from a host that SPF does not name", "192.0.2.222", careful, "news@movedshop.test",
			mailSample(t, "unsigned.eml"), "550 5.7.26"},
		{"from the host that it does name", "192.0.2.221", careful, "news@movedshop.test",
			mailSample(t, "unsigned.eml"), ""},
		{"signed, so that SPF is no matter", "192.0.2.222", careful, "news@wellsent.test", mailSample(t, "good.eml"),
			""},
		{"but at some hosts it is", "192.0.2.222", exacting, "news@wellsent.test", mailSample(t, "good.eml"),
			"550 5.7.23"},
		{"changed on the way", "192.0.2.220", exacting, "news@wellsent.test", mailSample(t, "changed.eml"),
			"550 5.7.20"},
		{"by somebody else", "192.0.2.220", careful, "news@wellsent.test", mailSample(t, "astray.eml"), "550 5.7.26"},
		{"a policy that only wants to hear", "192.0.2.223", exacting, "news@baresender.test", from("watching.test"),
			""},
		{"nothing passes", "192.0.2.220", careful, "news@baresender.test", from("baresender.test"), "550 5.7.26"},
		{"a broken record", "192.0.2.223", exacting, "news@twospf.test", from("twospf.test"), "550 5.7.24"},
		{"too many lookups", "192.0.2.220", exacting, "news@deepspf.test", from("deepspf.test"), "550 5.7.24"},
		{"DNS does not answer", "192.0.2.220", exacting, "news@troubled.test", from("troubled.test"), "451 4.7.24"},
		{"DNS is silent", "192.0.2.220", exacting, "news@mutesender.test", from("mutesender.test"), "451 4.7.24"},
	}
	for _, tt := range tests {
		to := map[string]string{careful: "ann@careful.test", exacting: "ann@exacting.test"}[tt.host]
		if got := deliver(t, s, tt.client, tt.host, tt.sender, to, tt.text); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	stored, err := sandbox.ReadInbox(dir)
	if err != nil {
		t.Fatal(err)
	}
	var clients []string
	refused := len(stored)
	stored = slices.DeleteFunc(stored, func(m sandbox.Stored) bool { return m.Outcome != sandbox.Accepted })
	if refused -= len(stored); refused == 0 {
		t.Error("the inbox holds none of the refused attempts")
	}
	for i, m := range stored {
		clients = append(clients, m.Client.String())
		if kept := s.Messages()[i]; !strings.HasSuffix(string(m.Text), string(kept.Text)) || m.From != kept.From {
			t.Errorf("%s is another mail than the one that was accepted", m.Name)
		}
	}
	if diff := cmp.Diff([]string{"192.0.2.220", "192.0.2.221", "192.0.2.222", "192.0.2.223"}, clients); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func mailSample(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../samples/mail", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestInboxesThatCantBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{"1.eml": "x", "2.eml": "x", "2.json": "no", "3.json": "{}"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"1", "2", "3", "4", "../" + filepath.Base(dir) + "/2", ""} {
		if _, err := sandbox.ReadInbox(dir, name); err == nil {
			t.Errorf("%q can be read", name)
		}
	}
	if _, err := sandbox.ReadInbox(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder that is not there can be read")
	}
}
