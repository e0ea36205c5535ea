package validate

import (
	"net/netip"
	"time"
)

// MailStatus is what DNS says about a domain's mail. NotAsked and NoAnswer are not noes (law 3: "don't know"
// is an answer).
type MailStatus uint8

const (
	NotAsked     MailStatus = iota // DNS was not asked about this domain
	HasMX                          // at least one mail host has a public address
	ImplicitMX                     // no MX, but the domain itself has an address (RFC 5321 §5.1)
	IsNullMX                       // "MX 0 ." alone (RFC 7505)
	NXDomain                       // the name does not exist, and the brake's conditions for believing so hold
	NoMX                           // the name exists with neither MX nor address
	Unresolvable                   // MX exists, and definitely none of its hosts has a public address
	NoDNSAnswer                    // time-out, SERVFAIL, REFUSED, filtered or doubted: Detail says which
)

var mailStatusNames = [...]string{"not_asked", "mx", "implicit_mx", "null_mx", "nxdomain", "no_mx", "mx_unresolvable",
	"no_answer"}

func (s MailStatus) String() string { return nameIn(mailStatusNames[:], "mail status", s) }

// Takes reports whether DNS shows somewhere to deliver to.
func (s MailStatus) Takes() bool { return s == HasMX || s == ImplicitMX }

// Mail is the fact that DNS gave about one domain. The zero value means that nobody asked.
type Mail struct {
	Status MailStatus
	// lowest preference number first, at least one of them usable; the domain itself for an implicit MX
	Hosts []MailHost
	// who runs the preferred host: a row of the providers table, else its registrable domain, else its /24
	Operator string
	Detail   string        // what was said and by whom, where Status is a no or no answer: "SERVFAIL from 192.0.2.53"
	TTL      time.Duration // the shortest of the answers'; zero for no answer
	Asked    time.Time
}

// MailHost is one target of an MX record.
type MailHost struct {
	Name       string // A-label form, lower case, no trailing dot
	Preference uint16
	// public ones only, unless private networks are allowed; none if DNS gave no answer about the name
	Addrs []netip.Addr
}

// reasons by what DNS said; the rest say nothing against the address.
var mailReasons = [...]Reasons{
	IsNullMX:     1 << NullMX,
	NXDomain:     1 << NoDomain,
	NoMX:         1 << NoMailHost,
	Unresolvable: 1 << MXUnresolvable,
	NoDNSAnswer:  1 << DNSFailed,
}

// Reasons says what the fact speaks for.
func (s MailStatus) Reasons() Reasons {
	if int(s) >= len(mailReasons) {
		return 0
	}
	return mailReasons[s]
}
