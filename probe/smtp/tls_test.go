package smtp

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
)

const demand = `
	S: 220 mx.example.org
	C: EHLO probe.example.net
	S: 250-mx.example.org
	S: 250-PIPELINING
	S: 250 STARTTLS
	` + mailFrom + `C+ RCPT TO:<a@x.org>
	S: 530 5.7.0 Must issue a STARTTLS command first
	S: 530 5.7.0 Must issue a STARTTLS command first
`

const underTLS = `
	C: STARTTLS
	S: 220 2.0.0 Ready to start TLS
	tls
	C: EHLO probe.example.net
	S: 250 mx.example.org
	`

const askA = mailFrom + `
	S: 250 ok
	C: RCPT TO:<a@x.org>
	S: 550 5.1.1 no
	C: QUIT
	S: 221 bye
`

func TestSTARTTLS(t *testing.T) {
	tests := []struct {
		name, script string
		host         Host
		want         string
	}{
		{"started when MAIL is refused without; what is offered then counts", demand + underTLS + askA, Host{}, "550"},
		{"started in OpenSMTPD's words", strings.ReplaceAll(demand, "5.7.0", "5.5.1 Invalid command:") + underTLS +
			askA, Host{}, "550"},
		{"started when a recipient is refused without", hello4 + mailFrom + `
			S: 250 ok
			C: RCPT TO:<a@x.org>
			S: 550 5.7.10 Encryption needed` + underTLS + askA, Host{}, "550"},
		{"started when EHLO is refused without", `
			S: 220 mx.example.org
			C: EHLO probe.example.net
			S: 530 5.7.0 Must issue a STARTTLS command first` + underTLS + askA, Host{}, "550"},
		{"started at once when the caller knows", hello4 + underTLS + askA, Host{TLS: true}, "550"},
		{"refused, though it is offered and demanded: the session goes on", demand + `
			C: STARTTLS
			S: 454 4.7.0 TLS not available due to local problem
			C: QUIT
			S: 221 bye`, Host{}, "no_tls STARTTLS 454"},
		{"refused at once: the session goes on without", hello4 + `
			C: STARTTLS
			S: 454 4.7.0 TLS not available due to local problem
			` + askA, Host{TLS: true}, "550"},
		{"demanded and not offered", strings.Replace(demand, "S: 250 STARTTLS", "S: 250 HELP", 1) + `
			C: QUIT
			S: 221 bye`, Host{}, "no_tls MAIL 530"},
		{"demanded and not wanted", demand + `
			C: QUIT
			S: 221 bye`, Host{Plain: true}, "no_tls MAIL 530"},
		{"neither wanted nor demanded", hello4 + askA, Host{Plain: true, TLS: true}, "550"},
		{"started for a code that says it without words", hello4 + mailFrom + `
			S: 523 no` + underTLS + askA, Host{}, "550"},
		{"the handshake fails", demand + `
			C: STARTTLS
			S: 220 2.0.0 Ready to start TLS
			no tls`, Host{}, "tls_failed STARTTLS"},
		{"what is said in the clear after the 220 is not taken for what is said under TLS", demand + `
			C: STARTTLS
			S; 220 go\r\n250 in the clear\r\n
			hang up`, Host{}, "nonsense STARTTLS"},
		{"under TLS the host does not want us: nothing more can be asked", demand + `
			C: STARTTLS
			S: 220 2.0.0 Ready to start TLS
			tls
			C: EHLO probe.example.net
			S: 550 no`, Host{}, "refused EHLO 550|closed MAIL"},
		{"demanded under TLS again: a reply like any other", demand + underTLS + mailFrom + `
			S: 250 ok
			C: RCPT TO:<a@x.org>
			S: 530 5.7.0 Must issue a STARTTLS command first
			C: QUIT
			S: 221 bye`, Host{}, "530"},
		{"a password is no TLS", hello4 + mailFrom + `
			S: 530 5.7.0 Authentication required
			C: QUIT
			S: 221 bye`, Host{}, "refused MAIL 530"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, c *Client) {
				tt.host.Name, tt.host.Addr = someHost.Name, someHost.Addr
				s, trouble := c.begin(t.Context(), tt.host)
				if trouble != nil {
					t.Fatal(trouble)
				}
				defer s.Quit(t.Context())
				first, then, _ := strings.Cut(tt.want, "|")
				if got := verdicts(t.Context(), s, false, "a@x.org"); got != first {
					t.Errorf("got %q, want %q", got, first)
				}
				if then != "" && verdicts(t.Context(), s, false, "a@x.org") != then {
					t.Errorf("asked again, no %s", then)
				}
			}, tt.script)
		})
	}
}

const hello4 = `
	S: 220 mx.example.org
	C: EHLO probe.example.net
	S: 250-mx.example.org
	S: 250 STARTTLS
`

func TestEHLODemandsTLSThatIsNotWanted(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		h := someHost
		h.Plain = true
		if _, trouble := c.begin(t.Context(), h); written(trouble) != "refused EHLO 530" || !trouble.WantsTLS() {
			t.Errorf("got %v", trouble)
		}
	}, `
		S: 220 mx.example.org
		C: EHLO probe.example.net
		S: 530 5.7.0 Must issue a STARTTLS command first
		C: QUIT
		S: 221 bye`)
}

// Nothing is confided, so old hosts are met with what they know.
func TestOldTLS(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	old := []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}
	for _, suite := range []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
		tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA} {
		for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS12} {
			ours, theirs := net.Pipe()
			var host sync.WaitGroup
			host.Go(func() {
				conn := tls.Server(ours, &tls.Config{Certificates: old, MinVersion: version, MaxVersion: version,
					CipherSuites: []uint16{suite}})
				conn.Handshake()
				ours.Close()
			})
			if err := tls.Client(theirs, tlsConfig("mx.example.org.")).Handshake(); err != nil {
				t.Errorf("%s, %s: %v", tls.VersionName(version), tls.CipherSuiteName(suite), err)
			}
			theirs.Close()
			host.Wait()
		}
	}
}

// What was answered before TLS was demanded stands, and is not asked again.
func TestTLSDemandedInTheMiddle(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		if got := whole(t.Context(), c, "a@x.org b@x.org"); got != "250 550" {
			t.Errorf("got %q", got)
		}
	}, hello4+mailFrom+`
		S: 250 ok
		C: RCPT TO:<a@x.org>
		S: 250 ok
		C: RCPT TO:<b@x.org>
		S: 451 4.7.0 TLS required for RCPT domain`+underTLS+mailFrom+`
		S: 250 ok
		C: RCPT TO:<b@x.org>
		S: 550 5.1.1 no
		C: QUIT
		S: 221 bye`)
}

func TestAHostThatHangsUpForWantOfTLS(t *testing.T) {
	for _, said := range []string{
		"421 4.7.0 TLS required for RCPT domain, closing connection.",
		"530 5.7.0 Must issue a STARTTLS command first",
	} {
		play(t, func(t *testing.T, c *Client) {
			s, _ := c.begin(t.Context(), someHost)
			defer s.Close()
			replies, end := s.put(t.Context(), []string{"a@x.org"}, false)
			if len(replies) != 0 || end.Kind != Closed || !end.WantsTLS() || !s.Ended() {
				t.Errorf("got %v, %v", replies, end)
			}
		}, hello4+mailFrom+`
			S: 250 ok
			C: RCPT TO:<a@x.org>
			S: `+said+`
			hang up`)
	}
}

// One plain retry after a failed handshake is the caller's to make.
func TestPlainRetry(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		h := someHost
		for _, want := range []string{"tls_failed STARTTLS", "550"} {
			s, trouble := c.begin(t.Context(), h)
			if trouble != nil {
				t.Fatal(trouble)
			}
			if got := verdicts(t.Context(), s, false, "a@x.org"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			s.Quit(t.Context())
			h.Plain = true
		}
	}, demand+`
		C: STARTTLS
		S: 220 go
		no tls`, hello4+askA)
}

func TestObservations(t *testing.T) {
	play(t, func(t *testing.T, c *Client) {
		s, trouble := c.begin(t.Context(), someHost)
		if trouble != nil {
			t.Fatal(trouble)
		}
		defer s.Quit(context.WithoutCancel(t.Context()))
		if s.Echo() != "mx.example.org at your service, [192.0.2.7]" || !s.Offers("size") || s.Offers("PIPELINING") ||
			s.UTF8() || s.TLS() {
			t.Errorf("after EHLO: %q, %v", s.Echo(), s.offers)
		}
		if g := s.Greeting(); g.Code != 220 || g.Text() != "mx.example.org ESMTP" || s.Host() != someHost {
			t.Errorf("greeting: %v of %v", g, s.Host())
		}
		verdicts(t.Context(), s, false, "a@x.org", "b@x.org")
		verdicts(t.Context(), s, false, "c@x.org")
		if s.Refusals() != 2 || s.Transactions() != 2 || s.Resets() != 1 || s.Slower() || s.Ended() {
			t.Errorf("%d refusals, %d transactions, %d resets, slower %v, ended %v",
				s.Refusals(), s.Transactions(), s.Resets(), s.Slower(), s.Ended())
		}
	}, hello+mailFrom+`
		S: 250 ok
		C: RCPT TO:<a@x.org>
		S: 550 no
		C: RCPT TO:<b@x.org>
		S: 250 ok
		C: RSET
		S: 250 ok
		`+mailFrom+`S: 250 ok
		C: RCPT TO:<c@x.org>
		S: 450 later
		C: QUIT
		S: 221 bye`)
}
