package reply

import (
	"iter"
	"slices"
	"strings"
)

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

// addressAt reports whether an address stands at a place.
func (l *layout) addressAt(at int) bool {
	return slices.ContainsFunc(l.names, func(n spot) bool { return n.start <= at && at <= n.end+1 })
}

// mailboxAt reports whether a place is inside a mailbox's noun.
func (s *sentences) mailboxAt(at int) bool {
	return slices.ContainsFunc(s.nouns, func(n spot) bool {
		return n.kind == aMailbox && n.languages != any64 && n.start <= at && at < n.end
	})
}
