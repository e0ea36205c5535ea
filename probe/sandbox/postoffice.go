package sandbox

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
)

// postOffice is all mail hosts of a world at work.
type postOffice struct {
	world    *World
	zone     *zone // what the hosts themselves hear from DNS
	options  Options
	clock    clock
	recorder *recorder
	inbox    *inbox
	cert     func() (tls.Certificate, error)
	under    func(func(context.Context)) // calls with a context that ends with closing
	end      func()
	closing  <-chan struct{}
	serving  sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	memories map[*mailHost]*memory
	demands  map[string]int // how often those that are limited were met
	conns    map[net.Conn]bool
	pending  int // bounces and events that wait or are under way
}

// maxAtOnce bounds the sessions of a sandbox. One more is hung up on.
const maxAtOnce = 4096

func openPostOffice(ctx context.Context, w *World, o Options) (*postOffice, error) {
	if o.BouncesTo != "" {
		if err := checkLoopback(o.BouncesTo); err != nil {
			return nil, err
		}
	}
	inbox, err := openInbox(o.Inbox)
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(context.WithoutCancel(ctx))
	c := newClock(o.Pace)
	return &postOffice{
		world: w, zone: newZone(w, nil), options: o, clock: c, recorder: newRecorder(c), inbox: inbox,
		cert:  certificateOf(w, o),
		under: func(do func(context.Context)) { do(ctx) }, end: end, closing: ctx.Done(),
		memories: make(map[*mailHost]*memory), conns: make(map[net.Conn]bool),
	}, nil
}

// close ends all sessions and waits for them.
func (p *postOffice) close() {
	p.mu.Lock()
	p.closed = true
	p.end()
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.serving.Wait()
	p.inbox.close()
}

func (p *postOffice) memory(h *mailHost) *memory {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.memories[h]
	if m == nil {
		m = newMemory()
		p.memories[h] = m
	}
	return m
}

// serve plays a host for one client, in a goroutine of its own. Clients are counted in the order in which they come.
func (p *postOffice) serve(conn net.Conn, h *mailHost, at netip.AddrPort, client netip.Addr) {
	s := &session{office: p, host: h, conn: conn, client: client}
	if !p.admit(conn) {
		conn.Close()
		return
	}
	p.memory(h).of(client, func(v *visitor) {
		v.open++
		s.before = v.open - 1
	})
	s.log = p.recorder.begin(h.name, at, client)
	go func() {
		defer p.forget(conn)
		s.serve()
	}()
}

// admit notes a connection, unless there are too many or it is over.
func (p *postOffice) admit(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.conns) >= maxAtOnce {
		return false
	}
	p.conns[conn] = true
	p.serving.Add(1)
	return true
}

func (p *postOffice) forget(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
	p.serving.Done()
}

// hostAt is the mail host that listens at an address of the world.
func (p *postOffice) hostAt(at netip.AddrPort) *mailHost {
	h := p.world.byAddr[at.Addr()]
	if h == nil || !slices.Contains(h.p.ports, strconv.Itoa(int(at.Port()))) {
		return nil
	}
	return h
}

// pair makes the two ends of a connection over loopback.
func pair(ctx context.Context) (client, server net.Conn, err error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	var d net.Dialer
	if client, err = d.DialContext(ctx, "tcp", l.Addr().String()); err != nil {
		return nil, nil, err
	}
	for { // somebody else may have found the port
		if server, err = l.Accept(); err != nil {
			client.Close()
			return nil, nil, err
		}
		if server.RemoteAddr().String() == client.LocalAddr().String() {
			return client, server, nil
		}
		server.Close()
	}
}

// tlsConfig is for TLS, with the sandbox's certificate, or with none, which fails the handshake.
func (p *postOffice) tlsConfig(works bool) *tls.Config {
	return &tls.Config{SessionTicketsDisabled: true, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate,
		error) {
		if !works {
			return nil, errors.New("no certificate")
		}
		c, err := p.cert()
		return &c, err
	}}
}

// certificateOf is the given certificate, or one that is made when it is first needed.
func certificateOf(w *World, o Options) func() (tls.Certificate, error) {
	return sync.OnceValues(func() (tls.Certificate, error) {
		if len(o.Certificate.Certificate) > 0 {
			return o.Certificate, nil
		}
		return selfSigned(w)
	})
}
