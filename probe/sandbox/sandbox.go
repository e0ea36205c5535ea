// Package sandbox plays the world on loopback: the demo, the tests and a user's own lab ask it instead of the internet.
//
// A [World] is a text that a person can read and edit: what DNS says, which mail hosts there are and how they
// behave, and whose mailboxes they have. Its hosts have addresses of 192.0.2.0/24 and 2001:db8::/32 (RFC
// 5737, RFC 3849), which [Sandbox.Dial] maps to the loopback interface: nothing real is ever dialled.
package sandbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Options say where to listen and how fast time goes. The zero value takes a free port for DNS and opens no other.
type Options struct {
	DNS string // HOST:PORT for UDP and TCP; HOST must be a loopback address
	// HOST:PORT on loopback for other programs: mail for any domain of the world is taken there, see
	// [Sandbox.Listening]
	SMTP       string
	Submission string // HOST:PORT on loopback where who has logged in may send to any domain of the world
	SMTPS      string // HOST:PORT on loopback: as SMTP, but TLS comes first (RFC 8314 §3)

	TLS         TLSMode         // of SMTP and Submission; empty means TLSOff
	Certificate tls.Certificate // see [CertificateIn]; if empty, one that nobody vouches for
	AnyLogin    bool            // every name and password logs in
	// NAME=VALUE of settings and replies of SMTP, Submission and SMTPS, as SMTP lines of a world have them
	Set []string

	// how long an accepted mail takes to bounce; 0 means as the world's host has it
	BounceAfter time.Duration
	// HOST:PORT on loopback of an SMTP server that gets bounces, besides the inbox
	BouncesTo string
	// is told what became of accepted recipients; goroutines call it side by side
	Fates   func(context.Context, []Fate)
	Problem func(error) // is told of bounces that could not be kept or sent

	// a folder for the messages that are accepted, made if need be; besides, they are kept in memory
	Inbox  string
	Client netip.Addr    // whom the servers take us for; zero means ClientAddr, or ClientAddr6 at an IPv6 host
	Pace   float64       // how many times as fast as ours the servers' time goes; 0 means 1
	RTT    time.Duration // a round trip to hosts that have no rtt of their own
	Pipes  bool          // hand out net.Pipe instead of sockets and serve no DNS, as testing/synctest needs it
}

// ResolverAddr is the resolver's address within the world.
const ResolverAddr = "192.0.2.53:53"

// The addresses that we have in the world unless [Options.Client] or [Sandbox.DialFrom] say otherwise.
var (
	ClientAddr  = netip.MustParseAddr("192.0.2.200")
	ClientAddr6 = netip.MustParseAddr("2001:db8::200")
)

// Sandbox is a world that runs. Close it when done.
type Sandbox struct {
	dns  *dnsServer // nil with pipes
	post *postOffice
	lab  *lab // nil unless it serves other programs
	once sync.Once
}

// Start begins to serve w. The context bounds the start only.
func Start(ctx context.Context, w *World, o Options) (*Sandbox, error) {
	post, err := openPostOffice(ctx, w, o)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s := &Sandbox{post: post}
	if err := s.listen(ctx, w, o); err != nil {
		s.Close()
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	return s, nil
}

func (s *Sandbox) listen(ctx context.Context, w *World, o Options) (err error) {
	if o.SMTP != "" || o.Submission != "" || o.SMTPS != "" {
		if s.lab, err = openLab(ctx, s.post, o); err != nil {
			return err
		}
	}
	if !o.Pipes {
		s.dns, err = serveDNS(ctx, newZone(w, s.lab), o.DNS)
	}
	return err
}

// DNSAddr is where the resolver listens on loopback, UDP and TCP; empty with pipes.
func (s *Sandbox) DNSAddr() string {
	if s.dns == nil {
		return ""
	}
	return s.dns.addr
}

// Asked counts the questions that came, by type and lower-case name: "MX example.test".
func (s *Sandbox) Asked() map[string]int {
	if s.dns == nil {
		return nil
	}
	return s.dns.counts()
}

// Sessions are all connections that mail hosts had so far, in the order in which they began.
func (s *Sandbox) Sessions() []Session {
	if s.post == nil {
		return nil
	}
	return s.post.recorder.all()
}

// Messages are those that mail hosts accepted so far.
func (s *Sandbox) Messages() []Message {
	if s.post == nil {
		return nil
	}
	return s.post.inbox.all()
}

// Close ends the servers and waits for them. It may be called more than once.
func (s *Sandbox) Close() { s.once.Do(s.close) }

func (s *Sandbox) close() {
	if s.lab != nil {
		s.lab.close()
	}
	if s.post != nil {
		s.post.close()
	}
	if s.dns != nil {
		s.dns.close()
	}
}

// the networks the world's hosts live in.
var worldNets = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}

var errNotStarted = errors.New("this sandbox was not started: use Start")

// Dial connects to a host of the world, or to the resolver by its loopback address. A host of the world where
// nothing listens refuses the connection, as a real one does; any other address is an error.
func (s *Sandbox) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s.post == nil {
		return nil, errNotStarted
	}
	return s.dial(ctx, network, address, s.post.options.Client)
}

// DialFrom is Dial for a client that has another address in the world.
func (s *Sandbox) DialFrom(client netip.Addr) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		return s.dial(ctx, network, address, client)
	}
}

func (s *Sandbox) dial(ctx context.Context, network, address string, client netip.Addr) (net.Conn, error) {
	if s.dns != nil && (address == ResolverAddr || address == s.dns.addr) {
		var d net.Dialer
		return d.DialContext(ctx, network, s.dns.addr)
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil || !inWorld(at.Addr()) {
		return nil, fmt.Errorf("%s is not of the sandbox's world: nothing real is dialled", address)
	}
	h := s.post.hostAt(at)
	if h == nil || !strings.HasPrefix(network, "tcp") {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: net.TCPAddrFromAddrPort(at), Err: syscall.ECONNREFUSED}
	}
	near, far, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	s.post.serve(far, h, at, clientAt(at.Addr(), client))
	return near, nil
}

func (s *Sandbox) connect(ctx context.Context) (near, far net.Conn, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if s.post.options.Pipes {
		near, far = net.Pipe()
		return near, far, nil
	}
	return pair(ctx)
}

// clientAt is the address that the host at an address sees: one of its own family.
func clientAt(at, client netip.Addr) netip.Addr {
	if client.IsValid() && client.Is4() == at.Is4() {
		return client
	}
	if at.Is4() {
		return ClientAddr
	}
	return ClientAddr6
}

// inWorld reports whether an address is one of the world's.
func inWorld(addr netip.Addr) bool {
	return slices.ContainsFunc(worldNets, func(n netip.Prefix) bool { return n.Contains(addr) })
}
