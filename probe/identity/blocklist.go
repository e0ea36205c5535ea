package identity

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/prebounce/prebounce/validate/dns"
)

// listing asks one blocklist about one of our addresses (RFC 5782 §2.1), or about the sender's domain (§2.3).
func listing(ctx context.Context, x *exam, s subject) Finding {
	f := Finding{About: s.suspect() + " at " + s.list.String()}
	if !isHost(s.list.Zone) {
		f.Next = "--blocklist with the zone's name, such as zen.spamhaus.org"
		return f.unchecked("invalid blocklist zone %q", s.list)
	}
	if public := publicResolver(x.asked.DNS); public != "" {
		f.Next = "ask through a resolver of your own, such as unbound on this machine (--resolver 127.0.0.1)"
		return f.unchecked(
			"%s was not asked: blocklists do not answer through public resolvers such as %s", s.list.Name, public,
		)
	}
	if f = x.works(ctx, f, s); f.Says != "" {
		return f
	}
	name := s.queried() + "." + s.list.Zone
	a := x.hear(ctx, name, dns.A)
	f.Evidence = append(f.Evidence, s.list.evidence(a)...)
	switch {
	case !a.Definite():
		f.Next = tryAgain
		return f.unchecked("%s could not be asked", s.list.Name)
	case a.Outcome != dns.Found:
		f.Says = fmt.Sprintf("%s does not list %s", s.list.Name, s.suspect())
		return f
	}
	return x.onList(ctx, f, s, a)
}

// suspect is what a list is asked about.
func (s subject) suspect() string {
	if s.list.Domains {
		return s.name
	}
	return s.ip.String()
}

// queried is the suspect as it stands in the name that is asked for.
func (s subject) queried() string {
	if s.list.Domains {
		return s.name
	}
	return dns.Reversed(s.ip)
}

// testNames are what the list has, and what no list has, in the same form.
func (s subject) testNames() (there, absent string) {
	if s.list.Domains {
		return cmp.Or(s.list.Test, "test"), "invalid"
	}
	entries := testEntries[s.ip.Is4()]
	return dns.Reversed(entries[0]), dns.Reversed(entries[1])
}

func (f Finding) unchecked(format string, args ...any) Finding {
	f.Result, f.Says = Unchecked, fmt.Sprintf(format, args...)
	return f
}

// evidence hides the key that a customer's zone begins with.
func (l *List) evidence(a dns.Answer) []string {
	lines := evidence(a)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], l.Zone, l.shown)
	}
	return lines
}

// testEntries are the addresses that every list has, and those that none has, by family (RFC 5782 §5).
var testEntries = map[bool][2]netip.Addr{
	true:  {netip.MustParseAddr("127.0.0.2"), netip.MustParseAddr("127.0.0.1")},
	false: {netip.MustParseAddr("::ffff:7f00:2"), netip.MustParseAddr("::ffff:7f00:1")},
}

// works returns a finding that says why the list's word does not count, else one that says nothing yet.
func (x *exam) works(ctx context.Context, f Finding, s subject) Finding {
	there, absent := s.testNames()
	a := x.hear(ctx, there+"."+s.list.Zone, dns.A)
	switch {
	case !a.Definite():
		f.Evidence, f.Next = s.list.evidence(a), tryAgain
		return f.unchecked("%s could not be asked", s.list.Name)
	case a.Outcome != dns.Found:
		f.Evidence = s.list.evidence(a)
		f.Next = "see whether the list still exists, and whom it answers: " + s.list.about()
		return f.unchecked(
			"%s does not know its own test entry: it is closed, does not know such entries, or does not answer us",
			s.list.Name,
		)
	}
	for _, ip := range a.Addrs {
		if c := s.list.read(ip); c.Result == Unchecked {
			f.Evidence = s.list.evidence(a)
			return s.list.saysNothing(f, c)
		}
	}
	if a = x.hear(ctx, absent+"."+s.list.Zone, dns.A); a.Outcome == dns.Found {
		f.Evidence, f.Next = s.list.evidence(a), "take it out: it is closed, or somebody on the way answers for it"
		return f.unchecked("%s lists everything, even what no list has", s.list.Name)
	}
	return f
}

func (l *List) saysNothing(f Finding, c Code) Finding {
	f.Next = "see whom the list answers, and what: " + l.about()
	return f.unchecked("%s makes no statement: %s", l.Name, c.Means)
}

// about is where more can be read of a list.
func (l *List) about() string {
	if l.Page == "" {
		return l.shown
	}
	return l.Page
}

// onList says what a listing means. The gravest code counts.
func (x *exam) onList(ctx context.Context, f Finding, s subject, a dns.Answer) Finding {
	var worst Code
	for _, ip := range a.Addrs {
		if c := s.list.read(ip); c.Result >= worst.Result {
			worst = c
		}
	}
	f.Result = worst.Result
	if f.Result == Unchecked {
		return s.list.saysNothing(f, worst)
	}
	if t := x.hear(ctx, a.Name, dns.TXT); t.Outcome == dns.Found {
		f.Evidence = append(f.Evidence, s.list.evidence(t)...)
	}
	f.Says = fmt.Sprintf("%s lists %s: %s", s.list.Name, s.suspect(), worst.Means)
	f.Next = "find out why and stop it, then ask for removal: " + s.list.about()
	return f
}
