package spf

import (
	"context"
	"net/netip"
	"slices"
	"strings"
)

// matches reports whether a mechanism matches the client (RFC 7208 §5).
func (e *evaluation) matches(ctx context.Context, m *Mechanism, domain string) (bool, error) {
	switch m.Name {
	case "all":
		return true, nil
	case "ip4", "ip6":
		return m.Network.Contains(e.ip), nil
	}
	target := domain
	if m.hasDomain {
		var err error
		if target, err = e.target(ctx, m.Domain, domain); err != nil {
			return false, err
		}
	}
	if err := e.count(target); err != nil {
		return false, err
	}
	if !isDomain(target) && m.Name != "include" { // like a name that does not exist (RFC 7208 §4.8)
		return false, e.found(0, nil)
	}
	switch m.Name {
	case "include":
		return e.include(ctx, m, target)
	case "exists":
		found, err := e.checker.Resolver.LookupNetIP(ctx, "ip4", target)
		return len(found) > 0, e.found(len(found), err)
	case "a":
		found, err := e.addresses(ctx, target)
		return m.covers(e.ip, found), e.found(len(found), err)
	case "mx":
		return e.mx(ctx, m, target)
	}
	return e.ptr(ctx, target)
}

// addresses asks for the family of the client.
func (e *evaluation) addresses(ctx context.Context, name string) ([]netip.Addr, error) {
	network := "ip6"
	if e.ip.Is4() {
		network = "ip4"
	}
	return e.checker.Resolver.LookupNetIP(ctx, network, name)
}

// covers reports whether one of the addresses lies in the client's network.
func (m *Mechanism) covers(ip netip.Addr, found []netip.Addr) bool {
	bits := m.IPv6Bits
	if ip.Is4() {
		bits = m.IPv4Bits
	}
	return slices.ContainsFunc(found, func(a netip.Addr) bool {
		a = a.Unmap().WithZone("")
		return a.Is4() == ip.Is4() && netip.PrefixFrom(a, bits).Masked().Contains(ip)
	})
}

func (e *evaluation) mx(ctx context.Context, m *Mechanism, target string) (bool, error) {
	hosts, err := e.checker.Resolver.LookupMX(ctx, target)
	if err := e.found(len(hosts), err); err != nil {
		return false, err
	}
	if len(hosts) > maxNames {
		return false, permanent(
			"%s: %s has %d MX hosts, and at most %d are allowed", m.Text, target, len(hosts), maxNames,
		)
	}
	for _, h := range hosts {
		name := strings.TrimSuffix(h.Host, ".")
		if !isDomain(name) { // a null MX, or damaged
			continue
		}
		found, err := e.addresses(ctx, name)
		if err != nil && !notFound(err) {
			return false, temporary(err)
		}
		if m.covers(e.ip, found) {
			return true, nil
		}
	}
	return false, nil
}

func (e *evaluation) ptr(ctx context.Context, target string) (bool, error) {
	names, err := e.checker.Resolver.LookupAddr(ctx, e.ip.String())
	if err != nil && !notFound(err) { // RFC 7208 §5.5: the mechanism fails to match
		return false, nil
	}
	if err := e.found(len(names), nil); err != nil {
		return false, err
	}
	return slices.ContainsFunc(e.validated(ctx, names), func(name string) bool { return isWithin(name, target) }), nil
}

// validated are the names of the client that lead back to it.
func (e *evaluation) validated(ctx context.Context, names []string) (valid []string) {
	for _, name := range names[:min(len(names), maxNames)] {
		name = strings.TrimSuffix(name, ".")
		if !isDomain(name) {
			continue
		}
		found, err := e.addresses(ctx, name)
		if err == nil && slices.ContainsFunc(found, func(a netip.Addr) bool { return a.Unmap() == e.ip }) {
			valid = append(valid, name)
		}
	}
	return valid
}

// isWithin reports whether a name is a domain or below it.
func isWithin(name, domain string) bool {
	name, domain = strings.ToLower(name), strings.ToLower(strings.TrimSuffix(domain, "."))
	return name == domain || strings.HasSuffix(name, "."+domain)
}
