package sandbox

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// lab serves other programs, which can't dial into the world: each mail host at a loopback address of its own.
type lab struct {
	post      *postOffice
	port      uint16 // of the mail hosts; 0 if only submission is served
	listeners []net.Listener
	accepting sync.WaitGroup
	places    []Place
	shared    map[netip.Addr]bool // the world's addresses that have no loopback address of their own
}

// Place is where a mail host listens for other programs.
type Place struct {
	// its name in the world; "*" for the one that takes mail for all domains and answers as each domain's host would
	Host        string
	Personality string
	Addr        netip.Addr // in the world; the zero Addr for "*"
	// HOST:PORT on loopback; empty where the system offers no address for it, or it has IPv6 only
	Listen   string
	TLSFirst bool // the session begins with TLS
}

// Listening tells where what listens for other programs.
func (s *Sandbox) Listening() []Place {
	if s.lab == nil {
		return nil
	}
	return slices.Clone(s.lab.places)
}

func openLab(ctx context.Context, post *postOffice, o Options) (*lab, error) {
	l := &lab{post: post, shared: make(map[netip.Addr]bool)}
	for _, d := range []struct {
		addr, personality string
		tlsFirst          bool
	}{{o.SMTP, "everything", false}, {o.Submission, "submission", false}, {o.SMTPS, "everything", true}} {
		if d.addr == "" {
			continue
		}
		h, err := post.world.anyHost(d.personality)
		if err == nil {
			err = checkLoopback(d.addr)
		}
		if err == nil {
			o.TLS.apply(&h.p)
			h.p.tlsFirst = d.tlsFirst
			err = h.setAll(o.Set)
		}
		if err == nil {
			err = l.open(ctx, h, d.addr, Place{Host: "*", Personality: d.personality, TLSFirst: d.tlsFirst})
		}
		if err != nil {
			l.close()
			return nil, err
		}
	}
	if o.SMTP != "" {
		at, _ := netip.ParseAddrPort(l.places[0].Listen)
		l.port = at.Port()
		l.openHosts(ctx)
	}
	return l, nil
}

// anyHost is a mail host that is not of the world and knows its domains and everybody's password.
func (w *World) anyHost(personality string) (*mailHost, error) {
	rows, err := personalities()
	if err != nil {
		return nil, err
	}
	h := &mailHost{name: "sandbox.test", p: rows[personality], logins: make(map[string]string)}
	for _, owner := range slices.Sorted(maps.Keys(w.hosts)) {
		maps.Copy(h.logins, w.hosts[owner].logins)
	}
	return h, nil
}

// setAll changes settings and replies: NAME=VALUE.
func (h *mailHost) setAll(pairs []string) error {
	h.p.says = maps.Clone(h.p.says)
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if err := h.p.set(name, value, false); err != nil {
			return err
		}
	}
	return nil
}

// openHosts listens for each host of the world. One that has no address to listen at is left to the host that
// takes all mail.
func (l *lab) openHosts(ctx context.Context) {
	served := make(map[*mailHost]bool)
	for _, addr := range slices.SortedFunc(maps.Keys(l.post.world.byAddr), netip.Addr.Compare) { // IPv4 first
		h := l.post.world.byAddr[addr]
		if !slices.Contains(h.p.ports, "25") || (served[h] && !addr.Is4()) {
			continue
		}
		served[h] = true
		place := Place{Host: h.name, Personality: h.p.name, Addr: addr}
		if addr.Is4() && l.open(ctx, h, netip.AddrPortFrom(loopbackFor(addr), l.port).String(), place) == nil {
			continue
		}
		l.shared[addr] = true
		l.places = append(l.places, place)
	}
}

// loopbackFor is the loopback address that stands for one of the world: 127.0.2.30 for 192.0.2.30.
func loopbackFor(addr netip.Addr) netip.Addr {
	b := addr.As4()
	return netip.AddrFrom4([4]byte{127, 0, 2, b[3]})
}

// open listens at an address and serves who comes as h.
func (l *lab) open(ctx context.Context, h *mailHost, addr string, place Place) error {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	place.Listen = listener.Addr().String()
	l.places = append(l.places, place)
	l.listeners = append(l.listeners, listener)
	l.accepting.Go(func() { l.accept(listener, h, place.Addr) })
	return nil
}

func (l *lab) accept(listener net.Listener, h *mailHost, addr netip.Addr) {
	at, _ := netip.ParseAddrPort(listener.Addr().String())
	if addr.IsValid() {
		at = netip.AddrPortFrom(addr, 25)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		l.post.serve(conn, h, at, l.client(conn))
	}
}

// client is whom the servers take a program for: 192.0.2.7 if it comes from 127.0.2.7, else the sandbox's own client.
func (l *lab) client(conn net.Conn) netip.Addr {
	from, _ := netip.ParseAddrPort(conn.RemoteAddr().String())
	if a := from.Addr().Unmap(); a.Is4() && a.As4()[2] == 2 {
		b := a.As4()
		return netip.AddrFrom4([4]byte{192, 0, 2, b[3]})
	}
	return clientAt(ClientAddr, l.post.options.Client)
}

// visible is the address that DNS gives other programs for one of the world.
func (l *lab) visible(addr netip.Addr) netip.Addr {
	switch {
	case !inWorld(addr):
		return addr
	case l.shared[addr]:
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return loopbackFor(addr)
}

// show turns an answer's addresses into those that other programs can reach. IPv6 has but one loopback
// address, so none is told.
func (l *lab) show(m *dns.Msg) {
	if l == nil || l.port == 0 {
		return
	}
	had := len(m.Answer)
	m.Answer = slices.DeleteFunc(m.Answer, func(rr dns.RR) bool {
		addr, ok := addressOf(rr)
		if a, is4 := rr.(*dns.A); is4 && ok {
			a.A = l.visible(addr).AsSlice()
			return false
		}
		return ok && inWorld(addr)
	})
	if had > 0 && len(m.Answer) == 0 {
		m.Ns = append(m.Ns, soa())
	}
}

func (l *lab) close() {
	for _, listener := range l.listeners {
		listener.Close()
	}
	l.accepting.Wait()
}

// checkLoopback refuses an address that is not HOST:PORT with a loopback HOST.
func checkLoopback(addr string) error {
	if at, err := netip.ParseAddrPort(addr); err != nil || !at.Addr().IsLoopback() {
		return fmt.Errorf("%.80q: %w", addr, ErrNotLoopback)
	}
	return nil
}
