package reply

import (
	"slices"
	"strings"
)

// familiar are the words that go with a mailbox that is gone: those of the tables' own rows about it, and small talk. Any other
// word may be what a sentence is really about: "API user not found", "5.2.1 user refuses invitations".
type familiar struct {
	words  map[string]bool
	open   map[string]bool // the word may go on
	beside map[string]bool // small talk, whatever else it may mean
	places map[string]bool // familiar behind "in" and the like
	things map[string]bool // what no contact can be
}

func newFamiliar() familiar {
	return familiar{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

// longWord is how many letters a word has that is taken for another one with an edit.
const longWord = 7

// addPhrase makes the words of a row familiar that speaks of a mailbox that is gone.
func (f *familiar) addPhrase(text string) {
	for part := range strings.FieldsSeq(strings.ReplaceAll(strings.TrimPrefix(text, "="), "~", " ")) {
		to := f.words
		if strings.HasSuffix(part, "*") {
			to = f.open
		}
		for word := range strings.FieldsSeq(words(part)) {
			to[word] = true
		}
	}
}

// addWord does so for a row of the vocabulary.
func (f *familiar) addWord(role, text string) {
	switch k, isNoun := nouns[role]; {
	case role == "place":
		for word := range strings.FieldsSeq(text) {
			f.places[word] = true
		}
	case role == "beside":
		for word := range strings.FieldsSeq(text) {
			f.beside[word], f.words[word] = true, true
		}
	case isNoun && k == aThing:
		f.things[strings.TrimSpace(words(text))] = true
	case isNoun && k == aSender, role == "later", role == "full":
	default:
		f.addPhrase(text)
	}
}

// isThing reports whether a word names what no contact can be.
func (f *familiar) isThing(word string) bool { return f.things[word] && !f.beside[word] }

// knows reports whether a word can stand beside a removal. Numbers and single letters say nothing.
func (f *familiar) knows(word string) bool {
	if len(word) < 2 || f.words[word] || strings.ContainsAny(word, "0123456789") {
		return true
	}
	for i := range word {
		if i >= shortest && f.open[word[:i]] {
			return true
		}
	}
	return f.open[word]
}

// stranger reports whether there is a word between two places of the text that isn't familiar, nor part of the row that would
// remove a contact. What follows a link is part of it.
func (t *tables) stranger(e *evidence, from, to int, d rule) bool {
	place := 0 // how many more words may name a place
	for at := from; at < to; {
		word, _, _ := strings.Cut(e.text.text[at:], " ")
		switch {
		case word == "http" || word == "https":
			return false
		case t.small.of[word] != 0:
			place = mostSmall + 1
		case d.says(word) || e.text.named(at):
		case t.familiar.places[word] && place > 0, t.familiar.knows(word) && !t.familiar.isThing(word):
		case t.mayName(e, word, at, from, d), t.misspelt(word):
		default:
			return true
		}
		place = max(0, place-1)
		at += len(word) + 1
	}
	return false
}

// says reports whether a word is one of the row's own.
func (r *rule) says(word string) bool {
	for own := range strings.FieldsFuncSeq(r.words(), func(c rune) bool { return c == ' ' || c == '~' || c == '*' }) {
		if own == word {
			return true
		}
	}
	return false
}

// mayName reports whether a word may be the name of the mailbox: "user ann", "no user named ann", "ann is not a valid mailbox".
func (t *tables) mayName(e *evidence, word string, at, from int, d rule) bool {
	return plainLetters(word) && !t.familiar.isThing(word) &&
		(e.said.named(at) || strings.HasSuffix(e.text.text[:at], " named ") || at == from && strings.HasPrefix(d.id, phraseID+"is "))
}

// misspelt reports whether a long word is a familiar one with an edit.
func (t *tables) misspelt(word string) bool {
	if len(word) < longWord {
		return false
	}
	known := vocabulary()
	right := known.near(word)
	return right != "" && t.familiar.knows(right) && !t.familiar.isThing(right)
}

// named reports whether a place in the text is inside the name of a host.
func (l *layout) named(at int) bool {
	for _, n := range l.names {
		if n.start <= at && at < n.end {
			return true
		}
	}
	return false
}

// quotes stands before what another host said.
const quotes = " said "

// sentence is where the sentence begins and ends that holds a place.
func (l *layout) sentence(at int) (from, to int) {
	from, to = 1, len(l.text)
	for _, ends := range [][]int{l.stops, l.parts} {
		for _, end := range ends {
			if end <= at {
				from = max(from, end)
			} else {
				to = min(to, end)
			}
		}
	}
	if quoted := strings.LastIndex(l.text[from:at], quotes); quoted >= 0 {
		from += quoted + len(quotes)
	}
	for from < to && l.text[from] == ' ' {
		from++
	}
	return from, to
}

// doubtful reports whether strange words stand beside words that would remove a contact.
func (t *tables) doubtful(e *evidence, spoken rule) bool {
	from, to := e.text.sentence(e.at[spoken.class])
	return spoken.subject == Mailbox && t.stranger(e, from, to, spoken)
}

// doubtfulCode does so for a code that stands alone: all words count.
func (t *tables) doubtfulCode(e *evidence, d rule) bool {
	return d.subject == Mailbox && t.stranger(e, 1, len(e.text.text), d)
}

// named reports whether a place is right behind a mailbox, where its name may stand.
func (s *sentences) named(at int) bool {
	return slices.ContainsFunc(s.nouns, func(n spot) bool { return n.kind == aMailbox && (n.end == at || n.end+1 == at) })
}
