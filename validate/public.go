package validate

import "net/netip"

// Public reports whether a mail server of the internet can have this address. One with a zone can't, nor one that
// leads to an IPv4 address that can't.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || isSpecial(a) {
		return false
	}
	if a.Is4() {
		return true
	}
	inner := embedded(a)
	for _, v4 := range inner {
		if isSpecial(v4) {
			return false
		}
	}
	return len(inner) > 0 || globalUnicast.Contains(a)
}

func isSpecial(a netip.Addr) bool {
	for i := range special {
		if special[i].net.Contains(a) {
			return true
		}
	}
	return false
}

// embedded are the IPv4 addresses that packets to an address of a transition mechanism may end up at.
func embedded(a netip.Addr) (inner []netip.Addr) {
	b := a.As16()
	for _, e := range embeddings {
		if e.leads(b) {
			inner = append(inner, netip.AddrFrom4([4]byte(b[e.at:e.at+4])))
		}
	}
	return inner
}
