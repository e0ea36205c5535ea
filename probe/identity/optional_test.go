package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe/identity"
)

// policyServer serves MTA-STS policies as mta-sts.acme.test, and gives a client that trusts it.
func policyServer(t *testing.T, handler http.HandlerFunc) *http.Client {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"mta-sts.acme.test"},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = nil
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	certificate, _ := x509.ParseCertificate(der)
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	client := identity.PolicyClient(nil, roots)
	client.Transport.(*http.Transport).DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", s.Listener.Addr().String())
	}
	return client
}

func serve(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "mta-sts.acme.test" || r.URL.Path != "/.well-known/mta-sts.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Write([]byte(text))
	}
}

func TestMTASTS(t *testing.T) {
	t.Parallel()
	const record = `_mta-sts.acme.test TXT "v=STSv1; id=20261130;"`
	tests := []struct {
		name, record string
		handler      http.HandlerFunc
		want         string // result, and a part of what is said
	}{
		{
			"the policy names the MX host", record,
			serve("text/plain", "version: STSv1\r\nmode: enforce\r\nmx: mx.acme.test\r\nmax_age: 604800\r\n"),
			"ok names all MX hosts",
		},
		{
			"the policy names it by a wildcard", record,
			serve("text/plain; charset=utf-8", "version: STSv1\nmode: testing\nmx: *.acme.test\nmax_age: 604800\n"),
			"ok names all MX hosts",
		},
		{
			"the policy names another host, and is enforced", record,
			serve("text/plain", "version: STSv1\nmode: enforce\nmx: *.mx.acme.test\nmax_age: 1\n"),
			"fail does not name the MX host mx.acme.test",
		},
		{
			"the policy names another host, and is a test", record,
			serve("text/plain", "version: STSv1\nmode: testing\nmx: mx.other.test\nmax_age: 1\n"),
			"warn does not name the MX host mx.acme.test",
		},
		{
			"the policy takes itself back", record, serve("text/plain", "version: STSv1\nmode: none\nmax_age: 1\n"),
			"ok in mode none",
		},
		{"no policy", record, http.NotFound, "warn 404"},
		{
			"a redirect", record, http.RedirectHandler("https://mta-sts.acme.test/other", http.StatusFound).ServeHTTP,
			"warn 302",
		},
		{"a web page", record, serve("text/html", "version: STSv1"), "warn want text/plain"},
		{
			"an unknown mode", record, serve("text/plain", "version: STSv1\nmode: hope\nmx: a.test\nmax_age: 1\n"),
			"warn invalid mode",
		},
		{
			"an endless policy", record, serve("text/plain", strings.Repeat("mx: a.test\n", 10000)),
			"warn larger than 65536",
		},
		{"no id", `_mta-sts.acme.test TXT "v=STSv1; id=;"`, nil, "warn no valid id"},
		{"two records", record + "\n" + `_mta-sts.acme.test TXT "v=STSv1; id=2"`, nil, "warn 2 records"},
		{"no record", "", nil, "ok has no MTA-STS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := acme(world(t, wellKept+tt.record+"\n"))
			if tt.handler != nil {
				e.HTTPS = policyServer(t, tt.handler)
			}
			holds(t, e, "mta_sts", tt.want)
		})
	}
}

func TestTheClientForPoliciesConnectsToPublicAddressesOnly(t *testing.T) {
	t.Parallel()
	e := acme(
		world(
			t,
			wellKept+"_mta-sts.acme.test TXT \"v=STSv1; id=1;\"\nmta-sts.acme.test A 127.0.0.1\nmta-sts.acme.test "+
				"AAAA ::ffff:127.0.0.1\n",
		),
	)
	e.HTTPS = identity.PolicyClient(e.DNS, nil)
	holds(t, e, "mta_sts", "warn no public address")
}

// holds checks the one finding of a check: "RESULT PART OF WHAT IT SAYS".
func holds(t *testing.T, e *identity.Examiner, check, want string) {
	t.Helper()
	result, part, _ := strings.Cut(want, " ")
	for _, f := range e.Examine(t.Context()).Findings {
		if f.Check != check {
			continue
		}
		if f.Result.String() != result || !strings.Contains(f.Says, part) {
			t.Errorf("%s %s: %s\n%q\nwant %s", f.Result, f.Check, f.Says, f.Evidence, want)
		}
		return
	}
	t.Errorf("%s did not run", check)
}

func TestOptionalRecords(t *testing.T) {
	t.Parallel()
	const enforced = "_dmarc.acme.test TXT \"v=DMARC1; p=reject; rua=mailto:a@acme.test\"\n"
	const logo = `default._bimi.acme.test TXT "v=BIMI1; l=https://acme.test/logo.svg; a=https://acme.test/vmc.pem"`
	tests := []struct{ name, records, check, want string }{
		{"BIMI with a certificate", enforced + logo, "bimi", "ok in order"},
		{"BIMI without a policy", logo, "bimi", "warn requires a DMARC policy"},
		{
			"BIMI under a policy that is tested", "_dmarc.acme.test TXT \"v=DMARC1; p=reject; t=y\"\n" + logo, "bimi",
			"warn requires a DMARC policy",
		},
		{
			"BIMI that leaves subdomains open", "_dmarc.acme.test TXT \"v=DMARC1; p=reject; sp=none\"\n" + logo, "bimi",
			"warn requires a DMARC policy",
		},
		{
			"BIMI without a certificate",
			enforced + `default._bimi.acme.test TXT "v=BIMI1; l=https://acme.test/logo.svg"`, "bimi",
			"warn require a certificate",
		},
		{"BIMI declined", `default._bimi.acme.test TXT "v=BIMI1; l=; a=;"`, "bimi", "ok declines"},
		{"no BIMI", "", "bimi", "ok has no BIMI"},
		{
			"reports of TLS", `_smtp._tls.acme.test TXT "v=TLSRPTv1; rua=mailto:tls@acme.test,https://acme.test/tls"`,
			"tls_rpt", "ok in order",
		},
		{
			"reports of TLS to nowhere", `_smtp._tls.acme.test TXT "v=TLSRPTv1; rua=tls@acme.test"`, "tls_rpt",
			"warn no address",
		},
		{"no DANE", "", "dane", "ok this is not a fault"},
		{"a name that was given", "", "ptr_generic", "ok server's own"},
		{"the organizational domain is the same", enforced, "dmarc_discovery", "ok acme.test"},
		{"a policy of a public suffix", "_dmarc.test TXT \"v=DMARC1; p=none\"\n", "dmarc_discovery", "warn disagree"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			holds(t, acme(world(t, wellKept+tt.records+"\n")), tt.check, tt.want)
		})
	}
}

func TestGenericNames(t *testing.T) {
	t.Parallel()
	for name, generic := range map[string]bool{
		"9-2-0-192.dyn.isp.test": true, "192-0-2-9.static.isp.test": true, "static.9.2.0.192.clients.host.test": true,
		"ip-192-0-2-9.compute.test": true, "c0000209.isp.test": true,
		"p5b0c1.dip0.dialup.test": true, "dsl123.pool.isp.test": true, "mail.acme.test": false,
		"a8-23.smtp-out.acme.test": false, "o1.ptr1234.acme.test": false, "mx2.dynamics.test": false,
		"pool.acme.test": false,
	} {
		e := acme(
			world(
				t, change(t, wellKept, "9.2.0.192.in-addr.arpa PTR mail.acme.test => 9.2.0.192.in-addr.arpa PTR "+name),
			),
		)
		want := "ok "
		if generic {
			want = "warn generic name"
		}
		holds(t, e, "ptr_generic", want)
	}
}
