package sandbox

import (
	"context"
	"errors"
	"maps"
	"net"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// ErrNotLoopback is the error for an address that the sandbox does not serve at.
var ErrNotLoopback = errors.New("not a loopback address with a port")

// dnsServer serves a zone over UDP and TCP on the same port.
type dnsServer struct {
	addr     string
	zone     *zone
	udp, tcp *dns.Server
	closing  chan struct{}
	serving  sync.WaitGroup
}

func serveDNS(ctx context.Context, z *zone, addr string) (*dnsServer, error) {
	packets, listener, err := listenBoth(ctx, addr)
	if err != nil {
		return nil, err
	}
	if c, ok := packets.(*net.UDPConn); ok {
		c.SetReadBuffer(1 << 20) // a burst should not be lost; if the system gives less, it may be
	}
	d := &dnsServer{addr: listener.Addr().String(), zone: z, closing: make(chan struct{})}
	d.udp = &dns.Server{PacketConn: packets, Handler: d}
	d.tcp = &dns.Server{Listener: listener, Handler: d}
	for _, s := range []*dns.Server{d.udp, d.tcp} {
		started := make(chan struct{})
		s.NotifyStartedFunc = func() { close(started) }
		d.serving.Go(func() { s.ActivateAndServe() })
		<-started
	}
	return d, nil
}

// listenBoth finds a port that is free for UDP and TCP.
func listenBoth(ctx context.Context, addr string) (net.PacketConn, net.Listener, error) {
	tries := 1
	if addr == "" {
		addr, tries = "127.0.0.1:0", 20
	} else if err := checkLoopback(addr); err != nil {
		return nil, nil, err
	}
	var lc net.ListenConfig
	var failed error
	for range tries {
		listener, err := lc.Listen(ctx, "tcp", addr)
		if err != nil {
			return nil, nil, err
		}
		packets, err := lc.ListenPacket(ctx, "udp", listener.Addr().String())
		if err == nil {
			return packets, listener, nil
		}
		listener.Close()
		failed = err
	}
	return nil, nil, failed
}

// ServeDNS answers one question. The library runs it in a goroutine of its own, so a delay holds up nobody else.
func (d *dnsServer) ServeDNS(w dns.ResponseWriter, req *dns.Msg) {
	m, delay := d.zone.answer(req)
	if !d.wait(delay) || m == nil {
		return
	}
	d.zone.lab.show(m)
	m.Compress = true
	if _, ok := w.RemoteAddr().(*net.UDPAddr); ok && m.Len() > payload(req) {
		m.Answer, m.Ns, m.Truncated = nil, nil, true
	}
	w.WriteMsg(m) // who went away misses nothing
}

// payload is what the asker takes over UDP.
func payload(req *dns.Msg) int {
	if opt := req.IsEdns0(); opt != nil {
		return max(int(opt.UDPSize()), dns.MinMsgSize)
	}
	return dns.MinMsgSize
}

// wait reports whether the server still runs after d.
func (d *dnsServer) wait(delay time.Duration) bool {
	if delay == 0 {
		return true
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-d.closing:
		return false
	}
}

func (d *dnsServer) counts() map[string]int {
	d.zone.mu.Lock()
	defer d.zone.mu.Unlock()
	return maps.Clone(d.zone.asked)
}

func (d *dnsServer) close() {
	close(d.closing)
	d.udp.Shutdown()
	d.tcp.Shutdown()
	d.serving.Wait()
}
