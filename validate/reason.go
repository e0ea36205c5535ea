package validate

import (
	"fmt"
	"slices"
)

// Verdict is the field's common four: what we conclude about an address.
type Verdict uint8

const (
	Unknown       Verdict = iota // nobody knows, or nobody was asked
	Deliverable                  // the mail host took the recipient, and refuses ones that don't exist
	Risky                        // mail may arrive, but there is a reason not to send
	Undeliverable                // a definite no
)

var verdictNames = [...]string{"unknown", "deliverable", "risky", "undeliverable"}

func (v Verdict) String() string { return verdictNames[v] }

// MarshalText makes a verdict read the same in text, CSV and JSON.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (v *Verdict) UnmarshalText(name []byte) (err error) {
	*v, err = ParseVerdict(string(name))
	return err
}

// ParseVerdict finds a verdict by its name.
func ParseVerdict(name string) (Verdict, error) {
	for v, n := range verdictNames {
		if n == name {
			return Verdict(v), nil
		}
	}
	return 0, fmt.Errorf("unknown verdict %q", name)
}

// List is the output that a row goes to.
type List uint8

const (
	Clean List = iota
	Review
	Removed
)

var listNames = [...]string{"clean", "review", "removed"}

func (l List) String() string { return listNames[l] }

// MarshalText makes a list read the same in text, CSV and JSON.
func (l List) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (l *List) UnmarshalText(name []byte) error {
	i := slices.Index(listNames[:], string(name))
	if i < 0 {
		return fmt.Errorf("unknown list %q", name)
	}
	*l = List(i)
	return nil
}

// Reason says why an address has its verdict. The set is closed and its names are stable.
//
// The order is the order of weight: where several reasons stand for the same list, the first one decides.
type Reason uint8

const (
	// Default list: removed.
	NoAddress Reason = iota
	BadSyntax
	DomainLiteral
	DotlessDomain
	ReservedDomain
	Complained
	OptedOut
	Suppressed
	PastBounce
	NoDomain
	NullMX
	NoMailHost
	MXUnresolvable
	DomainRefused
	MailboxUnknown
	MailboxDisabled
	MailboxMoved
	Disposable
	Duplicate

	// Default list: review.
	ShiftedRow
	OtherColumn
	Doubted
	Unconfirmed
	DNSFailed
	CatchAll
	MailboxFull
	Undetermined
	RelayDenied
	TypoDomain
	MaybeDisposable
	NoReply
	Role
	QuotedLocalPart
	UTF8LocalPart
	DuplicateMailbox
	OtherAddress
	HighRisk

	// Default list: clean.
	SenderBlocked
	RateLimited
	Greylisted
	Temporary
	NoAnswer
	Unproven
	ProbePostponed
	CannotAsk
	Accepted
	NotProbed

	numReasons
)

// reasonRow is one row of the table of reasons, which text, JSON, HTML, man page and README all read.
type reasonRow struct {
	name     string
	verdict  Verdict
	list     List
	hard     bool // a send to such an address ends as a hard bounce
	curable  bool // a later run may know more
	sentence string
	rfc      string
}

var reasonTable = [numReasons]reasonRow{
	NoAddress:      {"no_address", Undeliverable, Removed, false, false, "the row holds no e-mail address", ""},
	BadSyntax:      {"bad_syntax", Undeliverable, Removed, true, false, "this is not a valid e-mail address", "RFC 5321 §4.1.2"},
	DomainLiteral:  {"domain_literal", Undeliverable, Removed, true, false, "the part after the @ is an IP address in brackets, not a domain", "RFC 5321 §4.1.3"},
	DotlessDomain:  {"dotless_domain", Undeliverable, Removed, true, false, "the domain has only one label", "RFC 5321 §2.3.5"},
	ReservedDomain: {"reserved_domain", Undeliverable, Removed, true, false, "the domain is reserved for examples, tests or private networks", "RFC 2606, RFC 6761"},
	Complained:     {"complained", Unknown, Removed, false, false, "this person marked your mail as spam", ""},
	OptedOut:       {"opted_out", Unknown, Removed, false, false, "this person opted out of your mail", ""},
	Suppressed:     {"suppressed", Unknown, Removed, false, false, "it is on your own suppression list, or your sending service no longer mails it", ""},
	PastBounce:     {"past_bounce", Undeliverable, Removed, true, false, "an earlier send to this address bounced hard", ""},
	NoDomain:       {"no_domain", Undeliverable, Removed, true, false, "the domain does not exist", "RFC 1035 §4.1.1"},
	NullMX:         {"null_mx", Undeliverable, Removed, true, false, "the domain states that it accepts no mail", "RFC 7505"},
	NoMailHost:     {"no_mail_host", Undeliverable, Removed, true, false, "the domain has neither a mail server nor an IP address", "RFC 5321 §5.1"},
	MXUnresolvable: {"mx_unresolvable", Undeliverable, Removed, true, false, "none of the domain's mail servers has a public IP address", "RFC 5321 §5.1"},
	DomainRefused:  {"domain_refused", Undeliverable, Removed, true, false, "the mail server says that the domain accepts no mail", "RFC 7504"},

	MailboxUnknown:  {"mailbox_unknown", Undeliverable, Removed, true, false, "the mail server does not know this mailbox", "RFC 3463 X.1.1"},
	MailboxDisabled: {"mailbox_disabled", Undeliverable, Removed, true, false, "the mailbox is disabled", "RFC 3463 X.2.1"},
	MailboxMoved:    {"mailbox_moved", Undeliverable, Removed, true, false, "the mailbox has moved", "RFC 3463 X.1.6"},
	Disposable:      {"disposable", Risky, Removed, false, false, "the address is disposable", ""},
	Duplicate:       {"duplicate", Unknown, Removed, false, false, "the same address is in an earlier row", ""},

	ShiftedRow:       {"shifted_row", Risky, Review, false, false, "the row's cells do not line up with the header; the address is in another cell", ""},
	OtherColumn:      {"other_column", Risky, Review, false, false, "the address is in another e-mail column of the same person", ""},
	Doubted:          {"doubted", Unknown, Review, false, false, "another verifier rated the address invalid or unsafe to mail", ""},
	Unconfirmed:      {"unconfirmed", Unknown, Review, false, false, "this person never confirmed the subscription", ""},
	DNSFailed:        {"dns_failed", Unknown, Review, false, true, "DNS gave no conclusive answer about the domain", ""},
	CatchAll:         {"catch_all", Risky, Review, false, false, "the mail server accepts any recipient at this domain", ""},
	MailboxFull:      {"mailbox_full", Risky, Review, false, false, "the mailbox is full", "RFC 3463 X.2.2"},
	Undetermined:     {"undetermined", Unknown, Review, false, false, "the mail server's reply is ambiguous", ""},
	RelayDenied:      {"relay_denied", Unknown, Review, false, false, "the mail server says that it does not handle this domain", ""},
	TypoDomain:       {"typo_domain", Risky, Review, false, false, "the domain looks like a typo but has a mail server: it may be a trap", ""},
	MaybeDisposable:  {"maybe_disposable", Risky, Review, false, false, "at least one list calls this domain disposable", ""},
	NoReply:          {"no_reply", Risky, Review, false, false, "nobody reads mail to this address", ""},
	Role:             {"role", Risky, Review, false, false, "the address belongs to a role, not to a person", "RFC 2142"},
	QuotedLocalPart:  {"quoted_local_part", Risky, Review, false, false, "a quoted local part is valid, but many systems refuse it", "RFC 5321 §4.1.2"},
	UTF8LocalPart:    {"utf8_local_part", Risky, Review, false, false, "the part before the @ has non-ASCII letters, which many mail servers refuse", "RFC 6531"},
	DuplicateMailbox: {"duplicate_mailbox", Risky, Review, false, false, "the same mailbox is in an earlier row, spelt differently", ""},
	OtherAddress:     {"other_address", Risky, Review, false, false, "the row has one address that may be mailed and one that may not", ""},
	HighRisk:         {"high_risk", Risky, Review, false, false, "its predicted bounce risk exceeds your limit", ""},

	SenderBlocked:  {"sender_blocked", Unknown, Clean, false, true, "the mail server refused us as a sender, which says nothing about the mailbox", "RFC 3463 X.7.1"},
	RateLimited:    {"rate_limited", Unknown, Clean, false, true, "the mail server is limiting how often we may ask", ""},
	Greylisted:     {"greylisted", Unknown, Clean, false, true, "the mail server asks us to try again later", "RFC 6647"},
	Temporary:      {"temporary", Unknown, Clean, false, true, "the mail server has a temporary problem", "RFC 5321 §4.2.1"},
	NoAnswer:       {"no_answer", Unknown, Clean, false, true, "the mail server did not answer", ""},
	Unproven:       {"unproven", Unknown, Clean, false, true, "the mail server accepts this recipient, but may accept every recipient", ""},
	ProbePostponed: {"postponed", Unknown, Clean, false, true, "the mail server was not asked yet: the run was stopped, ran out of time or met a limit", ""},
	CannotAsk:      {"cannot_ask", Unknown, Clean, false, false, "this mail server's replies prove nothing about a mailbox", ""},
	Accepted:       {"accepted", Deliverable, Clean, false, false, "the mail server accepts this recipient and refuses made-up ones", "RFC 3463 X.1.5"},
	NotProbed:      {"not_probed", Unknown, Clean, false, false, "no problems found; the mail server was not asked", ""},
}

func (r Reason) String() string { return reasonTable[r].name }

// Verdict is what the reason means for the address. It never depends on settings.
func (r Reason) Verdict() Verdict { return reasonTable[r].verdict }

// List is the list a row with this reason goes to unless a [Policy] says otherwise.
func (r Reason) List() List { return reasonTable[r].list }

// HardBounce reports whether a send to such an address is expected to end as a hard bounce.
func (r Reason) HardBounce() bool { return reasonTable[r].hard }

// Curable reports whether a later run may know more.
func (r Reason) Curable() bool { return reasonTable[r].curable }

// Sentence explains the reason to a person: no capital, no full stop.
func (r Reason) Sentence() string { return reasonTable[r].sentence }

// RFC names the section the reason rests on, or is empty.
func (r Reason) RFC() string { return reasonTable[r].rfc }

// MarshalText makes a reason read the same in text, CSV and JSON.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (r *Reason) UnmarshalText(name []byte) (err error) {
	*r, err = ParseReason(string(name))
	return err
}

// AllReasons lists the closed set in order of weight.
func AllReasons() []Reason {
	all := make([]Reason, numReasons)
	for i := range all {
		all[i] = Reason(i)
	}
	return all
}

// ParseReason finds a reason by its stable name.
func ParseReason(name string) (Reason, error) {
	for i, row := range reasonTable {
		if row.name == name {
			return Reason(i), nil
		}
	}
	return 0, fmt.Errorf("unknown reason %q", name)
}
