package sandbox

import (
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// maxChain bounds the CNAMEs followed for one question, as resolvers do.
const maxChain = 12

// zone answers from a world, and counts what it was asked.
type zone struct {
	world *World
	lab   *lab // decides which addresses are told; nil: those of the world

	mu    sync.Mutex
	asked map[string]int
	used  map[*line]int
}

func newZone(w *World, l *lab) *zone {
	return &zone{world: w, lab: l, asked: make(map[string]int), used: make(map[*line]int)}
}

// maxCounted bounds the names that are counted.
const maxCounted = 1 << 20

func (z *zone) count(q dns.Question) {
	key := dns.TypeToString[q.Qtype] + " " + strings.TrimSuffix(dns.CanonicalName(q.Name), ".")
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.asked[key] > 0 || len(z.asked) < maxCounted {
		z.asked[key]++
	}
}

// answer is nil where the world is silent.
func (z *zone) answer(req *dns.Msg) (m *dns.Msg, delay time.Duration) {
	m = new(dns.Msg).SetReply(req)
	m.RecursionAvailable = true
	if len(req.Question) != 1 {
		return m.SetRcode(req, dns.RcodeFormatError), 0
	}
	q := req.Question[0]
	z.count(q)
	if opt := req.IsEdns0(); opt != nil {
		m.SetEdns0(1232, false)
	}
	owner := q.Name
	for range maxChain {
		lines, exists := z.world.find(owner)
		if l := z.failing(lines, q.Qtype); l != nil {
			return l.fail(m), delay + l.delay
		}
		next := ""
		for _, l := range lines {
			next = l.tell(m, owner, q.Qtype, next)
			delay = max(delay, l.slows(q.Qtype))
		}
		if next == "" {
			return conclude(m, exists), delay
		}
		owner = next
	}
	m.Answer = nil
	return m.SetRcode(req, dns.RcodeServerFailure), delay // a circle
}

// failing picks the failure that holds now, and uses it up.
func (z *zone) failing(lines []*line, typ uint16) *line {
	z.mu.Lock()
	defer z.mu.Unlock()
	for _, l := range lines {
		if l.fails == "" || (l.fails == "EMPTY" && !l.marks && !l.noSOA) || (l.typ != 0 && l.typ != typ) {
			continue
		}
		if l.times == 0 || z.used[l] < l.times {
			z.used[l]++
			return l
		}
	}
	return nil
}

func (l *line) fail(m *dns.Msg) *dns.Msg {
	if l.fails == "SILENT" {
		return nil
	}
	m.Rcode = failures[l.fails]
	if l.fails == "LAME" {
		m.RecursionAvailable = false
		m.Ns = append(m.Ns, &dns.NS{Hdr: header(".", dns.TypeNS), Ns: "a.root.test."})
	}
	if (l.fails == "NXDOMAIN" || l.fails == "EMPTY") && !l.noSOA {
		m.Ns = append(m.Ns, soa())
	}
	l.mark(m)
	return m
}

// mark adds the extended error.
func (l *line) mark(m *dns.Msg) {
	if opt := m.IsEdns0(); opt != nil && l.marks {
		opt.Option = append(opt.Option, &dns.EDNS0_EDE{InfoCode: l.ede})
	}
}

// tell adds the line's record if it answers, and gives the name to go on with if it is a CNAME.
func (l *line) tell(m *dns.Msg, owner string, typ uint16, next string) string {
	if l.rr == nil || (l.rr.Header().Rrtype != typ && l.rr.Header().Rrtype != dns.TypeCNAME) {
		return next
	}
	rr := dns.Copy(l.rr)
	rr.Header().Name = owner
	m.Answer = append(m.Answer, rr)
	l.mark(m)
	if c, ok := rr.(*dns.CNAME); ok && typ != dns.TypeCNAME {
		return c.Target
	}
	return next
}

func (l *line) slows(typ uint16) time.Duration {
	if l.rr != nil && l.rr.Header().Rrtype != typ && l.rr.Header().Rrtype != dns.TypeCNAME {
		return 0
	}
	return l.delay
}

// conclude adds what a no needs.
func conclude(m *dns.Msg, exists bool) *dns.Msg {
	last := len(m.Answer) - 1
	if last >= 0 && (m.Answer[last].Header().Rrtype != dns.TypeCNAME || m.Question[0].Qtype == dns.TypeCNAME) {
		return m
	}
	if !exists {
		m.Rcode = dns.RcodeNameError
	}
	m.Ns = append(m.Ns, soa())
	return m
}

func soa() *dns.SOA {
	return &dns.SOA{Hdr: header(".", dns.TypeSOA), Ns: "a.root.test.", Mbox: "nobody.test.", Serial: 1, Refresh: 3600,
		Retry: 600, Expire: 86400, Minttl: defaultTTL}
}

func header(name string, typ uint16) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: typ, Class: dns.ClassINET, Ttl: defaultTTL}
}
