package reply

import (
	"slices"
	"strings"
)

// doubtful reports whether strange words stand beside words that would remove a contact.
func (t *tables) doubtful(e *evidence, spoken rule) bool {
	if spoken.subject != Mailbox {
		return false
	}
	from, to := e.text.sentence(e.at[spoken.class])
	return slices.Contains(e.text.asked, to) || t.stranger(e, from, to, spoken) ||
		t.strangeAside(e, to, spoken) || t.thingIn(e, to) || t.strangeFrame(e, from, spoken) ||
		t.sentThere(e, from, spoken)
}

// sentThere reports whether what is disabled is what was sent to a mailbox: "delivery of this to the user is disabled".
func (t *tables) sentThere(e *evidence, from int, d rule) bool {
	before := strings.Fields(e.text.text[from:e.at[d.class]])
	for len(before) > 0 && t.small.the[before[len(before)-1]]&english != 0 {
		before = before[:len(before)-1]
	}
	return d.class == MailboxDisabled && len(before) > 1 && before[len(before)-1] == "to"
}

// strangeAside reports whether there is a stranger in the parentheses that open there. One word alone is a reference.
func (t *tables) strangeAside(e *evidence, at int, d rule) bool {
	if !slices.Contains(e.text.opened, at) {
		return false
	}
	_, to := e.text.sentence(at)
	return strings.Contains(strings.TrimSpace(e.text.text[at:to]), " ") && t.stranger(e, at, to, d)
}

// strangeFrame reports whether there is a stranger before the parentheses that open there: "the rate (unknown users)".
func (t *tables) strangeFrame(e *evidence, at int, d rule) bool {
	if !slices.ContainsFunc(e.text.opened, func(o int) bool { return o == at || o+1 == at }) || at < 3 {
		return false
	}
	from, _ := e.text.sentence(at - 2)
	return t.stranger(e, from, at, d)
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
