package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// maxChain bounds the CNAMEs followed in one answer.
const maxChain = 16

// outcomes of the rcodes that have one of their own; NOERROR depends on the records.
var outcomes = map[int]Outcome{
	dns.RcodeNameError:     NXDomain,
	dns.RcodeServerFailure: servFail,
	dns.RcodeRefused:       refused,
}

// read makes an answer of a message that is known to belong to q. It keeps only what was asked for.
func read(raw []byte, q question) Answer {
	a := Answer{Name: strings.TrimSuffix(q.name, "."), Type: q.typ}
	var m dns.Msg
	if err := m.Unpack(raw); err != nil {
		a.Outcome, a.Err = malformed, fmt.Errorf("unpacking: %w", err)
		return a
	}
	a.readEDE(m.IsEdns0())
	if m.Rcode != dns.RcodeSuccess && m.Rcode != dns.RcodeNameError {
		a.Outcome = badRcode
		if o, ok := outcomes[m.Rcode]; ok {
			a.Outcome = o
		} else {
			a.Err = errors.New(rcodeName(m.Rcode))
		}
		return a
	}
	a.Secure = m.AuthenticatedData
	if err := a.readRecords(m.Answer, q); err != nil {
		return Answer{Name: a.Name, Type: a.Type, Outcome: malformed, EDE: a.EDE, Err: err}
	}
	if a.Outcome != Found {
		a.readNo(&m)
	}
	return a
}

func rcodeName(rcode int) string {
	if name, ok := dns.RcodeToString[rcode]; ok {
		return name
	}
	return fmt.Sprintf("rcode %d", rcode)
}

// readRecords follows the CNAMEs from the name asked and keeps the records where they end.
func (a *Answer) readRecords(rrs []dns.RR, q question) error {
	owner, ttl := q.name, uint32(1<<31-1)
	a.Outcome = NoData
	for range maxChain {
		next := ""
		for _, rr := range rrs {
			h := rr.Header()
			if h.Class != dns.ClassINET || !strings.EqualFold(h.Name, owner) {
				continue
			}
			if h.Rdlength == 0 { // unpacking takes it, but no type has empty data; an MX would look like a null MX
				return errors.New("a record without data")
			}
			if h.Rrtype == uint16(q.typ) {
				a.keep(rr)
				ttl = min(ttl, h.Ttl)
			} else if c, ok := rr.(*dns.CNAME); ok {
				next, ttl = dns.CanonicalName(c.Target), min(ttl, h.Ttl)
			}
		}
		if a.Outcome == Found || next == "" {
			a.Canonical, a.TTL = strings.TrimSuffix(owner, "."), time.Duration(ttl)*time.Second
			return nil
		}
		owner = next
	}
	return errors.New("its CNAMEs form a loop or a chain that is too long")
}

// keep adds one record of the asked type.
func (a *Answer) keep(rr dns.RR) {
	a.Outcome = Found
	if len(a.MX)+len(a.Addrs)+len(a.Texts)+len(a.Names)+len(a.TLSA) == MaxRecords {
		a.Clipped = true
		return
	}
	switch rr := rr.(type) {
	case *dns.MX:
		a.MX = append(a.MX, Mail{rr.Preference, hostName(rr.Mx)})
	case *dns.A:
		a.addr(rr.A)
	case *dns.AAAA:
		a.addr(rr.AAAA)
	case *dns.TXT:
		a.Texts = append(a.Texts, octets(strings.Join(rr.Txt, "")))
	case *dns.PTR:
		a.Names = append(a.Names, hostName(rr.Ptr))
	case *dns.TLSA:
		a.TLSA = append(a.TLSA, Binding{rr.Usage, rr.Selector, rr.MatchingType})
	}
}

// octets undoes the library's escapes: a backslash before a sign, or before three decimal digits for any octet.
func octets(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			if n, err := strconv.ParseUint(text[i+1:min(i+4, len(text))], 10, 8); err == nil && i+3 < len(text) {
				b, i = append(b, byte(n)), i+3
				continue
			}
			i++
		}
		b = append(b, text[i])
	}
	return string(b)
}

func (a *Answer) addr(ip []byte) {
	if addr, ok := netip.AddrFromSlice(ip); ok {
		a.Addrs = append(a.Addrs, addr.Unmap())
	}
}

// hostName is the form that names are compared in.
func hostName(name string) string { return strings.TrimSuffix(dns.CanonicalName(name), ".") }

// readNo reads what the authority section says of a no, and tells a no from a referral.
func (a *Answer) readNo(m *dns.Msg) {
	a.TTL = 0
	if m.Rcode == dns.RcodeNameError {
		a.Outcome = NXDomain
	}
	referral := false
	for _, rr := range m.Ns {
		switch rr := rr.(type) {
		case *dns.SOA:
			a.SOA, a.TTL = true, time.Duration(min(rr.Hdr.Ttl, rr.Minttl))*time.Second
		case *dns.NS:
			referral = true
		}
	}
	if referral && !a.SOA && !m.Authoritative && a.Outcome == NoData {
		a.Outcome = lame
	}
}

func (a *Answer) readEDE(opt *dns.OPT) {
	if opt == nil {
		return
	}
	for _, o := range opt.Option {
		if e, ok := o.(*dns.EDNS0_EDE); ok && len(a.EDE) < 4 {
			a.EDE = append(a.EDE, EDE{e.InfoCode, printable(e.ExtraText)})
		}
	}
}

// printable makes a stranger's text harmless: ASCII, short.
func printable(s string) string {
	if len(s) > 80 {
		s = s[:80]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}
