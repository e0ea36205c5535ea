package risk

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Provider is the family of operators that runs a row's mail servers. It depends on the mail servers rather than the
// domain: a company at Google Workspace behaves as Google does.
type Provider uint8

const (
	UnknownProvider Provider = iota // DNS was not asked and the domain is not well known
	Gmail                           // Google's consumer mailboxes
	Yahoo                           // Yahoo and AOL
	Outlook                         // Microsoft's consumer mailboxes
	Freemail                        // other free mail and internet providers
	Workspace                       // Google Workspace
	Microsoft365
	Corporate // all other mail servers
	numProviders
)

var providerNames = [numProviders]string{"unknown", "gmail", "yahoo", "outlook", "freemail", "workspace", "m365",
	"corporate"}

func (p Provider) String() string {
	if int(p) >= len(providerNames) {
		return fmt.Sprintf("provider(%d)", uint8(p))
	}
	return providerNames[p]
}

// ProviderNamed returns the provider whose String is name.
func ProviderNamed(name string) (Provider, bool) {
	i := slices.Index(providerNames[:], name)
	return Provider(max(i, 0)), i >= 0
}

// Source is how an address was added to the list.
type Source uint8

const (
	unnamedSource Source = iota // the list does not say
	Confirmed                   // double opt-in, or confirmed in another way
	Form                        // a form on the web, single opt-in
	Event                       // entered by a third party: event, import, manual entry
	Purchased                   // bought, scraped, or guessed from a pattern
	OtherSource                 // the list has a text that SourceOf does not know
	numSources
)

var sourceNames = [numSources]string{"none", "confirmed", "form", "event", "purchased", "other"}

func (s Source) String() string {
	if int(s) >= len(sourceNames) {
		return fmt.Sprintf("source(%d)", uint8(s))
	}
	return sourceNames[s]
}

// SourceNamed returns the source whose String is name.
func SourceNamed(name string) (Source, bool) {
	i := slices.Index(sourceNames[:], name)
	return Source(max(i, 0)), i >= 0
}

// sourceWords are looked for where words begin, in lower case; the first row that has one of its words decides. A
// "purchase" is a customer's, a "purchased" list is not.
var sourceWords = []struct {
	source Source
	words  []string
}{
	{Purchased, []string{"purchased", "bought", "rented", "scrap", "crawl", "guess", "apollo", "zoominfo", "broker",
		"cold", "third party", "gekauft"}},
	{Confirmed, []string{"double", "doi", "confirmed", "verified", "bestätigt"}},
	{Form, []string{"form", "web", "signup", "sign up", "subscri", "newsletter", "checkout", "shop", "order",
		"purchase", "customer",
		"register", "registration", "landing", "popup", "pop up", "app", "download", "optin", "opt in", "anmeldung",
		"bestell"}},
	{Event, []string{"event", "fair", "show", "tradeshow", "conference", "booth", "badge", "messe", "import",
		"upload", "csv", "manual", "crm", "sales", "card", "offline", "phone", "store", "paper"}},
}

// SourceOf interprets the text of a source column: "Trade show 2023" is Event, an empty text is the zero Source, and
// unknown text is OtherSource.
func SourceOf(text string) Source {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) &&
			!unicode.IsDigit(r)
	})
	if len(words) == 0 {
		return unnamedSource
	}
	text = " " + strings.Join(words, " ")
	for _, row := range sourceWords {
		if slices.ContainsFunc(row.words, func(word string) bool { return strings.Contains(text, " "+word) }) {
			return row.source
		}
	}
	return OtherSource
}

// State is what was settled about a row before its mailbox was asked about.
type State uint8

const (
	Sound      State = iota // nothing is settled; the model decides
	BadSyntax               // not a valid address
	DeadDomain              // no such domain, null MX, or neither mail server nor IP address
	DNSFailed               // DNS gave no definite answer
	Typo                    // looks like a typo of a well-known domain but accepts mail, so it may be a trap
	PastBounce              // an earlier send bounced hard
	Suppressed              // on the user's suppression list: not sent, so not scored
	Duplicate               // repeats an earlier row: not scored
	NoAddress               // has no address: not scored
	numStates
)

var stateNames = [numStates]string{"sound", "syntax", "dead_domain", "dns_failed", "typo", "past_bounce",
	"suppressed", "duplicate", "no_address"}

func (s State) String() string {
	if int(s) >= len(stateNames) {
		return fmt.Sprintf("state(%d)", uint8(s))
	}
	return stateNames[s]
}

// scored reports whether the row would be sent at all.
func (s State) scored() bool { return s < Suppressed }

// Reply is what the mail server said about the mailbox when asked.
type Reply uint8

const (
	NotAsked Reply = iota
	Live           // accepted by a server that refuses made-up recipients
	Dead           // no such mailbox
	Disabled       // the mailbox no longer exists or is disabled
	Full           // over quota; counts as alive for hard bounces
	CatchAll       // accepted, but the domain accepts every recipient
	Silent         // asked, but no usable answer
	Policy         // refused us as a sender, which says nothing about the mailbox
	numReplies
)

var replyNames = [numReplies]string{"not_asked", "live", "dead", "disabled", "full", "catch_all", "silent", "policy"}

func (r Reply) String() string {
	if int(r) >= len(replyNames) {
		return fmt.Sprintf("reply(%d)", uint8(r))
	}
	return replyNames[r]
}

// Answer is a reply and the time it was given. The zero value means that the mailbox was never asked about.
type Answer struct {
	Reply Reply
	At    time.Time
}

// latestAnswer picks the answer to believe when a mailbox was asked about twice: the later one, or b if both have the
// same time. The bool reports whether the two contradict each other; the caller sets Row.Conflict to it.
func latestAnswer(a, b Answer) (Answer, bool) {
	conflict := a.Reply != b.Reply && a.Reply.usable() && b.Reply.usable()
	if a.At.After(b.At) {
		return a, conflict
	}
	return b, conflict
}

// usable reports whether the reply says something about the mailbox.
func (r Reply) usable() bool { return r == Live || r == Dead || r == Disabled || r == Full }

// Row is what is known about one address. The zero value is a sound address about which nothing else is known.
type Row struct {
	State    State
	Provider Provider
	Source   Source // Confirmed when the row itself tells of a confirmed opt-in

	Created  time.Time // signed up, imported; zero if not known
	Opened   time.Time // last open, possibly by a machine; zero if not known
	Engaged  time.Time // last click, reply, purchase or login, which prove that a person acted; zero if not known
	Survived time.Time // last send that did not bounce; zero if not known

	Disposable bool
	Role       bool
	Blind      bool // replies of its mail server prove nothing
	Aside      bool // cleaning removes it for a reason that has nothing to do with bounces
	Kept       bool // it is mailed although its mailbox was refused

	Called   Called // by another verifier; only for rows about which no mail server was asked
	Answer   Answer
	Conflict bool // two answers contradicted each other
}
