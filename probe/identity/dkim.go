package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/probe/auth"
	"github.com/prebounce/prebounce/validate/dns"
)

// bits of RSA keys: what RFC 8301 §3.2 asks verifiers for, and what it asks signers for.
const (
	leastBits = 1024
	goodBits  = 2048
)

// eachSelector are the selectors that were named; else one subject stands for all that are to be tried.
func eachSelector(x *exam) (all []subject) {
	if x.domain == "" {
		return nil
	}
	for _, s := range x.asked.Selectors {
		all = append(all, subject{name: plainName(s)})
	}
	if len(all) == 0 {
		return once(x)
	}
	return all
}

// dkimKey looks at the key of a selector.
func dkimKey(ctx context.Context, x *exam, s subject) Finding {
	if s.name == "" {
		return x.guessKeys(ctx)
	}
	name := s.name + "._domainkey." + x.domain
	k := auth.LookupKey(ctx, resolver{x}, s.name, x.domain)
	f := Finding{About: name, Evidence: evidence(x.ask(ctx, name, dns.TXT))}
	f.Next = "publish the TXT record of " + name + " as the software or service that signs gives it"
	switch {
	case k.Temporary:
		f.Next = tryAgain
		return f.unchecked("whether there is a DKIM key for the selector %s could not be checked", s.name)
	case errors.Is(k.Err, auth.ErrNoKey):
		f.Result, f.Says = Fail, fmt.Sprintf("there is no DKIM key for the selector %s", s.name)
	case k.Revoked:
		f.Result, f.Says = Fail, fmt.Sprintf("the DKIM key of the selector %s is revoked: its p= is empty", s.name)
		f.Next = "sign with another selector, or publish its key again"
	case k.Err != nil:
		f.Result, f.Says = Fail, fmt.Sprintf(
			"the DKIM key of the selector %s can't be used: %s", s.name, cut(k.Err.Error()),
		)
	case k.Testing:
		f.Result, f.Says = Warn, "the DKIM key is marked as a test (t=y), so servers may take what it signs for "+
			"unsigned"
		f.Next = "take t=y out of the record of " + name
	case k.Bits > 0 && k.Bits < goodBits:
		f.Result, f.Says = Warn, fmt.Sprintf(
			"the DKIM key has %d bits: servers take keys from %d, and %d are the rule", k.Bits, leastBits, goodBits,
		)
		f.Next = fmt.Sprintf("make a key of %d bits under a new selector", goodBits)
	default:
		f.Says, f.Next = "the DKIM key is sound", ""
		if k.Bits > 0 {
			f.Says = fmt.Sprintf("the DKIM key is sound, of %d bits", k.Bits)
		}
	}
	return f
}

// guessKeys tries the selectors of the sending service, else of all that are known.
func (x *exam) guessKeys(ctx context.Context) Finding {
	f := Finding{About: "_domainkey." + x.domain}
	top := x.ask(ctx, f.About, dns.TXT)
	f.Evidence = evidence(top)
	if !top.Definite() {
		f.Next = tryAgain
		return f.unchecked("whether there is a DKIM key could not be checked")
	}
	// Keys are tried also where nothing should be below (RFC 8020): some servers don't know that.
	found := x.tryKeys(ctx, x.usualSelectors())
	service, known := ServiceNamed(x.asked.ESP)
	switch {
	case len(found) > 0:
		f.Says, f.Evidence = "there are DKIM keys for "+strings.Join(found, ", "), nil
		for _, s := range found {
			f.Evidence = append(f.Evidence, evidence(x.ask(ctx, s+"._domainkey."+x.domain, dns.TXT))...)
		}
		return f
	case top.Outcome == dns.NXDomain:
		f.Result, f.Says, f.Next = Fail, x.domain+" has no DKIM key at all", "have your mail signed: see the "+
			"settings of your mail host or sending service for DKIM"
	case known && len(service.Selectors) > 0:
		f.Result, f.Says = Fail, fmt.Sprintf(
			"none of the selectors that %s uses has a DKIM key: %s", service.Title,
			strings.Join(service.Selectors, ", "),
		)
		f.Next = "publish the DKIM records that " + service.Title + " shows for " + x.domain
	default:
		f.Next = "--dkim-selector S: it stands as s= in the DKIM-Signature of a mail that you have sent"
		return f.unchecked("no DKIM key was found under the usual selectors: name yours")
	}
	return f
}

// usualSelectors are those of the sending service, else of all.
func (x *exam) usualSelectors() (all []string) {
	if s, ok := ServiceNamed(x.asked.ESP); ok && len(s.Selectors) > 0 {
		return s.Selectors
	}
	for _, s := range services {
		for _, selector := range s.Selectors {
			if !slices.Contains(all, selector) {
				all = append(all, selector)
			}
		}
	}
	return all
}

// tryKeys are the selectors that have a key that can be used, in their order.
func (x *exam) tryKeys(ctx context.Context, selectors []string) (found []string) {
	usable := make([]bool, len(selectors))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, s := range selectors {
		group.Go(func() error {
			usable[i] = auth.LookupKey(ctx, resolver{x}, s, x.domain).Err == nil
			return nil
		})
	}
	group.Wait()
	for i, s := range selectors {
		if usable[i] {
			found = append(found, s)
		}
	}
	return found
}
