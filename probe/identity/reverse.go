package identity

import (
	"context"
	"fmt"
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
		f.Result, f.Says, f.Next = Unchecked, fmt.Sprintf("whether %s has a PTR record could not be checked", s.ip), tryAgain
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
	return fmt.Sprintf("have whoever runs the network of %s (your hosting or internet provider) set its PTR record to %s", s.ip, name)
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
		f.Result, f.Says, f.Next = Unchecked, fmt.Sprintf("whether the name of %s leads back to it could not be checked", s.ip), tryAgain
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
		f.Result, f.Says = Fail, fmt.Sprintf("we say that we are %s, but %s is %s", x.helo, s.ip, strings.Join(a.Names[:min(len(a.Names), 3)], ", "))
		f.Next = x.wantPTR(s)
		if i := slices.IndexFunc(a.Names, isHost); i >= 0 { // what is no host name is nothing to type
			f.Next = fmt.Sprintf("--helo %s if that name is yours, or %s", a.Names[i], f.Next)
		}
	}
	return f
}
