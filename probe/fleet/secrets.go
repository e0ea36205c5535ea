package fleet

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nkeys"
)

// certificate is the server's own, made at the first time: those who come know it by its pin.
func certificate(dir string) (cert tls.Certificate, pin []byte, err error) {
	path := filepath.Join(dir, "server.pem")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if text, err = newCertificate(); err == nil {
			err = replace(path, text)
		}
	}
	if err != nil {
		return cert, nil, err
	}
	if cert, err = tls.X509KeyPair(text, text); err != nil {
		return cert, nil, fmt.Errorf("%s: %w", path, err)
	}
	sum := sha256.Sum256(cert.Certificate[0])
	return cert, sum[:], nil
}

// newCertificate is a key and a certificate for it, as PEM.
func newCertificate() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject: pkix.Name{CommonName: "prebounce fleet"}, DNSNames: []string{"fleet"},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(20 * 365 * 24 * time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...), nil
}

// userKey is the NKEY in a file, made at the first time.
func userKey(path string) (public, seed string, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		text, err = newSeed(path)
	}
	if err != nil {
		return "", "", err
	}
	seed = strings.TrimSpace(string(text))
	pair, err := nkeys.FromSeed([]byte(seed))
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", path, err)
	}
	public, err = pair.PublicKey()
	return public, seed, err
}

func newSeed(path string) ([]byte, error) {
	pair, err := nkeys.CreateUser()
	if err != nil {
		return nil, err
	}
	seed, err := pair.Seed()
	if err != nil {
		return nil, err
	}
	return seed, replace(path, seed)
}

// replace writes a file that only we may read, whole or not at all.
func replace(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
