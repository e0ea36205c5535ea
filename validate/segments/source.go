package segments

import (
	"slices"
	"strings"
	"unicode"
)

// Source is how an address was added to the list.
type Source uint8

const (
	UnnamedSource Source = iota // the list does not say
	Confirmed                   // double opt-in, or confirmed in another way
	Form                        // a form on the web, single opt-in
	Event                       // entered by a third party: event, import, manual entry
	Purchased                   // bought, scraped, or guessed from a pattern
	OtherSource                 // the list has a text that SourceOf does not know
	numSources
)

var sourceNames = [numSources]string{"none", "confirmed", "form", "event", "purchased", "other"}

func (s Source) String() string { return nameIn(sourceNames[:], "source", s) }

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
		return UnnamedSource
	}
	text = " " + strings.Join(words, " ")
	for _, row := range sourceWords {
		if slices.ContainsFunc(row.words, func(word string) bool { return strings.Contains(text, " "+word) }) {
			return row.source
		}
	}
	return OtherSource
}
