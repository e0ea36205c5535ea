package reply

import (
	"slices"
	"strings"
)

// heard is a word in its place, for the question whether it can stand beside words that would remove a contact.
type heard struct {
	word, before, behind string // it and its neighbours
	rest                 string // the text behind it
	at, end              int    // where it begins, and where the passage ends
	first                bool
	place                bool // it may name a place
}

// stranger reports whether there is a word between two places of the text that isn't familiar, nor part of a row that
// would remove a contact. What follows a link is part of it.
func (t *tables) stranger(e *evidence, from, to int, d rule) bool {
	h := heard{end: to, first: true}
	place := 0 // how many more words may name a place
	for at, word := range e.text.words(from, to) {
		if word == "http" || word == "https" {
			return false
		}
		h.before, h.word, h.at, h.place = h.word, word, at, place > 0
		h.rest = e.text.text[at+len(word):]
		h.behind, _, _ = strings.Cut(strings.TrimPrefix(h.rest, " "), " ")
		if !t.belongs(e, h, d) {
			return true
		}
		h.first = false
		place = max(0, place-1)
		if t.small.of[word] != 0 {
			place = mostSmall
		}
	}
	return false
}

// belongs reports whether a word can stand where it does.
func (t *tables) belongs(e *evidence, h heard, d rule) bool {
	f := &t.familiar
	paired := f.pair(h.before, h.word, h.rest)
	switch {
	case duration(h.word):
		return false
	case f.not[h.word]: // not "not because the user is unknown"
		return paired || e.negates(h) || e.said.mailboxAt(h.at+len(h.word)+1)
	case t.small.of[h.word] != 0:
		return paired || e.says(h.word) || !t.dangling(e, h, d)
	case paired, e.says(h.word), e.text.named(h.at), e.said.mailboxAt(h.at), e.names(h.word):
		return true
	case f.isThing(h.word):
		return h.place && f.places[h.word]
	}
	return (h.place && f.places[h.word]) || f.knows(h.word) || (t.small.the[h.word] != 0 && !f.you[h.word]) ||
		t.small.in[h.word] != 0 || t.mayName(e, h, d) || t.misspelt(e, h.word)
}

// duration reports whether a word is a time such as "24h".
func duration(word string) bool {
	number := strings.TrimRight(word, "dhms")
	return number != word && number != "" && len(number)+1 == len(word) && strings.Trim(number, "0123456789") == ""
}

// dangling reports whether a small word stands before nothing that it could belong to: "unknown user in".
func (t *tables) dangling(e *evidence, h heard, d rule) bool {
	next := h.at + len(h.word) + 1
	return (next >= h.end || (next == e.at[d.class] && !e.said.mailboxAt(next))) && !e.text.addressAt(next) &&
		!e.text.addressAt(h.end)
}

// names reports whether a word is a part of the recipient's address, in whatever form the text writes it.
func (e *evidence) names(word string) bool {
	return e.who != "" && strings.Contains(laidOut([]string{strings.ReplaceAll(e.who, "@", " ")}).text, " "+word+" ")
}

// says reports whether a word is one of those of a phrase that speaks of a mailbox that is gone.
func (e *evidence) says(word string) bool {
	return slices.ContainsFunc(e.gone, func(r *rule) bool { return r.says(word) })
}

// negates reports whether a negation belongs to a phrase that speaks of a mailbox that is gone.
func (e *evidence) negates(h heard) bool {
	return slices.ContainsFunc(e.gone, func(r *rule) bool {
		return strings.Contains(r.own, " "+h.before+" "+h.word+" ") || strings.Contains(r.own, " "+h.word+" "+h.behind+" ")
	})
}

// says reports whether a word is one of the row's own.
func (r *rule) says(word string) bool {
	if strings.Contains(r.own, " "+word+" ") {
		return true
	}
	for own := range strings.FieldsSeq(r.own) {
		if start, open := strings.CutSuffix(own, "*"); open && strings.HasPrefix(word, start) {
			return true
		}
	}
	return false
}

// verbs are those with which a sentence goes on behind a name.
const verbs = " is was has does doesnt did didnt isnt no "

// mayName reports whether a word may be the name of the mailbox in an English sentence: "user ann is unknown",
// "no user named ann", "unknown user 'ann'", "ann is not a valid mailbox".
func (t *tables) mayName(e *evidence, h heard, d rule) bool {
	goesOn := strings.Contains(verbs, " "+h.behind+" ")
	return t.familiar.canName(h.word) && (h.before == "named" ||
		(t.familiar.named[h.before] && (goesOn || slices.Contains(e.text.quotes, h.at))) ||
		(h.first && goesOn && strings.HasPrefix(d.id, phraseID+"is ")))
}

// misspelt reports whether a long word is a familiar one with an edit.
func (t *tables) misspelt(e *evidence, word string) bool {
	if len(word) < longWord {
		return false
	}
	known := vocabulary()
	right := known.near(word)
	return right != "" && word != right+"s" && (t.familiar.knows(right) || e.says(right)) && !t.familiar.isThing(right)
}
