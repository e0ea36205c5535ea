package identity

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/prebounce/prebounce/validate"
)

// heloName judges the name by itself.
func heloName(_ context.Context, x *exam, _ subject) Finding {
	f := Finding{About: x.HELO, Result: Fail, Next: "--helo with a full name of your own, such as mail.example.com, that resolves to the address you send from"}
	switch {
	case x.HELO == "":
		f.Says = "there is no HELO name"
	case isAddress(x.helo):
		f.Says = "an address stands in the HELO name's place"
	case !strings.Contains(x.helo, "."):
		f.Says = "the HELO name is no full name: it has no dot"
	case !isHost(x.helo), x.helo != strings.ToLower(x.HELO): // it is said as it is written, so without a dot at its end
		f.Says = "the HELO name is no host name (RFC 5321 §2.3.5)"
	case !x.AllowPrivate && isReserved(x.helo):
		f.Says = "the HELO name is of a part of DNS that is nobody's"
	case x.foreign() != "":
		f.Says = "the HELO name is not ours: " + x.foreign()
	default:
		f.Result, f.Says, f.Next = OK, "the HELO name is a full name", ""
	}
	return f
}

func (x *exam) foreign() string {
	if x.Foreign == nil {
		return ""
	}
	return x.Foreign(x.helo)
}

// isAddress knows addresses, also in the form of an address literal (RFC 5321 §4.1.3).
func isAddress(name string) bool {
	inside := strings.TrimPrefix(strings.Trim(name, "[]"), "ipv6:")
	_, err := netip.ParseAddr(inside)
	return err == nil
}

// isHost reports whether a lower-case name is a full host name: letters, digits, hyphens (RFC 1123 §2.1).
func isHost(name string) bool {
	labels := strings.Split(name, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, "-") != label || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 1 && len(name) <= 253 && strings.Trim(last, "0123456789") != ""
}

// reserved are top labels under which nobody has a name (RFC 2606, RFC 6761, RFC 6762, RFC 7686, RFC 8375; ICANN for internal),
// and those that routers make up.
var reserved = map[string]bool{
	"test": true, "example": true, "invalid": true, "localhost": true, "local": true, "onion": true, "arpa": true, "internal": true,
	"localdomain": true, "lan": true, "home": true, "corp": true,
}

func isReserved(name string) bool { return reserved[name[strings.LastIndexByte(name, '.')+1:]] }

// heloAddress asks whether the name leads to us.
func heloAddress(ctx context.Context, x *exam, _ subject) Finding {
	if !isHost(x.helo) {
		return Finding{}
	}
	h := x.resolve(ctx, x.helo)
	f := Finding{About: x.helo, Evidence: h.evidence, Says: "the HELO name resolves"}
	switch missing := without(h, x.ips); {
	case len(h.addrs) == 0 && h.unknown:
		f.Result, f.Says, f.Next = Unchecked, "whether the HELO name resolves could not be checked", tryAgain
	case len(h.addrs) == 0:
		f.Result, f.Says = Fail, "the HELO name does not resolve"
		f.Next = "publish an address record for " + x.helo + ", or --helo with a name that has one"
	case len(missing) > 0 && h.unknown:
		f.Result, f.Says, f.Next = Unchecked, fmt.Sprintf("whether the HELO name leads to %s could not be checked", missing[0]), tryAgain
	case len(missing) > 0:
		f.Result, f.Says = Warn, fmt.Sprintf("the HELO name does not lead to %s", missing[0])
		f.Next = fmt.Sprintf("publish %s as an address of %s", missing[0], x.helo)
	}
	return f
}

const tryAgain = "try again, or ask another resolver (--resolver HOST)"

// without are those of ips that the name does not lead to.
func without(h host, ips []netip.Addr) (missing []netip.Addr) {
	for _, ip := range ips {
		if !h.has(ip) {
			missing = append(missing, ip)
		}
	}
	return missing
}

// ownAddress tells which addresses are looked at.
func ownAddress(_ context.Context, x *exam, _ subject) Finding {
	f := Finding{About: join(x.ips), Says: "these are the addresses that servers see"}
	switch hidden := x.private(); {
	case len(x.ips) == 0:
		f.About, f.Result, f.Says = x.HELO, Unchecked, "the address that servers see is not known: the HELO name leads to none"
		if x.HELO == "" {
			f.About, f.Says = "address", "the address that servers see is not known"
		}
		f.Next = "--ip ADDRESS with the public address you send from"
	case len(hidden) > 0:
		f.Result, f.Says = Fail, fmt.Sprintf("servers do not see %s: it is not a public address", hidden[0])
		f.Next = "--ip ADDRESS with the public address that your network sends from"
	case len(x.IPs) == 0:
		f.Says = "the HELO name's addresses are taken for those that servers see"
	}
	return f
}

func (x *exam) private() (all []netip.Addr) {
	for _, ip := range x.ips {
		if !x.AllowPrivate && !validate.Public(ip) {
			all = append(all, ip)
		}
	}
	return all
}

func join[T fmt.Stringer](all []T) string {
	words := make([]string, len(all))
	for i, v := range all {
		words[i] = v.String()
	}
	return strings.Join(words, ", ")
}
