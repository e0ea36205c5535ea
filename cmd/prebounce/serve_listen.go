package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	"github.com/prebounce/prebounce/cmd/prebounce/serve"
	"github.com/prebounce/prebounce/cmd/prebounce/serve/compat"
	"github.com/prebounce/prebounce/probe/sandbox"
)

func (o *serving) readTokens() ([]serve.Token, error) {
	if o.token == "" {
		return []serve.Token{serve.NewToken()}, nil
	}
	b, err := os.ReadFile(o.token)
	if err != nil {
		return nil, err
	}
	tokens, err := serve.ParseTokens(string(b))
	if err != nil {
		return nil, usageError(fmt.Errorf("invalid --token-file %s: %w", o.token, err),
			"openssl rand -base64 32 >"+shellWord(o.token))
	}
	return tokens, nil
}

// open listens. Whoever can be reached from elsewhere has a token and TLS.
func (o *serving) open() (net.Listener, error) {
	addr, err := net.ResolveTCPAddr("tcp", o.listen)
	if err != nil || (addr.IP == nil && !o.secure()) {
		return nil, usageError(fmt.Errorf("invalid --listen %q: want an address and a port", o.listen),
			"--listen 127.0.0.1:8080")
	}
	if !addr.IP.IsLoopback() && (o.token == "" || !o.secure()) {
		return nil, usageError(fmt.Errorf("--listen %s: others than this computer reach that", o.listen),
			"--token-file FILE, and --tls-cert with --tls-key, --tls-dir or --behind-proxy")
	}
	return net.ListenTCP("tcp", addr)
}

// certificate is what TLS is spoken with; nil: it is not.
func (o *serving) certificate() (*tls.Certificate, error) {
	var c tls.Certificate
	var err error
	switch {
	case (o.cert == "") != (o.key == ""):
		return nil, usageError(errors.New("--tls-cert and --tls-key belong together"),
			"--tls-cert cert.pem --tls-key key.pem")
	case o.cert != "" && o.tlsDir != "":
		return nil, usageError(errors.New("--tls-dir and --tls-cert exclude each other"), "--tls-dir DIR")
	case o.tlsDir != "":
		c, err = sandbox.CertificateIn(o.tlsDir, new(sandbox.World), o.names()...)
	case o.cert != "":
		c, err = tls.LoadX509KeyPair(o.cert, o.key)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the certificate: %w", err)
	}
	return &c, nil
}

// names are what requests may call the server by. The names of services are for their clients; no link shows them.
func (o *serving) names() []string { return slices.Concat(o.hosts, compat.Hosts(o.compat)) }

// realFolder is the absolute path of a folder.
func realFolder(dir string) (string, error) {
	if at, err := os.Stat(dir); err != nil || !at.IsDir() {
		return "", usageError(fmt.Errorf("invalid --folder %s: want a folder that is there", dir), "--folder /srv/exports")
	}
	return filepath.Abs(dir)
}

func (o *serving) secure() bool { return o.cert != "" || o.tlsDir != "" || o.proxied }
