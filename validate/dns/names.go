package dns

import (
	"fmt"
	"net/netip"
	"strings"
)

// Reversed formats an address as labels in reverse order: the octets of an IPv4 address or the nibbles of an IPv6
// address. Followed by the zone of a blocklist, it is the name to look up there (RFC 5782 §2). An IPv4-mapped address
// counts as IPv6.
func Reversed(ip netip.Addr) string {
	format, parts := "%d", ip.AsSlice()
	if ip.Is6() {
		format, parts = "%x", nibbles(parts)
	}
	labels := make([]string, len(parts))
	for i, p := range parts {
		labels[len(parts)-1-i] = fmt.Sprintf(format, p)
	}
	return strings.Join(labels, ".")
}

// Reverse returns the name of an address's PTR records (RFC 1035 §3.5, RFC 3596 §2.5).
func Reverse(ip netip.Addr) string {
	if ip = ip.Unmap(); ip.Is4() {
		return Reversed(ip) + ".in-addr.arpa"
	}
	return Reversed(ip) + ".ip6.arpa"
}

func nibbles(octets []byte) (all []byte) {
	for _, b := range octets {
		all = append(all, b>>4, b&0xf)
	}
	return all
}
