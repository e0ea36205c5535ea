// Package sandbox plays the world on loopback: the demo, the tests and a user's own lab ask it instead of the internet.
//
// A [World] is a text that a person can read and edit. Its hosts have addresses of 192.0.2.0/24 and 2001:db8::/32
// (RFC 5737, RFC 3849), which [Sandbox.Dial] maps to ports of the loopback interface: nothing real is ever dialled.
package sandbox

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// Options say where to listen. The zero value takes free ports.
type Options struct {
	DNS string // HOST:PORT for UDP and TCP; HOST must be a loopback address
}

// ResolverAddr is the resolver's address within the world.
const ResolverAddr = "192.0.2.53:53"

// Sandbox is a world that runs. Close it when done.
type Sandbox struct {
	dns   *dnsServer
	ports map[string]string // from HOST:PORT in the world to HOST:PORT on loopback
}

// Start begins to serve w. The context bounds the start only.
func Start(ctx context.Context, w *World, o Options) (*Sandbox, error) {
	d, err := serveDNS(ctx, w, o.DNS)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	return &Sandbox{dns: d, ports: map[string]string{ResolverAddr: d.addr}}, nil
}

// DNSAddr is where the resolver listens on loopback, UDP and TCP.
func (s *Sandbox) DNSAddr() string { return s.dns.addr }

// Asked counts the questions that came, by type and lower-case name: "MX example.test".
func (s *Sandbox) Asked() map[string]int { return s.dns.counts() }

// Close ends the servers and waits for them.
func (s *Sandbox) Close() { s.dns.close() }

// the networks the world's hosts live in.
var worldNets = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}

// Dial connects to a host of the world, or to the resolver by its loopback address. A host of the world where nothing listens
// refuses the connection, as a real one does; any other address is an error.
func (s *Sandbox) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	target, ok := s.ports[address]
	if address == s.dns.addr {
		target, ok = address, true
	}
	if !ok {
		return nil, refuse(network, address)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, target)
}

func refuse(network, address string) error {
	if ap, err := netip.ParseAddrPort(address); err == nil {
		for _, n := range worldNets {
			if n.Contains(ap.Addr()) {
				return &net.OpError{Op: "dial", Net: network, Addr: net.TCPAddrFromAddrPort(ap), Err: syscall.ECONNREFUSED}
			}
		}
	}
	return fmt.Errorf("%s is not of the sandbox's world: nothing real is dialled", address)
}
