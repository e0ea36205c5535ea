package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/report"
)

// tlsSettings are the flags about TLS.
type tlsSettings struct{ mode, cert, key, dir string }

func (t *tlsSettings) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&t.mode, "tls", "off", "set STARTTLS at --smtp and --submission to `off|offer|require`")
	f.StringVar(&t.cert, "tls-cert", "", "use the certificate in `FILE` (PEM); needs --tls-key")
	f.StringVar(&t.key, "tls-key", "", "use the private key in `FILE` (PEM)")
	f.StringVar(&t.dir, "tls-dir", "", "keep a CA in `DIR`, created once, that clients can trust: see sandbox trust")
	completeWords(c, "tls", modeNames()...)
}

func modeNames() (names []string) {
	for _, m := range sandbox.TLSModes() {
		names = append(names, string(m))
	}
	return names
}

// apply fills in the options.
func (t *tlsSettings) apply(w *sandbox.World, o *sandbox.Options) (err error) {
	switch {
	case !slices.Contains(modeNames(), t.mode):
		return usageError(fmt.Errorf("invalid --tls %q", t.mode), "--tls "+strings.Join(modeNames(), "|"))
	case (t.cert == "") != (t.key == ""):
		return usageError(errors.New("a certificate needs its key"), "--tls-cert cert.pem --tls-key key.pem")
	case t.cert != "" && t.dir != "":
		return usageError(errors.New("--tls-dir and --tls-cert exclude each other"), "--tls-dir DIR")
	}
	o.TLS = sandbox.TLSMode(t.mode)
	if t.dir != "" {
		o.Certificate, err = sandbox.CertificateIn(t.dir, w)
	} else if t.cert != "" {
		o.Certificate, err = tls.LoadX509KeyPair(t.cert, t.key)
	}
	return err
}

// trustCommand says how clients come to trust the CA of --tls-dir.
func trustCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "trust DIR",
		Short: "Print how clients can trust the CA of sandbox --tls-dir",
		Long: "Trust prints, for several languages and tools, how a program can trust the CA in the DIR of " +
			"sandbox --tls-dir.",
		Example: "  prebounce sandbox --smtp 2525 --tls offer --tls-dir tls\n  prebounce sandbox trust tls",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			ca, err := filepath.Abs(filepath.Join(args[0], sandbox.CAFile))
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), trustText, report.Plain(ca))
			return err
		},
	}
}

const trustText = `The CA is %[1]s.

Go       SSL_CERT_FILE=%[1]s go test ./...
         or: pool.AppendCertsFromPEM(pem); tls.Config{RootCAs: pool, ServerName: "localhost"}
Node     NODE_EXTRA_CA_CERTS=%[1]s node app.js
Python   SSL_CERT_FILE=%[1]s python app.py
         or: smtp.starttls(context=ssl.create_default_context(cafile="%[1]s"))
Java     keytool -importcert -noprompt -alias prebounce-sandbox -file %[1]s -keystore sandbox.p12 -storepass changeit
         java -Djavax.net.ssl.trustStore=sandbox.p12 -Djavax.net.ssl.trustStorePassword=changeit App
PHP      php -d openssl.cafile=%[1]s app.php
curl     curl --cacert %[1]s --ssl-reqd smtp://localhost:2525 --mail-from a@wellsent.test --mail-rcpt ada@acme.test -T mail.eml
openssl  openssl s_client -CAfile %[1]s -starttls smtp -connect localhost:2525
`
