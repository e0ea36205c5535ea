package fleet

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// place is where a fleet's server is and how to get in: tls://SECRET@HOST:PORT?pin=CERTIFICATE. The secret is the seed
// of an NKEY, a token, or NAME:PASSWORD; the pin is the SHA-256 of the server's certificate, which nobody else
// vouches for. A worker has &name=NAME as well.
type place struct {
	url    *url.URL
	secret string
	name   string // of the worker whose secret it is; empty: the coordinator's
	pin    []byte
}

// mostPlace bounds what is read for a place.
const mostPlace = 4096

// readPlace reads a place, or the file that holds one.
func readPlace(text string) (p place, err error) {
	if !strings.Contains(text, "://") {
		if text, err = placeFile(text); err != nil {
			return p, err
		}
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "tls" && u.Scheme != "nats") {
		return p, errors.New("invalid fleet: want a file that fleet serve made, or tls://SECRET@HOST:PORT?pin=CERTIFICATE")
	}
	if p.pin, err = hex.DecodeString(u.Query().Get("pin")); err != nil || (len(p.pin) > 0 && len(p.pin) != sha256.Size) {
		return p, errors.New("invalid fleet: want a pin of 64 hexadecimal digits")
	}
	if u.Scheme == "nats" && !loopback(u.Hostname()) {
		return p, fmt.Errorf("invalid fleet: want tls:// for %s, which is another machine", u.Hostname())
	}
	p.url = &url.URL{Scheme: u.Scheme, Host: u.Host}
	p.secret, p.name = u.User.String(), u.Query().Get("name")
	if p.name != "" && !workerName.MatchString(p.name) {
		return p, fmt.Errorf("invalid name of a worker %.40q: want letters a to z, digits and hyphens", p.name)
	}
	return p, nil
}

func placeFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading the fleet's address: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostPlace))
	if err == nil && !bytes.Contains(text, []byte("://")) {
		err = fmt.Errorf("%s: not a file that fleet serve made", path)
	}
	return strings.TrimSpace(string(text)), err
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.IsLoopback())
}

// seed is the NKEY that the secret is the seed of, or nil.
func (p *place) seed() nkeys.KeyPair {
	pair, err := nkeys.FromSeed([]byte(p.secret))
	if err != nil {
		return nil
	}
	return pair
}

// options let NATS in at the place.
func (p *place) options() []nats.Option {
	var all []nats.Option
	user, _ := url.Parse("//" + p.secret + "@host")
	switch pair := p.seed(); {
	case pair != nil:
		public, _ := pair.PublicKey() // a pair of a seed has one
		all = append(all, nats.Nkey(public, pair.Sign))
	case user != nil && user.User != nil:
		if password, ok := user.User.Password(); ok {
			all = append(all, nats.UserInfo(user.User.Username(), password))
		} else if user.User.Username() != "" {
			all = append(all, nats.Token(user.User.Username()))
		}
	}
	if p.url.Scheme == "tls" {
		all = append(all, nats.Secure(p.tls()))
	}
	return all
}

// tls trusts the certificate of the pin, and whoever the system trusts where there is none.
func (p *place) tls() *tls.Config {
	host, _, err := net.SplitHostPort(p.url.Host)
	if err != nil {
		host = p.url.Host
	}
	c := &tls.Config{MinVersion: tls.VersionTLS13, ServerName: host}
	if len(p.pin) == 0 {
		return c
	}
	c.InsecureSkipVerify = true // by others than the pin
	c.VerifyConnection = func(s tls.ConnectionState) error {
		if sum := sha256.Sum256(s.PeerCertificates[0].Raw); !bytes.Equal(sum[:], p.pin) {
			return errors.New("the fleet's server shows another certificate than the pinned one")
		}
		return nil
	}
	return c
}
