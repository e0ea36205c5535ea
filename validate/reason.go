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

func (v Verdict) String() string { return nameIn(verdictNames[:], "verdict", v) }

// nameIn is the name that a table gives to a number, or the number itself where the table has no place for it.
func nameIn[N ~uint8](names []string, kind string, n N) string {
	if int(n) < len(names) {
		return names[n]
	}
	return fmt.Sprintf("%s(%d)", kind, uint8(n))
}

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

func (l List) String() string { return nameIn(listNames[:], "list", l) }

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
// The order is the order of weight: where several reasons stand for the same list, the first one decides. The
// zero value is [NoReason], which is not a member of the set.
type Reason uint8

const (
	NoReason Reason = iota // nothing was judged; it decides nothing

	// Default list: removed.
	NoAddress
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
	NoReason: {"none", Unknown, Clean, false, false, "nothing was judged", ""},

	NoAddress: {"no_address", Undeliverable, Removed, false, false, "the row holds no e-mail address", ""},
	BadSyntax: {"bad_syntax", Undeliverable, Removed, true, false, "this is not a valid e-mail address",
		"RFC 5321 §4.1.2"},
	DomainLiteral: {"domain_literal", Undeliverable, Removed, true, false,
		"the part after the @ is an IP address in brackets, not a domain", "RFC 5321 §4.1.3"},
	DotlessDomain: {"dotless_domain", Undeliverable, Removed, true, false, "the domain has only one label",
		"RFC 5321 §2.3.5"},
	ReservedDomain: {"reserved_domain", Undeliverable, Removed, true, false,
		"the domain is reserved for examples, tests or private networks", "RFC 2606, RFC 6761"},
	Complained: {"complained", Unknown, Removed, false, false, "this person marked your mail as spam", ""},
	OptedOut:   {"opted_out", Unknown, Removed, false, false, "this person opted out of your mail", ""},
	Suppressed: {"suppressed", Unknown, Removed, false, false,
		"it is on your own suppression list, or your sending service no longer mails it", ""},
	PastBounce: {"past_bounce", Undeliverable, Removed, true, false,
		"an earlier send to this address bounced hard", ""},
	NoDomain: {"no_domain", Undeliverable, Removed, true, false, "the domain does not exist", "RFC 1035 §4.1.1"},
	NullMX: {"null_mx", Undeliverable, Removed, true, false, "the domain states that it accepts no mail",
		"RFC 7505"},
	NoMailHost: {"no_mail_host", Undeliverable, Removed, true, false,
		"the domain has neither a mail server nor an IP address", "RFC 5321 §5.1"},
	MXUnresolvable: {"mx_unresolvable", Undeliverable, Removed, true, false,
		"none of the domain's mail servers has a public IP address", "RFC 5321 §5.1"},
	DomainRefused: {"domain_refused", Undeliverable, Removed, true, false,
		"the mail server says that the domain accepts no mail", "RFC 7504"},

	MailboxUnknown: {"mailbox_unknown", Undeliverable, Removed, true, false,
		"the mail server does not know this mailbox", "RFC 3463 X.1.1"},
	MailboxDisabled: {"mailbox_disabled", Undeliverable, Removed, true, false, "the mailbox is disabled",
		"RFC 3463 X.2.1"},
	MailboxMoved: {"mailbox_moved", Undeliverable, Removed, true, false, "the mailbox has moved", "RFC 3463 X.1.6"},
	Disposable:   {"disposable", Risky, Removed, false, false, "the address is disposable", ""},
	Duplicate:    {"duplicate", Unknown, Removed, false, false, "the same address is in an earlier row", ""},

	ShiftedRow: {"shifted_row", Risky, Review, false, false,
		"the row's cells do not line up with the header; the address is in another cell", ""},
	OtherColumn: {"other_column", Risky, Review, false, false,
		"the address is in another e-mail column of the same person", ""},
	Doubted: {"doubted", Unknown, Review, false, false,
		"another verifier rated the address invalid or unsafe to mail", ""},
	Unconfirmed: {"unconfirmed", Unknown, Review, false, false, "this person never confirmed the subscription",
		""},
	DNSFailed: {"dns_failed", Unknown, Review, false, true, "DNS gave no conclusive answer about the domain",
		""},
	CatchAll: {"catch_all", Risky, Review, false, false,
		"the mail server accepts any recipient at this domain", ""},
	MailboxFull:  {"mailbox_full", Risky, Review, false, false, "the mailbox is full", "RFC 3463 X.2.2"},
	Undetermined: {"undetermined", Unknown, Review, false, false, "the mail server's reply is ambiguous", ""},
	RelayDenied: {"relay_denied", Unknown, Review, false, false,
		"the mail server says that it does not handle this domain", ""},
	TypoDomain: {"typo_domain", Risky, Review, false, false,
		"the domain looks like a typo but has a mail server: it may be a trap", ""},
	MaybeDisposable: {"maybe_disposable", Risky, Review, false, false,
		"at least one list calls this domain disposable", ""},
	NoReply: {"no_reply", Risky, Review, false, false, "nobody reads mail to this address", ""},
	Role: {"role", Risky, Review, false, false, "the address belongs to a role, not to a person",
		"RFC 2142"},
	QuotedLocalPart: {"quoted_local_part", Risky, Review, false, false,
		"a quoted local part is valid, but many systems refuse it", "RFC 5321 §4.1.2"},
	UTF8LocalPart: {"utf8_local_part", Risky, Review, false, false,
		"the part before the @ has non-ASCII letters, which many mail servers refuse", "RFC 6531"},
	DuplicateMailbox: {"duplicate_mailbox", Risky, Review, false, false,
		"the same mailbox is in an earlier row, spelt differently", ""},
	OtherAddress: {"other_address", Risky, Review, false, false,
		"the row has one address that may be mailed and one that may not", ""},
	HighRisk: {"high_risk", Risky, Review, false, false, "its predicted bounce risk exceeds your limit", ""},

	SenderBlocked: {"sender_blocked", Unknown, Clean, false, true,
		"the mail server refused us as a sender, which says nothing about the mailbox", "RFC 3463 X.7.1"},
	RateLimited: {"rate_limited", Unknown, Clean, false, true, "the mail server is limiting how often we may ask",
		""},
	Greylisted: {"greylisted", Unknown, Clean, false, true, "the mail server asks us to try again later",
		"RFC 6647"},
	Temporary: {"temporary", Unknown, Clean, false, true, "the mail server has a temporary problem",
		"RFC 5321 §4.2.1"},
	NoAnswer: {"no_answer", Unknown, Clean, false, true, "the mail server did not answer", ""},
	Unproven: {"unproven", Unknown, Clean, false, true,
		"the mail server accepts this recipient, but may accept every recipient", ""},
	ProbePostponed: {"postponed", Unknown, Clean, false, true,
		"the mail server was not asked yet: the run was stopped, ran out of time or met a limit", ""},
	CannotAsk: {"cannot_ask", Unknown, Clean, false, false,
		"this mail server's replies prove nothing about a mailbox", ""},
	Accepted: {"accepted", Deliverable, Clean, false, false,
		"the mail server accepts this recipient and refuses made-up ones", "RFC 3463 X.1.5"},
	NotProbed: {"not_probed", Unknown, Clean, false, false, "no problems found; the mail server was not asked",
		""},
}

// row is the reason's row of the table; a number outside the set has that of [NoReason].
func (r Reason) row() *reasonRow {
	if r >= numReasons {
		r = NoReason
	}
	return &reasonTable[r]
}

func (r Reason) String() string {
	if r >= numReasons {
		return fmt.Sprintf("reason(%d)", uint8(r))
	}
	return reasonTable[r].name
}

// Verdict is what the reason means for the address. It never depends on settings.
func (r Reason) Verdict() Verdict { return r.row().verdict }

// List is the list a row with this reason goes to unless a [Policy] says otherwise.
func (r Reason) List() List { return r.row().list }

// HardBounce reports whether a send to such an address is expected to end as a hard bounce.
func (r Reason) HardBounce() bool { return r.row().hard }

// Curable reports whether a later run may know more.
func (r Reason) Curable() bool { return r.row().curable }

// Sentence explains the reason to a person: no capital, no full stop.
func (r Reason) Sentence() string { return r.row().sentence }

// RFC names the section the reason rests on, or is empty.
func (r Reason) RFC() string { return r.row().rfc }

// MarshalText makes a reason read the same in text, CSV and JSON.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (r *Reason) UnmarshalText(name []byte) (err error) {
	if string(name) == NoReason.String() {
		*r = NoReason
		return nil
	}
	*r, err = ParseReason(string(name))
	return err
}

// AllReasons lists the closed set in order of weight.
func AllReasons() []Reason {
	all := make([]Reason, numReasons-1)
	for i := range all {
		all[i] = NoReason + 1 + Reason(i)
	}
	return all
}

// ParseReason finds a reason by its stable name.
func ParseReason(name string) (Reason, error) {
	for _, r := range AllReasons() {
		if reasonTable[r].name == name {
			return r, nil
		}
	}
	return NoReason, fmt.Errorf("unknown reason %q", name)
}
