package spf

import (
	"net/netip"
	"strconv"
	"strings"
)

// mechanisms reads what follows the name of each mechanism and returns what is wrong with it, or nothing.
var mechanisms = map[string]func(m *Mechanism, rest string) (why string){
	"all":     bare,
	"include": (*Mechanism).domain,
	"exists":  (*Mechanism).domain,
	"ptr":     (*Mechanism).optionalDomain,
	"a":       (*Mechanism).host,
	"mx":      (*Mechanism).host,
	"ip4":     func(m *Mechanism, rest string) string { return m.network(rest, netip.Addr.Is4, ipv4Form) },
	"ip6":     func(m *Mechanism, rest string) string { return m.network(rest, isIPv6, ipv6Form) },
}

const (
	ipv4Form = "want ip4:ADDRESS or ip4:ADDRESS/BITS with an IPv4 address and 0 to 32 bits"
	ipv6Form = "want ip6:ADDRESS or ip6:ADDRESS/BITS with an IPv6 address and 0 to 128 bits"
)

func isIPv6(a netip.Addr) bool { return a.Is6() && a.Zone() == "" }

func bare(_ *Mechanism, rest string) string {
	if rest != "" {
		return "all takes no argument"
	}
	return ""
}

func (m *Mechanism) domain(rest string) string {
	value, ok := strings.CutPrefix(rest, ":")
	if !ok {
		return "want " + m.Name + ":DOMAIN"
	}
	m.Domain, m.hasDomain = value, true
	return checkDomainSpec(value)
}

func (m *Mechanism) optionalDomain(rest string) string {
	if rest == "" {
		return ""
	}
	return m.domain(rest)
}

// host reads [":" domain-spec] [dual-cidr-length] (RFC 7208 §5.3, §5.6).
func (m *Mechanism) host(rest string) (why string) {
	if head, bits, ok := cutBits(rest, "//"); ok {
		if m.IPv6Bits, ok = number(bits, 128); !ok {
			return "want //0 to //128 without leading zeros"
		}
		rest = head
	}
	if head, bits, ok := cutBits(rest, "/"); ok {
		if m.IPv4Bits, ok = number(bits, 32); !ok {
			return "want /0 to /32 without leading zeros"
		}
		rest = head
	}
	return m.optionalDomain(rest)
}

// cutBits cuts a separator and digits off the end.
func cutBits(text, separator string) (head, bits string, ok bool) {
	head = strings.TrimRight(text, "0123456789")
	bits = text[len(head):]
	head, ok = strings.CutSuffix(head, separator)
	return head, bits, ok && bits != ""
}

// number reads a number up to most without a leading zero.
func number(text string, most int) (n int, ok bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n <= most && (text[0] != '0' || len(text) == 1)
}

// network reads ":" address ["/" bits].
func (m *Mechanism) network(rest string, family func(netip.Addr) bool, form string) string {
	value, ok := strings.CutPrefix(rest, ":")
	if !ok {
		return form
	}
	address, bits, hasBits := strings.Cut(value, "/")
	addr, err := netip.ParseAddr(address)
	if err != nil || !family(addr) {
		return form
	}
	length := addr.BitLen()
	if hasBits {
		if bits == "" || !isDigit(bits[0]) {
			return form
		}
		if length, ok = number(bits, addr.BitLen()); !ok {
			return form
		}
	}
	m.Network = netip.PrefixFrom(addr, length).Masked()
	return ""
}
