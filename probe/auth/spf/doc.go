// Package spf reads and evaluates SPF records (RFC 7208).
//
// [Parse] holds a whole record to the grammar of RFC 7208 §12, so a fault behind the term that matches is found, too:
// §4.6 has receivers reject such a record before they evaluate any of it. [Checker.Check] evaluates a sender's record
// and reports the terms that led to the result and the terms that cost DNS lookups.
//
// Two deviations are deliberate. The explanation that exp= names is never fetched, because nobody here shows it. A
// lookup counts as void by the term that caused it (§4.6.4), not by the address of each MX host.
package spf

import (
	"context"
	"errors"
	"net"
	"net/netip"
)

// Result is how an evaluation ended (RFC 7208 §2.6), spelled as RFC 8601 §2.7.2 does.
type Result string

// The results.
const (
	None      Result = "none"      // the domain publishes no SPF record, or is not a domain
	Neutral   Result = "neutral"   // the record says nothing about the client
	Pass      Result = "pass"      // the client may send
	Fail      Result = "fail"      // the client may not send
	SoftFail  Result = "softfail"  // the client probably may not send
	TempError Result = "temperror" // DNS did not answer
	PermError Result = "permerror" // a record cannot be interpreted, or costs too many lookups
)

// Resolver asks DNS; a [*net.Resolver] is one. An error that is a [*net.DNSError] with IsNotFound means that the name
// or the record does not exist. Any other error means that nothing is known.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) // network: "ip4" or "ip6"
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// notFound reports whether DNS said that there is no such record.
func notFound(err error) bool {
	var e *net.DNSError
	return errors.As(err, &e) && e.IsNotFound && !e.IsTemporary
}
