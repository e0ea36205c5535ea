package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSNSMessagesPassVerification: a verifier that trusts the CA of --tls-dir fetches the certificate, which is the
// CA's too, and finds the signature right, and wrong once the message was changed. The certificate stays from start to
// start.
func TestSNSMessagesPassVerification(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	var first string
	for range 2 {
		url, got := hook(t)
		told, end := play(t, 2, "--smtp", "0", "--tls-dir", dir, "--events-to", url, "--events-as", "ses")
		at := strings.Split(told[1], "\t")[0]
		if err := smtp.SendMail(at, nil, "news@wellsent.test", []string{"550-5.1.1.bounce.1ms@reply.acme.test"},
			[]byte("Subject: x\r\n\r\nx\r\n")); err != nil {
			t.Fatal(err)
		}
		var m snsEnvelope
		if err := json.Unmarshal((<-got).body, &m); err != nil {
			t.Fatal(err)
		}
		certificate := m.certificate(t, dir)
		if err := m.check(certificate); err != nil {
			t.Error(err)
		}
		m.Message += " "
		if m.check(certificate) == nil {
			t.Error("a message that was changed passes")
		}
		if serial := certificate.SerialNumber.String(); first != "" && serial != first {
			t.Errorf("the certificate %s has become %s", first, serial)
		} else {
			first = serial
		}
		end()
	}
}

// snsEnvelope is what a verifier reads of a notification.
type snsEnvelope struct {
	Type, MessageID, TopicArn, Message, Timestamp, SignatureVersion, Signature, SigningCertURL string
}

// certificate fetches the certificate as a verifier that trusts the folder's CA.
func (m *snsEnvelope) certificate(t *testing.T, dir string) *x509.Certificate {
	t.Helper()
	ca, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(ca)
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}}
	defer c.CloseIdleConnections()
	r, err := c.Get(m.SigningCertURL)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	block, _ := pem.Decode(text)
	if err != nil || block == nil || !strings.HasSuffix(m.SigningCertURL, ".pem") {
		t.Fatalf("%s: %v, %q", m.SigningCertURL, err, text)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := certificate.Verify(x509.VerifyOptions{Roots: trusted}); err != nil {
		t.Error(err)
	}
	return certificate
}

// check verifies the signature as the manual of Amazon SNS says.
func (m *snsEnvelope) check(certificate *x509.Certificate) error {
	signature, err := base64.StdEncoding.DecodeString(m.Signature)
	if err != nil {
		return err
	}
	text := "Message\n" + m.Message + "\nMessageId\n" + m.MessageID + "\nTimestamp\n" + m.Timestamp + "\nTopicArn\n" +
		m.TopicArn + "\nType\n" + m.Type + "\n"
	return certificate.CheckSignature(x509.SHA1WithRSA, []byte(text), signature)
}
