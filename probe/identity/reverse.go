package identity

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate/dns"
)

// ptr asks for the names of an address.
func ptr(ctx context.Context, x *exam, s subject) Finding {
	a := x.ask(ctx, dns.Reverse(s.ip), dns.PTR)
	f := Finding{About: s.ip.String(), Evidence: evidence(a), Says: "the address has a name"}
	switch {
	case !a.Definite():
		f.Result, f.Says = Unchecked, fmt.Sprintf("whether %s has a PTR record could not be checked", s.ip)
		f.Next = tryAgain
	case a.Outcome != dns.Found:
		f.Result, f.Says, f.Next = Fail, fmt.Sprintf("%s has no PTR record", s.ip), x.wantPTR(s)
	}
	return f
}

func (x *exam) wantPTR(s subject) string {
	name := x.helo
	if !isHost(name) {
		name = "the HELO name"
	}
	return fmt.Sprintf(
		"have whoever runs the network of %s (your hosting or internet provider) set its PTR record to %s", s.ip, name,
	)
}

// mostPTR bounds the names of an address that are asked for, as SPF does (RFC 7208 §4.6.4).
const mostPTR = 10

// forwardConfirmed asks whether one of the address's names leads back to it.
func forwardConfirmed(ctx context.Context, x *exam, s subject) Finding {
	a := x.ask(ctx, dns.Reverse(s.ip), dns.PTR)
	if !a.Definite() || a.Outcome != dns.Found {
		return Finding{} // the check of the PTR record tells
	}
	f := Finding{About: s.ip.String(), Evidence: evidence(a)}
	unknown := len(a.Names) > mostPTR
	for _, name := range a.Names[:min(len(a.Names), mostPTR)] {
		b := x.ask(ctx, name, family(s))
		f.Evidence = append(f.Evidence, evidence(b)...)
		if b.Definite() && slices.Contains(b.Addrs, s.ip) {
			f.Says = fmt.Sprintf("%s leads back to %s", name, s.ip)
			return f
		}
		unknown = unknown || !b.Definite()
	}
	if unknown {
		f.Result, f.Says = Unchecked, fmt.Sprintf("whether the name of %s leads back to it could not be checked", s.ip)
		f.Next = tryAgain
		return f
	}
	f.Result, f.Says = Fail, fmt.Sprintf("no name of %s leads back to it", s.ip)
	f.Next = fmt.Sprintf("publish %s as an address of %s, or %s", s.ip, a.Names[0], x.wantPTR(s))
	return f
}

// family is the type of record that holds an address.
func family(s subject) dns.Type {
	if s.ip.Is4() {
		return dns.A
	}
	return dns.AAAA
}

// heloPTR compares the HELO name with the address's names.
func heloPTR(ctx context.Context, x *exam, s subject) Finding {
	a := x.ask(ctx, dns.Reverse(s.ip), dns.PTR)
	if !a.Definite() || a.Outcome != dns.Found || !isHost(x.helo) {
		return Finding{}
	}
	f := Finding{About: s.ip.String(), Evidence: evidence(a), Says: "the HELO name is the address's name"}
	if !slices.Contains(a.Names, x.helo) {
		f.Result, f.Says = Fail, fmt.Sprintf(
			"we say that we are %s, but %s is %s", x.helo, s.ip, strings.Join(a.Names[:min(len(a.Names), 3)], ", "),
		)
		f.Next = x.wantPTR(s)
		if i := slices.IndexFunc(a.Names, isHost); i >= 0 { // only a host name can be typed
			f.Next = fmt.Sprintf("--helo %s if that name is yours, or %s", a.Names[i], f.Next)
		}
	}
	return f
}

// genericName reports whether a reverse name looks like one that a network gives to all its addresses: it holds the
// address itself, or a word for lines that change hands.
func genericName(name string, ip netip.Addr) bool {
	name = strings.ToLower(name)
	host, _, _ := strings.Cut(name, ".")
	if slices.ContainsFunc(addressForms(ip), func(form string) bool { return strings.Contains(name, form) }) {
		return true
	}
	words := strings.FieldsFunc(name, func(c rune) bool { return c == '.' || c == '-' || (c >= '0' && c <= '9') })
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(dynamicWords, w) }) &&
		strings.ContainsAny(host, "0123456789")
}

// dynamicWords stand in the names of dial-up, cable and other lines of changing customers. Seen in public block rules.
var dynamicWords = []string{
	"dyn", "dynamic", "dynip", "dhcp", "dsl", "adsl", "vdsl", "xdsl", "dialup", "dial", "ppp", "pppoe", "cable", "pool",
	"pools", "broadband", "customer", "client", "unassigned", "unallocated",
}

// addressForms are the ways in which an address is written into names.
func addressForms(ip netip.Addr) (forms []string) {
	if !ip.Is4() {
		octets := ip.As16()
		full := hex.EncodeToString(octets[:])
		return []string{full, strings.ReplaceAll(ip.String(), ":", "-")}
	}
	o := ip.As4()
	for _, separator := range []string{"-", ".", "_", "x"} {
		forward := fmt.Sprintf("%d%s%d%s%d%s%d", o[0], separator, o[1], separator, o[2], separator, o[3])
		backward := fmt.Sprintf("%d%s%d%s%d%s%d", o[3], separator, o[2], separator, o[1], separator, o[0])
		forms = append(forms, forward, backward)
	}
	return append(
		forms, fmt.Sprintf("%03d%03d%03d%03d", o[0], o[1], o[2], o[3]),
		fmt.Sprintf("%03d-%03d-%03d-%03d", o[0], o[1], o[2], o[3]), hex.EncodeToString(o[:]),
	)
}

// genericPTR warns about a name that the network gave, because some receivers refuse those.
func genericPTR(ctx context.Context, x *exam, s subject) Finding {
	a := x.ask(ctx, dns.Reverse(s.ip), dns.PTR)
	if !a.Definite() || a.Outcome != dns.Found {
		return Finding{}
	}
	f := Finding{About: s.ip.String(), Evidence: evidence(a), Says: "the address's name is a server's own"}
	if slices.ContainsFunc(a.Names, func(name string) bool { return !genericName(name, s.ip) }) {
		return f
	}
	f.Result, f.Says = Warn, fmt.Sprintf(
		"%s has a generic name (%s), as home lines do, and some receivers refuse those", s.ip, cut(a.Names[0]),
	)
	f.Next = x.wantPTR(s)
	return f
}
