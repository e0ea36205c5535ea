package mx

import (
	"net/netip"

	"github.com/prebounce/prebounce/validate"
)

// usable reports whether a mail host can have this address. Labs may have any that can be dialled.
func usable(a netip.Addr, lab bool) bool {
	if lab {
		return !a.IsUnspecified() && !a.IsMulticast()
	}
	return validate.Public(a)
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
