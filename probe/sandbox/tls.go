package sandbox

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// TLSMode says whether the ports for other programs offer STARTTLS. The zero value is TLSOff, with which the
// usual clients work as they are.
type TLSMode string

// The modes of TLS.
const (
	TLSOff     TLSMode = "off"     // no STARTTLS
	TLSOffer   TLSMode = "offer"   // STARTTLS may be used
	TLSRequire TLSMode = "require" // mail is refused without it
)

// TLSModes are all modes, in the order of strictness.
func TLSModes() []TLSMode { return []TLSMode{TLSOff, TLSOffer, TLSRequire} }

// apply sets a mode on the host behind a port.
func (m TLSMode) apply(p *personality) {
	switch m {
	case TLSOffer, TLSRequire:
		p.starttls = "works"
	default:
		p.starttls = "no"
	}
	if m == TLSRequire {
		p.need = append(slices.Clone(p.need), "tls")
	}
}

// The files of a folder of certificates.
const (
	CAFile     = "ca.pem" // what clients have to trust
	caKeyFile  = "ca.key"
	serverFile = "server.pem"
	serverKey  = "server.key"
	noticeFile = "sns.pem"
	noticeKey  = "sns.key"
)

const (
	caLife     = 10 * 365 * 24 * time.Hour
	serverLife = 397 * 24 * time.Hour // what clients accept at most
	renewal    = 30 * 24 * time.Hour  // before the end
)

// CertificateIn returns a server certificate for loopback, for all mail hosts of a world and for further names, signed
// by a CA that is made once and kept in the folder. The server's certificate is made anew when it lacks one of them or
// ends soon, so clients that trust [CAFile] go on trusting the sandbox. Keys have mode 0600.
func CertificateIn(dir string, w *World, further ...string) (tls.Certificate, error) {
	names := append(certificateNames(w), further...)
	return certificateIn(dir, serverFile, serverKey, serverTemplate(names))
}

// NoticeCertificate returns an RSA certificate for loopback, to sign notifications with as Amazon SNS does and to serve
// itself by HTTPS. With a folder it is kept and renewed there as that of [CertificateIn]; without, it is new each time
// and signed by itself.
func NoticeCertificate(dir string) (tls.Certificate, error) {
	template := serverTemplate([]string{"localhost"})
	template.PublicKeyAlgorithm = x509.RSA
	if dir == "" {
		return sign(template, nil)
	}
	return certificateIn(dir, noticeFile, noticeKey, template)
}

// certificateIn reads a certificate of a folder, or makes it.
func certificateIn(dir, file, keyFile string, template *x509.Certificate) (tls.Certificate, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return tls.Certificate{}, err
	}
	ca, err := tls.LoadX509KeyPair(filepath.Join(dir, CAFile), filepath.Join(dir, caKeyFile))
	if errors.Is(err, fs.ErrNotExist) {
		ca, err = newCA(dir)
	}
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("the CA of %s: %w", dir, err)
	}
	made, err := tls.LoadX509KeyPair(filepath.Join(dir, file), filepath.Join(dir, keyFile))
	if err == nil && covers(made.Leaf, ca.Leaf, template.DNSNames) {
		return made, nil
	}
	return issue(dir, file, keyFile, template, &ca)
}

// certificateNames are the names of all mail hosts, those of wildcards too.
func certificateNames(w *World) []string {
	names := []string{"localhost", "sandbox.test"}
	for _, owner := range slices.Sorted(maps.Keys(w.hosts)) {
		names = append(names, strings.TrimSuffix(owner, "."))
	}
	return slices.Compact(names)
}

// covers reports whether a certificate is the CA's, is good for some time, and names all names.
func covers(server, ca *x509.Certificate, names []string) bool {
	if server.CheckSignatureFrom(ca) != nil || time.Until(server.NotAfter) < renewal {
		return false
	}
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(server.DNSNames, name) })
}

func newCA(dir string) (tls.Certificate, error) {
	template := certificate("prebounce sandbox CA", caLife)
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	return issue(dir, CAFile, caKeyFile, template, nil)
}

func serverTemplate(names []string) *x509.Certificate {
	template := certificate("prebounce sandbox", serverLife)
	template.DNSNames = names
	template.IPAddresses = []net.IP{netip.MustParseAddr("127.0.0.1").AsSlice(), netip.IPv6Loopback().AsSlice()}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	return template
}

func certificate(name string, life time.Duration) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(life),
	}
}

// issue makes a certificate and writes it and its key. Without a CA it signs itself.
func issue(dir, file, keyFile string, template *x509.Certificate, ca *tls.Certificate) (tls.Certificate, error) {
	made, err := sign(template, ca)
	if err != nil {
		return made, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	if err != nil {
		return made, err
	}
	if err := writePEM(filepath.Join(dir, keyFile), "PRIVATE KEY", key, 0o600); err != nil {
		return made, err
	}
	return made, writePEM(filepath.Join(dir, file), "CERTIFICATE", made.Certificate[0], 0o644)
}

func sign(template *x509.Certificate, ca *tls.Certificate) (tls.Certificate, error) {
	key, err := newKey(template.PublicKeyAlgorithm)
	if err != nil {
		return tls.Certificate{}, err
	}
	parent, signer := template, any(key)
	if ca != nil {
		parent, signer = ca.Leaf, ca.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}

func newKey(algorithm x509.PublicKeyAlgorithm) (crypto.Signer, error) {
	if algorithm == x509.RSA {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// writePEM replaces a file as a whole.
func writePEM(file, kind string, der []byte, mode fs.FileMode) error {
	next := file + ".new"
	if err := os.WriteFile(next, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode); err != nil {
		return err
	}
	return os.Rename(next, file)
}

// selfSigned is the certificate of a sandbox that was given none: for loopback and the mail hosts, and nobody
// vouches for it.
func selfSigned(w *World) (tls.Certificate, error) {
	return sign(serverTemplate(certificateNames(w)), nil)
}
