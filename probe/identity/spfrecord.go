package identity

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"blitiri.com.ar/go/spf"

	"github.com/prebounce/prebounce/validate/dns"
)

// The limits of RFC 7208 §4.6.4, and how far we count beyond them.
const (
	spfLookups  = 10
	spfVoid     = 2
	mostCounted = 30
)

// nobodys is an address that no sender has (RFC 1112 §4), so that only a record that is open to everybody lets it pass, and all
// terms are evaluated.
var nobodys = netip.AddrFrom4([4]byte{240, 0, 0, 1})

// spfRecord judges the record for itself, whoever sends.
func spfRecord(ctx context.Context, x *exam, _ subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	records := x.spfRecords(ctx, x.domain)
	f := Finding{About: x.domain, Evidence: x.spfEvidence(ctx)}
	switch a := x.ask(ctx, x.domain, dns.TXT); {
	case !a.Definite():
		f.Result, f.Says, f.Next = Unchecked, "the SPF record could not be read", tryAgain
	case len(records) == 0: // the check of its result tells
		return Finding{}
	case len(records) > 1:
		f.Result, f.Says = Fail, fmt.Sprintf("%s has %d SPF records, so none of them counts (RFC 7208 §4.5)", x.domain, len(records))
		f.Next = "make one record of them: \"v=spf1\" once, then the terms of all, then one \"all\""
	default:
		x.evaluate(ctx, &f)
	}
	return f
}

// evaluate counts what the record takes to evaluate.
func (x *exam) evaluate(ctx context.Context, f *Finding) {
	r := resolver{x: x, ip: nobodys}
	result, err := r.check(ctx, x.domain, spf.OverrideLookupLimit(mostCounted), spf.OverrideVoidLookupLimit(mostCounted))
	lookups := r.least(ctx, spf.ErrLookupLimitReached, spf.OverrideLookupLimit, spf.OverrideVoidLookupLimit)
	void := r.least(ctx, spf.ErrVoidLookupLimitReached, spf.OverrideVoidLookupLimit, spf.OverrideLookupLimit)
	f.Evidence = append(f.Evidence, fmt.Sprintf("it takes %s lookups, %s of them void", count(lookups), count(void)))
	switch {
	case result == spf.TempError:
		f.Result, f.Says, f.Next = Unchecked, "the SPF record could not be read to its end", tryAgain
		f.Evidence = append(f.Evidence[:len(f.Evidence)-1], cut(err.Error()))
	case lookups > spfLookups || void > spfVoid:
		f.Result, f.Says = Warn, fmt.Sprintf("servers may refuse to read the SPF record of %s: at most %d lookups and %d void ones are allowed", x.domain, spfLookups, spfVoid)
		f.Next = "take out include, a, mx, exists and redirect terms that are not needed, or write the addresses themselves (ip4, ip6)"
	case result == spf.PermError:
		f.Result, f.Says, f.Next = Fail, fmt.Sprintf("the SPF record of %s is malformed: %s", x.domain, cut(err.Error())), "mend the record"
	case result == spf.Pass:
		f.Result, f.Says = Warn, fmt.Sprintf("everybody may send in the name of %s: its SPF record lets pass an address that is nobody's", x.domain)
		f.Next = "end the record with \"-all\" or \"~all\", and name those who send"
		f.Evidence = append(f.Evidence, "matched: "+r.matched(ctx, x.domain))
	default:
		f.Says = "the SPF record is sound"
	}
}

// least is the smallest limit that the record keeps; the other limit is out of the way. The answers are remembered, so it asks
// nobody anew.
func (r resolver) least(ctx context.Context, reached error, limit, other func(uint) spf.Option) uint {
	for n := range uint(mostCounted) {
		if _, err := r.check(ctx, r.x.domain, limit(n), other(mostCounted)); !errors.Is(err, reached) {
			return n
		}
	}
	return mostCounted
}

func count(n uint) string {
	if n == mostCounted {
		return fmt.Sprintf("%d or more", mostCounted)
	}
	return fmt.Sprint(n)
}
