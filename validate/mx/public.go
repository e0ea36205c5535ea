package mx

import "net/netip"

// special lists the networks that no mail host of the internet has: those that IANA's special-purpose address registries
// (RFC 6890) call not globally reachable, and multicast.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"::/127", "64:ff9b:1::/48", "100::/64", "2001:2::/48", "2001:10::/28", "2001:db8::/32", "3fff::/20", "5f00::/16",
	"fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)

func prefixes(all ...string) (nets []netip.Prefix) {
	for _, s := range all {
		nets = append(nets, netip.MustParsePrefix(s))
	}
	return nets
}

// usable tells whether a mail host can have this address. Labs may have any that can be dialled.
func usable(a netip.Addr, lab bool) bool {
	if lab {
		return !a.IsUnspecified() && !a.IsMulticast()
	}
	for _, n := range special {
		if n.Contains(a) {
			return false
		}
	}
	return true
}

// network names the neighbourhood of an address: its /24, or /48 for IPv6.
func network(a netip.Addr) string {
	bits := 24
	if a.Is6() {
		bits = 48
	}
	p, _ := a.Prefix(bits) // both sizes fit
	return p.String()
}
