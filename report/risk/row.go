package risk

import (
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// Row is what is known about one address. The zero value is a sound address about which nothing else is known.
type Row struct {
	// Settled is why nobody need think about the mailbox: NoAddress, Suppressed, Duplicate, PastBounce, BadSyntax,
	// NoDomain (for all that is wrong with domains), DNSFailed or TypoDomain. Any other reason settles nothing, and
	// the model decides.
	Settled  validate.Reason
	Provider segments.Provider
	Source   segments.Source // Confirmed when the row itself tells of a confirmed opt-in

	// Date is the row's latest date that counts, and Sign what happened then; zero: not known.
	Date time.Time
	Sign segments.Sign

	Disposable bool
	Role       bool
	Blind      bool // replies of its mail server prove nothing
	Aside      bool // cleaning removes it for a reason that has nothing to do with bounces
	Kept       bool // it is mailed although its mailbox was refused

	Called segments.Called // by another verifier; only for rows about which no mail server was asked

	// Replied is what the mail server said about the mailbox: Accepted (by a server that refuses made-up recipients),
	// MailboxUnknown, MailboxDisabled, MailboxFull, CatchAll, NoAnswer (nothing of use) or SenderBlocked. Any other
	// reason: nobody asked.
	Replied   validate.Reason
	RepliedAt time.Time
}

// state is what was settled about a row before its mailbox was asked about.
type state uint8

const (
	soundState      state = iota // nothing is settled; the model decides
	syntaxState                  // not a valid address
	deadState                    // no such domain, null MX, or neither mail server nor IP address
	failedState                  // DNS gave no definite answer
	typoState                    // looks like a typo of a well-known domain but accepts mail, so it may be a trap
	bouncedState                 // an earlier send bounced hard
	suppressedState              // on the user's suppression list: not sent, so not scored
	duplicateState               // repeats an earlier row: not scored
	emptyState                   // has no address: not scored
	numStates
)

// settledState is a reason that settles a row, and the name that the JSON of a Tally has for it.
type settledState struct {
	reason validate.Reason
	name   string
}

var states = [numStates]settledState{
	{validate.NotProbed, "sound"}, {validate.BadSyntax, "syntax"}, {validate.NoDomain, "dead_domain"},
	{validate.DNSFailed, "dns_failed"}, {validate.TypoDomain, "typo"}, {validate.PastBounce, "past_bounce"},
	{validate.Suppressed, "suppressed"}, {validate.Duplicate, "duplicate"}, {validate.NoAddress, "no_address"},
}

func (r *Row) state() state {
	for s := syntaxState; s < numStates; s++ {
		if states[s].reason == r.Settled {
			return s
		}
	}
	return soundState
}

// scored reports whether the row would be sent at all.
func (s state) scored() bool { return s < suppressedState }

// reply is what the mail server said about the mailbox when asked.
type reply uint8

const (
	notAsked      reply = iota
	liveReply           // accepted by a server that refuses made-up recipients
	deadReply           // no such mailbox
	disabledReply       // the mailbox no longer exists or is disabled
	fullReply           // over quota; counts as alive for hard bounces
	catchAllReply       // accepted, but the domain accepts every recipient
	silentReply         // asked, but no usable answer
	policyReply         // refused us as a sender, which says nothing about the mailbox
	numReplies
)

// replies are the reasons that stand for replies.
var replies = [numReplies]validate.Reason{
	validate.NotProbed, validate.Accepted, validate.MailboxUnknown, validate.MailboxDisabled, validate.MailboxFull,
	validate.CatchAll, validate.NoAnswer, validate.SenderBlocked,
}

func (r *Row) reply() reply { return reply(max(slices.Index(replies[:], r.Replied), 0)) }
