package mx

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
)

// Canaries are domains that can't be gone: the biggest operators' own. Whoever says that they take no mail is wrong
// about other domains too.
var canaries = []string{"gmail.com", "outlook.com", "yahoo.com", "icloud.com"}

// Canaries returns the domains of large operators that Lookup queries by default to test DNS.
func Canaries() []string { return append([]string(nil), canaries...) }

// Doubt is the reason that DNS cannot be trusted at present. The zero value means that it can.
type Doubt struct {
	Why string // a sentence without full stop
}

// confirmed lets an answer that would cost a domain its place stand only if a second resolver, or else a repeat,
// doesn't know better.
func (l *Lookup) confirmed(ctx context.Context, a dns.Answer) dns.Answer {
	if !a.Definite() || (a.Outcome != dns.NXDomain && !l.nowhere(a)) {
		return a
	}
	return l.DNS.Confirm(ctx, a)
}

// nowhere reports whether an answer has addresses, and none that is usable: so do filters that send to 0.0.0.0.
func (l *Lookup) nowhere(a dns.Answer) bool {
	return len(a.Addrs) > 0 && !slices.ContainsFunc(a.Addrs, func(ip netip.Addr) bool {
		return usable(ip,
			l.AllowPrivate)
	})
}

// Doubt queries the canaries one after the other and returns the reason that DNS cannot be trusted, if there is one.
func (l *Lookup) Doubt(ctx context.Context) Doubt {
	if !l.DNS.Trusted() {
		return Doubt{"every resolver returns answers for names that do not exist"}
	}
	for _, name := range l.canaries() {
		if d := l.canary(ctx, name); d != (Doubt{}) {
			return d
		}
	}
	return Doubt{}
}

func (l *Lookup) canaries() []string {
	if l.Canaries == nil {
		return canaries
	}
	return l.Canaries
}

// canary queries one canary. A temporary failure is retried twice, a negative answer is not. The end of ctx
// is not a doubt.
func (l *Lookup) canary(ctx context.Context, name string) Doubt {
	for try := 0; ; try++ {
		m := l.Mail(ctx, name)
		if m.Status == validate.HasMX || ctx.Err() != nil {
			return Doubt{}
		}
		if m.Status != validate.NoDNSAnswer || try == 2 {
			return Doubt{fmt.Sprintf("%s is known to accept mail, but DNS does not confirm it: %s", name,
				cmp.Or(m.Detail, m.Status.String()))}
		}
		wait(ctx, cmp.Or(l.pause, 2*time.Second))
	}
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
