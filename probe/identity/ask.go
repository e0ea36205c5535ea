package identity

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"

	"github.com/prebounce/prebounce/validate/dns"
)

// memory keeps the answers of one examination, so that its checks agree with each other.
type memory struct {
	mu      sync.Mutex
	answers map[question]dns.Answer
}

type question struct {
	name string
	typ  dns.Type
}

// ask asks once in an examination. A no is confirmed, as it may be about to prove a fault.
func (x *exam) ask(ctx context.Context, name string, typ dns.Type) dns.Answer {
	return x.memory.recall(question{plainName(name), typ}, func(q question) dns.Answer {
		a := x.asked.DNS.Ask(ctx, q.name, q.typ)
		if isNo(a) {
			a = x.asked.DNS.Confirm(ctx, a)
		}
		return a
	})
}

// hear asks once in an examination, and takes a no for what it is: where it is good news.
func (x *exam) hear(ctx context.Context, name string, typ dns.Type) dns.Answer {
	return x.memory.recall(
		question{plainName(name), typ}, func(q question) dns.Answer { return x.asked.DNS.Ask(ctx, q.name, q.typ) },
	)
}

// recall gives the first answer to a question. Who asks it at the same time shares the flight: see [dns.Client.Ask].
func (m *memory) recall(q question, ask func(question) dns.Answer) dns.Answer {
	m.mu.Lock()
	a, known := m.answers[q]
	m.mu.Unlock()
	if known {
		return a
	}
	a = ask(q)
	m.mu.Lock()
	defer m.mu.Unlock()
	if first, known := m.answers[q]; known {
		return first
	}
	if m.answers == nil {
		m.answers = make(map[question]dns.Answer)
	}
	m.answers[q] = a
	return a
}

// isNo reports whether an answer is a no that can be relied on.
func isNo(a dns.Answer) bool {
	return a.Definite() && a.Outcome != dns.Found
}

const (
	mostRecords = 10
	mostText    = 1024
)

// evidence writes an answer as a zone file would, one record a line, else what was said instead.
func evidence(a dns.Answer) (lines []string) {
	if a.Outcome != dns.Found || !a.Definite() {
		return []string{fmt.Sprintf("%s %s: %s", a.Name, a.Type, a)}
	}
	for _, m := range a.MX {
		lines = append(lines, fmt.Sprintf("%d %s.", m.Preference, m.Host))
	}
	for _, ip := range a.Addrs {
		lines = append(lines, ip.String())
	}
	for _, name := range a.Names {
		lines = append(lines, name+".")
	}
	for _, b := range a.TLSA {
		lines = append(lines, fmt.Sprintf("%d %d %d ...", b.Usage, b.Selector, b.Matching))
	}
	for _, text := range a.Texts {
		lines = append(lines, fmt.Sprintf("%q", cut(text)))
	}
	more := len(lines) - mostRecords
	for i := range lines {
		lines[i] = fmt.Sprintf("%s %s %s", a.Name, a.Type, lines[i])
	}
	if more > 0 {
		lines = append(lines[:mostRecords], fmt.Sprintf("and %d more", more))
	}
	return lines
}

func cut(text string) string {
	if len(text) > mostText {
		return text[:mostText] + "..."
	}
	return text
}

// host is what a name resolves to.
type host struct {
	addrs    []netip.Addr
	evidence []string
	unknown  bool // a question had no definite answer
}

// resolve asks for a name's addresses of both families.
func (x *exam) resolve(ctx context.Context, name string) (h host) {
	for _, typ := range []dns.Type{dns.A, dns.AAAA} {
		a := x.ask(ctx, name, typ)
		h.evidence = append(h.evidence, evidence(a)...)
		h.unknown = h.unknown || !a.Definite()
		if a.Definite() {
			h.addrs = append(h.addrs, a.Addrs...)
		}
	}
	return h
}

// has reports whether the name leads to ip.
func (h host) has(ip netip.Addr) bool { return slices.Contains(h.addrs, ip) }
