package risk

import (
	"fmt"
	"slices"
	"strings"
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
