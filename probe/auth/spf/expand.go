package spf

import (
	"context"
	"encoding/hex"
	"strings"
)

// target expands a domain-spec. A name that is too long loses labels from the left (RFC 7208 §7.3).
func (e *evaluation) target(ctx context.Context, spec, domain string) (string, error) {
	all, why := parseMacros(spec, domainMacro)
	if why != "" {
		return "", permanent("invalid domain %q: %s", spec, why)
	}
	var b strings.Builder
	for i := range all {
		t := &all[i]
		if t.letter == 0 {
			b.WriteString(t.literal)
			continue
		}
		b.WriteString(t.expanded(e.value(ctx, t.letter, domain)))
	}
	name := strings.TrimSuffix(b.String(), ".")
	for len(name) > 253 {
		_, rest, found := strings.Cut(name, ".")
		if !found {
			break
		}
		name = rest
	}
	return name, nil
}

// value is what a macro letter stands for.
func (e *evaluation) value(ctx context.Context, letter byte, domain string) string {
	switch letter {
	case 's':
		return e.sender
	case 'l':
		return e.local
	case 'o':
		return e.senderDomain
	case 'd':
		return domain
	case 'i':
		return e.dotted()
	case 'p':
		return e.clientName(ctx, domain)
	case 'v':
		if e.ip.Is4() {
			return "in-addr"
		}
		return "ip6"
	}
	return e.checker.HELO // h
}

// dotted is the client's address with dots: IPv6 as 32 nibbles.
func (e *evaluation) dotted() string {
	if e.ip.Is4() {
		return e.ip.String()
	}
	octets := e.ip.As16()
	return strings.Join(strings.Split(hex.EncodeToString(octets[:]), ""), ".")
}

// clientName is the validated name of the client (RFC 7208 §7.3): the domain's own, else one below it, else any.
func (e *evaluation) clientName(ctx context.Context, domain string) string {
	names, err := e.checker.Resolver.LookupAddr(ctx, e.ip.String())
	if err != nil {
		return "unknown"
	}
	best := "unknown"
	for _, name := range e.validated(ctx, names) {
		switch {
		case strings.EqualFold(name, domain):
			return name
		case isWithin(name, domain) && !isWithin(best, domain), best == "unknown":
			best = name
		}
	}
	return best
}
