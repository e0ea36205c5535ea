package reply

import (
	"slices"
	"strings"
)

// familiar are the words that go with a mailbox that is gone, besides those of the phrases that a reply has: small
// talk. Any other word may be what a sentence is really about: "API user not found", "5.2.1 user refuses invitations".
type familiar struct {
	words  map[string]bool
	open   map[string]bool // the word may go on
	beside map[string]bool // small talk, whatever else it may mean
	places map[string]bool // familiar behind "in" and the like
	bare   map[string]bool // beside a code that stands alone
	you    map[string]bool // familiar only next to some words: "you tried", but not "has blocked you"
	named  map[string]bool // a name may follow: "user ann"
	not    map[string]bool // negations: familiar only as part of a phrase
	things map[string]bool // what no contact can be
}

func newFamiliar() familiar {
	return familiar{
		words: map[string]bool{}, open: map[string]bool{}, beside: map[string]bool{}, places: map[string]bool{},
		bare: map[string]bool{}, you: map[string]bool{}, named: map[string]bool{}, not: map[string]bool{},
		things: map[string]bool{},
	}
}

// longWord is how many letters a word has that is taken for another one with an edit.
const longWord = 7

// thai is how the letters of a script begin that puts no space between words.
const thai = "\xe0\xb8"

// addMark makes the name of a server's software or an operator familiar.
func (f *familiar) addMark(text string) {
	to := f.words
	if strings.HasSuffix(text, "*") {
		to = f.open
	}
	fill(to, words(text))
}

// addWord takes a row of the vocabulary.
func (f *familiar) addWord(role, text string) {
	switch k, isNoun := nouns[role]; {
	case role == "place":
		fill(f.places, text)
	case role == "bare":
		fill(f.bare, text)
	case role == "named":
		fill(f.named, text)
	case role == "not":
		fill(f.not, text)
	case role == "you":
		fill(f.you, text)
	case role == "beside":
		fill(f.beside, text)
		fill(f.words, text)
	case isNoun && k == aThing:
		f.things[strings.TrimSpace(words(text))] = true
	}
}

func fill(to map[string]bool, text string) {
	for word := range strings.FieldsSeq(text) {
		to[word] = true
	}
}

// isThing reports whether a word, or its plural, names what no contact can be.
func (f *familiar) isThing(word string) bool {
	return !f.beside[word] && (f.things[word] || f.things[strings.TrimSuffix(word, "s")])
}

// knows reports whether a word can stand beside a removal. Numbers and single letters say nothing.
func (f *familiar) knows(word string) bool {
	if f.you[word] {
		return false
	}
	if len(word) < 2 || f.words[word] || strings.ContainsAny(word, "0123456789") || strings.HasPrefix(word, thai) {
		return true
	}
	for i := range word {
		if i >= shortest && f.open[word[:i]] {
			return true
		}
	}
	return f.open[word]
}

// pair reports whether a word is familiar next to the one before it or behind it.
func (f *familiar) pair(before, word, rest string) bool {
	behind, rest, _ := strings.Cut(strings.TrimPrefix(rest, " "), " ")
	third, _, _ := strings.Cut(rest, " ")
	return f.beside[word+"_"+behind] || f.beside[before+"_"+word] || f.beside[word+"_"+behind+"_"+third]
}

// noName are endings of words that are no names.
var noName = []string{"ed", "ing", "ion", "ment", "ence", "ance", "ity", "er", "or", "ery", "ory", "age", "ure", "ness",
	"ship", "ware", "ics", "ism"}

// canName reports whether a word can be somebody's name.
func (f *familiar) canName(word string) bool {
	return plainLetters(word) && !f.isThing(word) && !f.you[word] && !endsLike(word, noName...)
}

// endsLike reports whether a word has one of the endings.
func endsLike(word string, endings ...string) bool {
	return slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(word, ending) })
}
