package reply

import (
	"slices"
	"strings"
)

// kind is what a noun stands for.
type kind uint8

const (
	aMailbox kind = iota
	aSender       // ours: the reply is about us
	aThing        // a domain, a file, a list: nothing that a contact could be
)

// noun is a word that a sentence can be about, in the languages that have it.
type noun struct {
	kind
	languages uint64
}

// english is the language whose nouns stand in sentences of the others, too, and any that of addresses.
const (
	english = 1
	any64   = ^uint64(0)
)

// saying is what is said of a noun. It has a meaning only together with its subject.
type saying struct {
	rule
	language uint64
	ahead    bool // stands right before its subject, and nowhere else
	loose    bool // may stand right before it, too
	alone    bool // clear enough without one
}

// later is a word that says that it may be otherwise tomorrow.
type later struct{ id string }

// small are the words that tell which noun is the subject of a sentence, with their languages.
type small struct {
	of  map[string]uint64 // before a noun that belongs to the one before it
	in  map[string]uint64 // behind a noun that is a place
	the map[string]uint64 // may stand between
}

var nouns = map[string]kind{"mailbox": aMailbox, "sender": aSender, "yours": aSender, "other": aThing}

var sayings = map[string]struct {
	class        Class
	ahead, alone bool
}{
	"gone":      {MailboxUnknown, false, true},
	"unknown":   {MailboxUnknown, false, false},
	"unknown>":  {MailboxUnknown, true, false},
	"disabled":  {MailboxDisabled, false, false},
	"disabled>": {MailboxDisabled, true, false},
	"full":      {MailboxFull, false, false},
}

// addWord puts a row of the vocabulary where it is looked for.
func (t *tables) addWord(language, role, text string) {
	t.familiar.addWord(role, text)
	key := strings.TrimSpace(words(text))
	switch role {
	case "bare", "beside", "named", "not", "place", "you":
		return
	case "of":
		t.small.of[key] |= t.language(language)
		return
	case "in":
		t.small.in[key] |= t.language(language)
		return
	case "the":
		t.small.the[key] |= t.language(language)
		return
	case "later":
		t.words.add(text, later{phraseID + text})
		return
	}
	if k, ok := nouns[role]; ok {
		t.words.add(text, noun{k, t.language(language)})
		if role == "sender" && language != "en" {
			t.words.add(text, &rule{phraseID + text, SenderBlocked, Us, firm, sizeOf(text), ownWords(text)})
		}
		return
	}
	s, ok := sayings[role]
	if !ok {
		panic("vocabulary.tsv: no role " + role)
	}
	r := rule{phraseID + text, s.class, classTable[s.class].subject, firm, sizeOf(text), ownWords(text)}
	t.words.add(text, &saying{rule: r, language: t.language(language), ahead: s.ahead, loose: language != "en" &&
		!s.ahead, alone: s.alone})
}

// language is the bit of a language. English is the first of the vocabulary.
func (t *tables) language(name string) uint64 {
	i := slices.Index(t.languages, name)
	if i < 0 {
		i = len(t.languages)
		t.languages = append(t.languages, name)
	}
	return 1 << i
}
