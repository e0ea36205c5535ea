package reply

import (
	"iter"
	"slices"
	"strings"
)

// stranger reports whether there is a word between two places of the text that isn't familiar, nor part of the row that
// would remove a contact. What follows a link is part of it.
func (t *tables) stranger(e *evidence, from, to int, d rule) bool {
	place := 0 // how many more words may name a place
	before := ""
	for at, word := range e.text.words(from, to) {
		behind := e.text.text[at+len(word):]
		switch {
		case word == "http" || word == "https":
			return false
		case t.familiar.not[word] && !e.negates(before, word, behind) && !t.familiar.pair(before, word, behind) &&
			!e.said.mailboxAt(at+len(word)+1):
			return true // "not because the user is unknown"
		case t.small.of[word] != 0:
			place = mostSmall + 1
			if at+len(word)+1 >= to && !e.says(word) && !e.text.addressAt(to) {
				return true // the sentence breaks off: "unknown user in"
			}
		case e.says(word) || e.text.named(at) || e.said.mailboxAt(at):
		case t.familiar.places[word] && place > 0, t.familiar.knows(word) && !t.familiar.isThing(word),
			t.small.the[word] != 0 && !t.familiar.you[word], t.small.in[word] != 0:
		case t.mayName(e, before, word, at, from, d), t.misspelt(e, word), t.familiar.pair(before, word, behind):
		case e.names(word):
		default:
			return true
		}
		before = word
		place = max(0, place-1)
	}
	return false
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
func (e *evidence) negates(before, word, behind string) bool {
	next, _, _ := strings.Cut(strings.TrimPrefix(behind, " "), " ")
	return slices.ContainsFunc(e.gone, func(r *rule) bool {
		return strings.Contains(r.own, " "+before+" "+word+" ") || strings.Contains(r.own, " "+word+" "+next+" ")
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

// mayName reports whether a word may be the name of the mailbox in an English sentence: "user ann is unknown",
// "no user named ann", "unknown user 'ann'", "ann is not a valid mailbox".
func (t *tables) mayName(e *evidence, before, word string, at, from int, d rule) bool {
	if !t.familiar.canName(word) {
		return false
	}
	behind, _, _ := strings.Cut(strings.TrimPrefix(e.text.text[at+len(word):], " "), " ")
	goesOn := behind == "is" || behind == "was" || behind == "has" || e.begins(behind)
	return (t.familiar.named[before] && (goesOn || slices.Contains(e.text.quotes, at))) ||
		strings.HasSuffix(e.text.text[:at], " named ") ||
		(at == from && goesOn && strings.HasPrefix(d.id, phraseID+"is "))
}

// begins reports whether a phrase that speaks of a mailbox that is gone begins with a word.
func (e *evidence) begins(word string) bool {
	return slices.ContainsFunc(e.gone, func(r *rule) bool { return strings.HasPrefix(r.own, " "+word+" ") })
}

// misspelt reports whether a long word is a familiar one with an edit.
func (t *tables) misspelt(e *evidence, word string) bool {
	if len(word) < longWord {
		return false
	}
	known := vocabulary()
	right := known.near(word)
	return right != "" && (t.familiar.knows(right) || e.says(right)) && !t.familiar.isThing(right)
}

// words are those between two places of the text, and where they begin.
func (l *layout) words(from, to int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for at := from; at < to; {
			word, _, _ := strings.Cut(l.text[at:], " ")
			if word != "" && !yield(at, word) {
				return
			}
			at += len(word) + 1
		}
	}
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

// sentence is where the sentence begins and ends that holds a place.
func (l *layout) sentence(at int) (from, to int) {
	from, to = 1, len(l.text)
	for _, ends := range [][]int{l.ends, l.parts} {
		for _, end := range ends {
			if end <= at {
				from = max(from, end)
			} else {
				to = min(to, end)
			}
		}
	}
	for i, word := range l.words(from, at) {
		if len(word) == 3 && word[0] == '5' && strings.Trim(word, "0123456789") == "" {
			from = i + len(word) // what another host said
		}
	}
	for from < to && l.text[from] == ' ' {
		from++
	}
	return from, to
}

// doubtful reports whether strange words stand beside words that would remove a contact.
func (t *tables) doubtful(e *evidence, spoken rule) bool {
	from, to := e.text.sentence(e.at[spoken.class])
	return spoken.subject == Mailbox && (t.stranger(e, from, to, spoken) || t.strangeAside(e, to, spoken) ||
		t.thingIn(e, to))
}

// strangeAside reports whether there is a stranger in the parentheses that open there. One word alone is a reference.
func (t *tables) strangeAside(e *evidence, at int, d rule) bool {
	if !slices.Contains(e.text.opened, at) {
		return false
	}
	_, to := e.text.sentence(at)
	return strings.Contains(strings.TrimSpace(e.text.text[at:to]), " ") && t.stranger(e, at, to, d)
}

// thingIn reports whether a thing stands in the parentheses that open there, and not as a place: "(database error)".
func (t *tables) thingIn(e *evidence, at int) bool {
	if !slices.Contains(e.text.opened, at) {
		return false
	}
	place := 0
	_, to := e.text.sentence(at)
	for at, word := range e.text.words(at, to) {
		switch {
		case t.small.of[word] != 0:
			place = mostSmall + 1
		case place == 0 && t.familiar.isThing(word) && !e.text.named(at) && !numbered(e.text.text[at+len(word):]):
			return true
		}
		place = max(0, place-1)
	}
	return false
}

// addressAt reports whether an address stands at a place.
func (l *layout) addressAt(at int) bool {
	return slices.ContainsFunc(l.names, func(n spot) bool { return n.start <= at && at <= n.end+1 })
}

// numbered reports whether a number comes next: "(state 14)".
func numbered(rest string) bool { return len(rest) > 1 && isDigit(rest[1]) }

// doubtfulCode does so for a code that stands alone, where few words are familiar.
func (t *tables) doubtfulCode(e *evidence, d rule) bool {
	if d.subject != Mailbox {
		return false
	}
	for at, word := range e.text.words(1, len(e.text.text)) {
		if !t.familiar.bare[word] && strings.Trim(word, "0123456789") != "" && !e.text.named(at) {
			return word != "http" && word != "https"
		}
	}
	return false
}

// mailboxAt reports whether a place is inside a mailbox's noun.
func (s *sentences) mailboxAt(at int) bool {
	return slices.ContainsFunc(s.nouns, func(n spot) bool {
		return n.kind == aMailbox && n.languages != any64 && n.start <= at && at < n.end
	})
}
