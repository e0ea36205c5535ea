package dns

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// Type is a record type.
type Type uint16

// The types that can be asked for.
const (
	// The supported record types.
	A    = Type(dns.TypeA)
	AAAA = Type(dns.TypeAAAA)
	MX   = Type(dns.TypeMX)
	TXT  = Type(dns.TypeTXT)
	PTR  = Type(dns.TypePTR)
	TLSA = Type(dns.TypeTLSA)
)

func (t Type) String() string { return dns.Type(t).String() }

// Outcome is how a question ended. Only the first three are answers; the others say nothing about the name.
type Outcome uint8

const (
	Found    Outcome = iota // there are records of the type
	NoData                  // the name exists without records of the type (RFC 2308 §2.2)
	NXDomain                // the name, or what its CNAME leads to, does not exist (RFC 2308 §2.1)
	servFail                // the resolver could not find out
	refused                 // the resolver does not want our questions
	badRcode                // FORMERR, NOTIMP and other complaints
	// a referral instead of an answer: this server is not a resolver, or the delegation is lame
	lame
	malformed   // an answer that can't be read, or whose CNAMEs run in a circle
	timedOut    // nothing came in time
	unreachable // the question could not be sent, or nobody listens there
	cancelled   // the caller's context ended first
	Unaskable   // the name is not a DNS name, or there is no resolver: Err says which
)

var outcomeWords = [...]string{
	"found", "NODATA", "NXDOMAIN", "SERVFAIL", "REFUSED", "an error", "a referral", "a malformed answer",
	"no answer", "unreachable", "given up", "not asked",
}

func (o Outcome) String() string {
	if int(o) >= len(outcomeWords) {
		return fmt.Sprintf("outcome(%d)", uint8(o))
	}
	return outcomeWords[o]
}

// Answer is the result of one question.
type Answer struct {
	Name      string // as asked, without trailing dot
	Type      Type
	Outcome   Outcome
	Server    string        // who said so, HOST:PORT
	Took      time.Duration // the last try alone
	Tries     int
	TTL       time.Duration // the shortest on the way; of a no, what its SOA allows (RFC 2308 §5); zero if unknown
	Canonical string        // where the CNAMEs lead, lower case, without trailing dot; Name where there are none
	SOA       bool          // a no came with the proof of a SOA in its authority section
	TCP       bool          // it was truncated over UDP
	Clipped   bool          // it had more records than [MaxRecords]; the first ones are kept
	EDE       []EDE         // extended errors (RFC 8914), at most four
	Secure    bool          // the resolver verified the answer by DNSSEC (the AD bit); asked for with TLSA alone
	Err       error         // what the network or the parser said, if it did

	// The records, by type. At most one of these is filled.
	MX    []Mail
	Addrs []netip.Addr
	Texts []string // each TXT record's strings joined (RFC 7208 §3.3): any octets, so never for a terminal
	Names []string // of PTR records, lower case, without trailing dot
	TLSA  []Binding
}

// Binding is a TLSA record (RFC 6698 §2.1), without the data that a certificate is compared with.
type Binding struct{ Usage, Selector, Matching uint8 }

// MaxRecords is the maximum number of records kept from one answer.
const MaxRecords = 256

// Mail is an MX record.
type Mail struct {
	Preference uint16
	Host       string // lower case, without trailing dot; empty for a null MX (RFC 7505)
}

// EDE is an extended DNS error.
type EDE struct {
	Code uint16
	Text string // printable ASCII, at most 80 bytes
}

// unreliable are the extended errors that mean that the answer isn't what the world's DNS says at present (RFC 8914
// §4).
var unreliable = map[uint16]bool{
	dns.ExtendedErrorCodeForgedAnswer:        true,
	dns.ExtendedErrorCodeBlocked:             true,
	dns.ExtendedErrorCodeCensored:            true,
	dns.ExtendedErrorCodeFiltered:            true,
	dns.ExtendedErrorCodeStaleNXDOMAINAnswer: true,
}

// Definite reports whether the answer can be relied on: it has records, or it is a negative answer with a SOA, and no
// extended error calls it blocked, censored, filtered, forged or stale.
func (a Answer) Definite() bool {
	answered := a.Outcome == Found || ((a.Outcome == NoData || a.Outcome == NXDomain) && a.SOA)
	marked := slices.ContainsFunc(a.EDE, func(e EDE) bool { return unreliable[e.Code] })
	return answered && !marked
}

// String names the error: "EDE 15 Blocked: by law".
func (e EDE) String() string {
	s := fmt.Sprintf("EDE %d %s", e.Code, dns.ExtendedErrorCodeToString[e.Code])
	if e.Text != "" {
		s += ": " + e.Text
	}
	return s
}

// String describes the answer and its source: "NXDOMAIN from 192.0.2.53:53 without SOA".
func (a Answer) String() string {
	var b strings.Builder
	b.WriteString(a.Outcome.String())
	if a.Server != "" {
		b.WriteString(" from " + a.Server)
	}
	if (a.Outcome == NoData || a.Outcome == NXDomain) && !a.SOA {
		b.WriteString(" without SOA")
	}
	for _, e := range a.EDE {
		b.WriteString(", " + e.String())
	}
	if a.Err != nil {
		b.WriteString(": " + a.Err.Error())
	}
	return b.String()
}
