package smtp

import (
	"context"
	"crypto/tls"
	"strings"

	"github.com/prebounce/prebounce/validate/reply"
)

// startTLS goes on under TLS (RFC 3207), and introduces us again: what the host offers may differ. Nothing is
// confided to the host that it doesn't get without TLS as well, so certificates are not verified, and old
// versions and ciphers will do.
func (s *Session) startTLS(ctx context.Context) *Trouble {
	at := command{verb: &starttls, line: starttls.name}
	if _, t := s.say(ctx, at); t != nil {
		if t.Kind == Refused {
			t.Kind = NoTLS
		}
		return t
	}
	conn := tls.Client(s.wire.raw, tlsConfig(s.host.Name))
	done := s.wire.within(s.timeouts.Command)
	err := conn.HandshakeContext(ctx)
	done()
	if err != nil {
		t := s.ending(ctx, &at, err)
		if t.Kind != Canceled {
			t.Kind, t.Err = TLSFailed, err
		}
		return t
	}
	s.wire.use(conn)
	s.secure, s.standing = true, false
	t := s.hello(ctx)
	s.ended = s.ended || t != nil // nobody has been introduced
	return t
}

func tlsConfig(host string) *tls.Config {
	c := &tls.Config{
		ServerName:         strings.TrimSuffix(host, "."),
		InsecureSkipVerify: true,
		MinVersion:         tls.VersionTLS10,
	}
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		c.CipherSuites = append(c.CipherSuites, suite.ID)
	}
	return c
}

// demandsTLS reports whether a refusal is for want of TLS. 530 may also ask for a password, so the code alone
// is not enough.
func demandsTLS(r reply.Reply) bool {
	if r.Code < 400 {
		return false
	}
	words := strings.ToLower(r.Text())
	switch {
	case r.Code == 523, r.Enhanced == reply.Enhanced{Class: 5, Subject: 7, Detail: 10}: // RFC 5248: encryption needed
		return true
	case !strings.Contains(words, "tls") && !strings.Contains(words, "encrypt"):
		return false
	}
	return r.Code == 530 || strings.Contains(words, "must") || strings.Contains(words, "requir")
}
