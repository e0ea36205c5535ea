package main

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// notifier posts as Amazon SNS does. It signs what it posts, and serves the certificate to check that by at loopback.
type notifier struct {
	certificate []byte // DER
	key         *rsa.PrivateKey
	site        string // https://localhost:PORT
	server      *http.Server
	serving     sync.WaitGroup
}

// snsCertificate is the path of the certificate: those of Amazon SNS are called like that.
const snsCertificate = "/SimpleNotificationService-prebounce.pem"

// startNotifier serves until it is closed. Its key lies in the folder of --tls-dir, or is new if there is none.
func startNotifier(dir string) (*notifier, error) {
	certificate, err := sandbox.NoticeCertificate(dir)
	if err != nil {
		return nil, err
	}
	key, ok := certificate.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key for SNS in %s is not an RSA key", dir)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String()) // it is the listener's own
	n := &notifier{certificate: certificate.Certificate[0], key: key, site: "https://localhost:" + port}
	n.server = &http.Server{
		Handler:     http.HandlerFunc(n.serveCertificate),
		TLSConfig:   &tls.Config{Certificates: []tls.Certificate{certificate}},
		ErrorLog:    log.New(io.Discard, "", 0), // who does not trust the certificate sees that for himself
		ReadTimeout: eventTime, WriteTimeout: eventTime, IdleTimeout: eventTime, MaxHeaderBytes: 16 << 10,
	}
	n.serving.Go(func() { n.server.ServeTLS(l, "", "") })
	return n, nil
}

func (n *notifier) close() {
	n.server.Close()
	n.serving.Wait()
}

func (n *notifier) serveCertificate(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != snsCertificate {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	pem.Encode(w, &pem.Block{Type: "CERTIFICATE", Bytes: n.certificate})
}

// events are notifications of Amazon SES as Amazon SNS posts them.
func (n *notifier) events(fates []sandbox.Fate) (all []posting) {
	const topic = "arn:aws:sns:us-east-1:123456789012:prebounce-sandbox"
	for _, f := range fates {
		envelope := map[string]string{
			"Type": "Notification", "MessageId": uuidOf(f.Message.QueueID + f.Recipient + f.Reply), "TopicArn": topic,
			"Message": string(asJSON(sesNote(f))), "Timestamp": f.At.UTC().Format(isoMillis), "SignatureVersion": "1",
			"SigningCertURL": n.site + snsCertificate,
			"UnsubscribeURL": n.site + "/?Action=Unsubscribe&SubscriptionArn=" + topic,
		}
		envelope["Signature"] = n.signature(envelope)
		all = append(all, posting{"text/plain; charset=UTF-8", "Amazon Simple Notification Service Agent",
			map[string]string{"x-amz-sns-message-type": "Notification", "x-amz-sns-topic-arn": topic,
				"x-amz-sns-message-id": envelope["MessageId"]},
			asJSON(envelope)})
	}
	return all
}

// signedFields are the fields of a notification without subject that its signature covers, in the order of their names:
// docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html.
var signedFields = []string{"Message", "MessageId", "Timestamp", "TopicArn", "Type"}

// signature is that of version 1, which Amazon SNS uses unless a topic asks for another one: RSA with SHA-1.
func (n *notifier) signature(envelope map[string]string) string {
	var text strings.Builder
	for _, name := range signedFields {
		text.WriteString(name + "\n" + envelope[name] + "\n")
	}
	sum := sha1.Sum([]byte(text.String()))
	signature, _ := rsa.SignPKCS1v15(nil, n.key, crypto.SHA1, sum[:]) // the key is long enough
	return base64.StdEncoding.EncodeToString(signature)
}
