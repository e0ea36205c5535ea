// Package webhook sends signed messages to a URL that a person named, as Standard Webhooks has it: see
// standardwebhooks.com.
//
// It fences the protocol, and where a message may go: over TLS to public addresses. The address that is dialled is
// what counts, whatever a name resolves to; no redirect is followed and no proxy is used.
package webhook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Options say where messages may go and how they are signed.
type Options struct {
	Secrets []Secret // the current one first; each signs, so that a receiver can change to the next
	Private bool     // private and loopback addresses are allowed too, and http to these
}

// Sender sends to one URL. It is safe for concurrent use.
type Sender struct {
	url     *url.URL
	secrets []Secret
	client  *http.Client
}

// timeout bounds one try, from the name's resolution to the header of the answer.
const timeout = 15 * time.Second

// New makes a sender. The error says what is wrong with the URL, without showing it: it may hold a secret.
func New(text string, o Options) (*Sender, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return nil, errors.New("want a URL such as https://example.com/hook")
	case u.Scheme != "https" && (u.Scheme != "http" || !o.Private):
		return nil, fmt.Errorf("want https://, not %.10q", u.Scheme)
	case len(o.Secrets) == 0:
		return nil, errors.New("want a secret to sign with")
	}
	d := &net.Dialer{Timeout: timeout, Control: func(_, address string, _ syscall.RawConn) error {
		return allowed(address, u.Scheme, o.Private)
	}}
	return newSender(u, o.Secrets, d.DialContext), nil
}

func newSender(u *url.URL, secrets []Secret, dial func(ctx context.Context, network, addr string) (net.Conn,
	error)) *Sender {
	return &Sender{u, secrets, &http.Client{Timeout: timeout,
		Transport:     &http.Transport{DialContext: dial, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// errPrivate says that a name leads into a network that is nobody's business.
var errPrivate = errors.New("the address is private or loopback: --webhook-private allows that")

// allowed judges the address that is about to be dialled.
func allowed(address, scheme string, private bool) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	public := validate.Public(at.Addr().Unmap())
	switch {
	case !public && !private:
		return errPrivate
	case public && scheme == "http":
		return errors.New("http goes to private addresses only: use https")
	}
	return nil
}

// Key is short, and the same for the same URL; nobody finds the URL by it.
func (s *Sender) Key() string {
	sum := sha256.Sum256([]byte(s.url.String()))
	return hex.EncodeToString(sum[:8])
}

// Host names the receiver, without what may be secret in its URL.
func (s *Sender) Host() string { return s.url.Host }

// Refused is the answer of a receiver that did not take the message.
type Refused struct{ Status int }

// Error is of [error].
func (r *Refused) Error() string {
	return "it answers " + strconv.Itoa(r.Status) + " " + http.StatusText(r.Status)
}

// Gone reports whether the receiver wants no more of this.
func (r *Refused) Gone() bool { return r.Status == http.StatusGone }

// Send sends a message once. A receiver tells by the id that it had the message before. The error is a [Refused] if
// the receiver answered; none shows the URL.
func (s *Sender) Send(ctx context.Context, id string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url.String(), bytes.NewReader(body))
	if err != nil {
		return hideURL(err)
	}
	at := time.Now()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "prebounce")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	r.Header.Set("webhook-signature", sign(s.secrets, id, at, body))
	a, err := s.client.Do(r)
	if err != nil {
		return hideURL(err)
	}
	defer a.Body.Close()
	_, _ = io.CopyN(io.Discard, a.Body, 64<<10) // what it says besides means nothing
	if a.StatusCode < 200 || a.StatusCode > 299 {
		return &Refused{a.StatusCode}
	}
	return nil
}

// hideURL is an error of net/http without the URL.
func hideURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
