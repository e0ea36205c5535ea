package reply

import (
	"slices"
	"strings"
)

// spot is where in a text something stands.
type spot struct {
	start, end int
	noun
}

// spoken is something said, and where.
type spoken struct {
	saying     *saying
	start, end int
}

// sentences are the nouns of a reply and what it says of them, in the order of the text.
type sentences struct {
	nouns []spot
	said  []spoken
	later string

	ofThing bool // something is said of what no contact can be
}

// ofSender reports whether a sender is among the nouns.
func (s *sentences) ofSender() bool {
	return slices.ContainsFunc(s.nouns, func(n spot) bool { return n.kind == aSender })
}

// ofMailbox reports whether a mailbox, whoever has it, is among the nouns, besides addresses.
func (s *sentences) ofMailbox() bool {
	return slices.ContainsFunc(s.nouns, func(n spot) bool { return n.kind != aThing && n.languages != any64 })
}

const (
	mostSaid  = 64 // nouns and sayings kept of one reply
	reach     = 48 // bytes between a subject and what is said of it
	mostSmall = 3  // small words passed over at once
)

func (s *sentences) addNoun(n noun, start, end int) {
	for last := len(s.nouns) - 1; last >= 0 && start < s.nouns[last].end; last-- {
		switch was := &s.nouns[last]; {
		case was.start == start && was.end == end && was.kind == n.kind:
			was.languages |= n.languages
			return
		case was.start == start && was.end == end:
		case end-start <= was.end-was.start:
			return // part of a longer one
		case was.languages&^n.languages == 0:
			s.nouns = s.nouns[:last]
		}
	}
	if len(s.nouns) < mostSaid {
		s.nouns = append(s.nouns, spot{start, end, n})
	}
}

func (s *sentences) addSaying(row *saying, start, end int) {
	if len(s.said) < mostSaid {
		s.said = append(s.said, spoken{row, start, end})
	}
}

// names puts the addresses and the names of hosts that the text had among its nouns. They stand where [words]
// left them out or took them apart.
func (s *sentences) names(marks []spot) {
	all := make([]spot, 0, len(s.nouns)+len(marks))
	end := 0 // of the last name
	for _, n := range s.nouns {
		for len(marks) > 0 && marks[0].start <= n.start {
			end = marks[0].end
			all, marks = append(all, marks[0]), marks[1:]
		}
		if n.start >= end {
			all = append(all, n)
		}
	}
	s.nouns = append(all, marks...)
}

// subject finds what something is said of: the last noun before it, in its language, that isn't tied to
// another one, within the same sentence. A sender beside a mailbox is the subject in any case.
func (s *sentences) subject(t *tables, text layout, p spoken) (k kind, found bool) {
	if p.saying.ahead {
		return s.behind(t, text, p)
	}
	if p.saying.loose && s.thingAt(p.end) {
		return aThing, true // "unknown error"
	}
	for i := len(s.nouns) - 1; i >= 0; i-- {
		at := s.nouns[i]
		if at.end > p.start+1 || !p.saying.speaksOf(at.noun) {
			continue
		}
		if p.start-at.end > reach || text.stopIn(at.end, p.start) {
			break
		}
		if at.kind == aSender && (!found || k == aMailbox) {
			return aSender, true
		}
		if !found && !t.tied(text.text, at, p.saying.language) {
			found, k = true, at.kind
		}
	}
	if !found && p.saying.loose {
		return s.behind(t, text, p)
	}
	return k, found
}

// thingAt reports whether a thing stands right behind a place.
func (s *sentences) thingAt(end int) bool {
	return slices.ContainsFunc(s.nouns, func(n spot) bool {
		return n.kind == aThing && n.languages != any64 && (n.start == end || n.start == end+1)
	})
}

// speaksOf reports whether a noun can stand in a sentence of that language.
func (s *saying) speaksOf(n noun) bool { return n.languages&(s.language|english) != 0 }

// qualifies reports whether what is said belongs to the mailbox right behind it, "unknown recipient", and to
// no noun before it.
func (s *sentences) qualifies(t *tables, text layout, p spoken) bool {
	return slices.ContainsFunc(s.said, func(o spoken) bool {
		if !o.saying.ahead || o.start != p.start || o.saying.rule.id != p.saying.rule.id ||
			o.saying.language != english {
			return false
		}
		k, found := s.behind(t, text, o)
		return found && k == aMailbox
	})
}

// behind is the noun right behind something said.
func (s *sentences) behind(t *tables, text layout, p spoken) (kind, bool) {
	at := p.end
	if text.text[at] == ' ' {
		at++
	}
	for range mostSmall {
		for _, n := range s.nouns {
			if n.start == at && p.saying.speaksOf(n.noun) && !text.stopIn(p.end-1, at) {
				return n.kind, true
			}
		}
		word, _, more := strings.Cut(text.text[at:], " ")
		skip := t.small.the[word]
		if !p.saying.ahead {
			skip |= t.small.of[word] // "n'existe pas d'utilisateur"
		}
		if !more || skip&p.saying.language == 0 {
			break
		}
		at += len(word) + 1
	}
	return aThing, false
}

// tied reports whether a noun belongs to the one before it, or is a place: "on this server", "of the user".
func (t *tables) tied(text string, n spot, language uint64) bool {
	before := strings.Fields(text[max(0, n.start-reach):n.start])
	for i := len(before) - 1; i >= 0 && i >= len(before)-mostSmall; i-- {
		if t.small.of[before[i]]&language != 0 {
			return true
		}
		if t.small.the[before[i]]&language == 0 {
			break
		}
	}
	after, _, _ := strings.Cut(strings.TrimLeft(text[n.end:], " "), " ")
	return t.small.in[after]&language != 0
}

// resolve turns what is said into rules, now that all nouns are known.
func (e *evidence) resolve(t *tables, text layout) {
	e.said.names(text.names)
	for _, p := range e.said.said {
		k, found := e.said.subject(t, text, p)
		r := p.saying.rule
		switch {
		case found && k == aMailbox:
		case found && k == aSender:
			r.class, r.subject, r.id = SenderBlocked, Us, "sender:"+strings.TrimPrefix(r.id, phraseID)
		case found:
			e.said.ofThing = e.said.ofThing || (!p.saying.ahead && !e.said.qualifies(t, text, p))
			continue
		case !found && text.begins(p.start) && t.standsAlone(e, text, p):
			r.force = plain
		default:
			continue
		}
		e.take(&r, p.start)
	}
}

// standsAlone reports whether something said needs no subject: what a host answers to RCPT is about the recipient, and
// so is what comes with a code for one who is gone. "Unknown" before another word is said of that.
func (t *tables) standsAlone(e *evidence, text layout, p spoken) bool {
	next, _, _ := strings.Cut(strings.TrimLeft(text.text[p.end:], " "), " ")
	return !p.saying.ahead && (!p.saying.loose || next == "" || t.small.of[next]&p.saying.language != 0) &&
		(e.stage == RCPT || (p.saying.alone && e.precise))
}
