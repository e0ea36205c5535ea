package smtp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"syscall"

	"golang.org/x/net/proxy"
)

// Dial opens a connection, as [net.Dialer.DialContext] does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Bind gives a Dial that leaves from a local address. Hosts of the other family can't be reached by it, which
// is [NoEgress].
func Bind(ip netip.Addr) Dial {
	d := &net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(ip, 0))}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		to, err := netip.ParseAddrPort(address)
		if err == nil && to.Addr().Unmap().Is4() != ip.Unmap().Is4() {
			return nil, &ourFault{fmt.Errorf("%s can't be reached from %s", to.Addr(), ip)}
		}
		return d.DialContext(ctx, network, address)
	}
}

// Proxy gives a Dial that goes through a SOCKS 5 proxy (RFC 1928): socks5://HOST:PORT or
// socks5://NAME:PASSWORD@HOST:PORT, port 1080 if there is none. The proxy itself is reached with forward
// (nil: a [net.Dialer]), may have any address, and its failing is [NoEgress]. No error shows the password.
func Proxy(address string, forward Dial) (Dial, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("proxy: not a URL") // the error of url would show it all
	}
	if (u.Scheme != "socks5" && u.Scheme != "socks5h") || u.Hostname() == "" {
		return nil, fmt.Errorf("proxy: %s: not of the form socks5://HOST:PORT", u.Redacted())
	}
	port := u.Port()
	if port == "" {
		port = "1080"
	}
	if forward == nil {
		forward = new(net.Dialer).DialContext
	}
	d, err := proxy.SOCKS5("tcp", net.JoinHostPort(u.Hostname(), port), auth(u.User), toProxy(forward))
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	through, ok := d.(proxy.ContextDialer)
	if !ok {
		return nil, errors.New("proxy: can't be interrupted")
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := through.DialContext(ctx, network, address)
		if err != nil && !aboutTarget(err) {
			err = &ourFault{fmt.Errorf("proxy: %w", err)}
		}
		return conn, err
	}, nil
}

// aboutTarget knows the reply codes of RFC 1928 §6 that speak of the host behind the proxy by the words that
// the library has for them, and takes no reply in time for the host's silence. All other failures, the
// general one too, may be the proxy's own.
func aboutTarget(err error) bool {
	var fault *ourFault
	if errors.As(err, &fault) {
		return false
	}
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	for _, words := range []string{"network unreachable", "host unreachable", "connection refused", "TTL expired"} {
		if strings.HasSuffix(err.Error(), words) {
			return true
		}
	}
	return false
}

func auth(u *url.Userinfo) *proxy.Auth {
	if u == nil {
		return nil
	}
	password, _ := u.Password()
	return &proxy.Auth{User: u.Username(), Password: password}
}

// toProxy is how to reach the proxy.
type toProxy Dial

func (d toProxy) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d toProxy) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d(ctx, network, address)
	if err != nil {
		return nil, &ourFault{fmt.Errorf("the proxy can't be reached: %w", err)}
	}
	return conn, nil
}

// ourFault is an error that says nothing about the host.
type ourFault struct{ err error }

func (e *ourFault) Error() string { return e.err.Error() }
func (e *ourFault) Unwrap() error { return e.err }

// ours are what the system says when a packet can't even leave.
var ours = []error{
	syscall.EADDRNOTAVAIL, syscall.EADDRINUSE, syscall.EAFNOSUPPORT, syscall.ENETUNREACH, syscall.ENETDOWN,
	syscall.EACCES, syscall.EPERM,
	syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM,
}

// blames reports whether a failure to connect is the host's or our own.
func blames(err error) Kind {
	var fault *ourFault
	if errors.As(err, &fault) {
		return NoEgress
	}
	for _, e := range ours {
		if errors.Is(err, e) {
			return NoEgress
		}
	}
	return Unreachable
}
