package imap

import (
	"bytes"
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct{ text, want, fails string }{
		{"imaps://ann@mail.example.net/Bounces", "ann@mail.example.net:993/Bounces", ""},
		{"imaps://ann@mail.example.net:1993", "ann@mail.example.net:1993/INBOX", ""},
		{"imaps://ann%40example.net@mail.example.net/A/B", "ann@example.net@mail.example.net:993/A/B", ""},
		{"imap://ann@127.0.0.1:1143/Bounces", "ann@127.0.0.1:1143/Bounces", ""},
		{"imap://ann@mail.example.net/Bounces", "", "unencrypted"},
		{"imaps://ann:secret@mail.example.net/Bounces", "", "holds a password"},
		{"imaps://mail.example.net/Bounces", "", "want imaps://user@host/Folder"},
		{"https://ann@mail.example.net", "", "want imaps://user@host/Folder"},
	} {
		m, err := Parse(tt.text)
		switch {
		case tt.fails == "" && (err != nil || m.String() != tt.want):
			t.Errorf("%s: %v, %v, want %s", tt.text, m, err, tt.want)
		case tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails)):
			t.Errorf("%s: %v, want %s", tt.text, err, tt.fails)
		}
	}
}

// server is an IMAP server on loopback with mails in its folder Bounces.
func server(t *testing.T, mails ...string) string { return serverOver(t, nil, mails...) }

// serverOver is server, over TLS where there is a certificate.
func serverOver(t *testing.T, certificate *tls.Certificate, mails ...string) string {
	t.Helper()
	user := imapmemserver.NewUser("ann", "secret")
	if err := user.Create("Bounces", nil); err != nil {
		t.Fatal(err)
	}
	for _, m := range mails {
		r := bytes.NewReader([]byte(m))
		if _, err := user.Append("Bounces", literal{r, int64(len(m))},
			&imap.AppendOptions{Time: time.Unix(0, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	mem := imapmemserver.New()
	mem.AddUser(user)
	s := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, InsecureAuth: true,
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if certificate != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*certificate}})
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() { s.Close(); <-done })
	return l.Addr().String()
}

type literal struct {
	*bytes.Reader
	size int64
}

func (l literal) Size() int64 { return l.size }

func TestCopyWritesAnMbox(t *testing.T) {
	long := "Subject: long\r\n\r\n" + strings.Repeat("x", 2*mostMail)
	addr := server(t, "Subject: one\r\n\r\nFrom here on\r\n\r\nFrom MAILER-DAEMON Mon Jan 1\r\n",
		"Subject: two\r\n\r\n2",
		long)
	m, err := Parse("imap://ann@" + addr + "/Bounces")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	n, err := m.Copy(t.Context(), &out, "secret")
	if err != nil || n != 3 {
		t.Fatalf("%d mails, %v", n, err)
	}
	if got := strings.Count(out.String(), "\nSubject: "); got != 3 {
		t.Errorf("%d mails in the mbox", got)
	}
	if !strings.Contains(out.String(), "\n>From MAILER-DAEMON Mon") {
		t.Error("a line begins a mail of its own")
	}
	if out.Len() > mostMail+1<<12 {
		t.Errorf("%d octets: a mail is not bounded", out.Len())
	}
}

func TestCopyReadsMoreThanABatch(t *testing.T) {
	var mails []string
	for range 2*batchSize + 3 {
		mails = append(mails, "Subject: x\r\n\r\ny")
	}
	m, _ := Parse("imap://ann@" + server(t, mails...) + "/Bounces")
	var out strings.Builder
	if n, err := m.Copy(t.Context(), &out, "secret"); err != nil || n != len(mails) {
		t.Errorf("%d mails, %v, want %d", n, err, len(mails))
	}
}

func TestCopyFails(t *testing.T) {
	addr := server(t)
	for _, tt := range []struct{ name, folder, password, want string }{
		{"a wrong password", "Bounces", "wrong", "logging in"},
		{"a folder that isn't there", "Nowhere", "secret", `opening folder "Nowhere"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, _ := Parse("imap://ann@" + addr + "/" + tt.folder)
			if _, err := m.Copy(t.Context(), &strings.Builder{}, tt.password); err == nil ||
				!strings.Contains(err.Error(),
					tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}
