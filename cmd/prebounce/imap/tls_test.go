package imap

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"
)

// authority signs certificates in a test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	certificate := signed(t, template, authority{})
	cert, err := x509.ParseCertificate(certificate.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return authority{cert, certificate.PrivateKey.(*ecdsa.PrivateKey)}
}

// issue makes a certificate for an address that is valid until then.
func (a authority) issue(t *testing.T, ip string, until time.Time) *tls.Certificate {
	t.Helper()
	return signed(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "mail"}, IPAddresses: []net.IP{net.ParseIP(ip)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, NotBefore: time.Now().Add(-2 * time.Hour),
		NotAfter: until,
	}, a)
}

// signed signs a certificate: by itself where there is no authority.
func signed(t *testing.T, template *x509.Certificate, by authority) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if by.cert == nil {
		by = authority{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestCopyOverTLS(t *testing.T) {
	ours, soon := newAuthority(t), time.Now().Add(time.Hour)
	for _, tt := range []struct {
		name        string
		certificate *tls.Certificate
		fails       string
	}{
		{"a certificate of the host", ours.issue(t, "127.0.0.1", soon), ""},
		{"one of another host", ours.issue(t, "127.0.0.2", soon), "certificate is valid for 127.0.0.2"},
		{"one that is over", ours.issue(t, "127.0.0.1", time.Now().Add(-time.Hour)), "expired"},
		{"one of another authority", newAuthority(t).issue(t, "127.0.0.1", soon), "unknown authority"},
		{"no TLS at all", nil, "first record does not look like a TLS handshake"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Parse("imaps://ann@" + serverOver(t, tt.certificate, "Subject: one\r\n\r\n1") + "/Bounces")
			if err != nil {
				t.Fatal(err)
			}
			m.roots = x509.NewCertPool()
			m.roots.AddCert(ours.cert)
			var out strings.Builder
			n, err := m.Copy(t.Context(), &out, "secret")
			switch {
			case tt.fails == "" && (err != nil || n != 1 || !strings.Contains(out.String(), "Subject: one")):
				t.Errorf("%d mails, %v: %q", n, err, out.String())
			case tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails) || out.Len() > 0):
				t.Errorf("%d mails, %v, want %q", n, err, tt.fails)
			}
		})
	}
}

// A server that accepts the connection and never shakes hands holds nobody who gives up.
func TestCopyStopsWithinTheHandshake(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	m, err := Parse("imaps://ann@" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if c, err := l.Accept(); err == nil {
			defer c.Close()
			c.Read(make([]byte, 1)) // the client's hello
			cancel()
			<-t.Context().Done()
		}
	}()
	if _, err := m.Copy(ctx, &strings.Builder{}, "secret"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was canceled", err)
	}
}
