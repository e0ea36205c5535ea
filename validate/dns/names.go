package dns

import (
	"fmt"
	"net/netip"
	"strings"
)

// Reversed writes an address as labels, its last part first: the octets of an IPv4 address, the nibbles of an IPv6
// one. With a blocklist's zone after it, it is the name that the list is asked for (RFC 5782 §2). An IPv4-mapped
// address is an IPv6 one here.
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

// Reverse is the name of an address's PTR records (RFC 1035 §3.5, RFC 3596 §2.5).
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
