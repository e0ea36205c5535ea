package reply

import (
	"strings"
	"sync"
)

// shortest is how many letters a word has that may be misspelt: in shorter ones, one edit makes another word.
const shortest = 5

// mostEdits are as many misspelt words as one reply may have.
const mostEdits = 2

// spelt writes a reply's misspelt words as the tables have them: words that no table knows, one edit away
// from one that a table does. False if there are none.
func (t *tables) spelt(r Reply) (Reply, bool) {
	known := vocabulary()
	edits := 0
	lines := make([]string, len(r.Lines))
	for i, line := range r.Lines {
		fields := strings.Fields(line)
		for j, field := range fields {
			word := strings.TrimSpace(words(field))
			if edits == mostEdits || len(word) < shortest || strings.ContainsAny(field, "@.0123456789") ||
				strings.Contains(word, " ") {
				continue
			}
			if right := known.near(word); right != "" {
				fields[j] = right
				edits++
			}
		}
		lines[i] = strings.Join(fields, " ")
	}
	r.Lines = lines
	return r, edits > 0
}

// wordList finds the words of the tables by what remains of them without one letter.
type wordList struct {
	words map[string]bool
	short map[string]string // a word without one letter, and the word; "" where several have it
}

// vocabulary is made when the first reply has to be read twice.
var vocabulary = sync.OnceValue(func() wordList {
	l := wordList{map[string]bool{}, map[string]string{}}
	for name, column := range map[string]int{"phrases": 3, "vocabulary": 2} {
		columns := column + 1
		for row := range rows(name, columns) {
			for _, word := range strings.Fields(words(strings.NewReplacer("~", " ", "=", " ").Replace(row[column]))) {
				l.words[word] = true
			}
		}
	}
	for word := range l.words {
		if len(word) < shortest || !plainLetters(word) {
			continue
		}
		for i := range word {
			l.add(word[:i]+word[i+1:], word)
		}
	}
	return l
})

func (l *wordList) add(short, word string) {
	if was, ok := l.short[short]; ok && was != word {
		word = ""
	}
	l.short[short] = word
}

// near is the one word of the tables that is one letter more, less or other, or two letters swapped: "" for
// none or several.
func (l *wordList) near(word string) string {
	if l.words[word] || !plainLetters(word) {
		return ""
	}
	found := ""
	try := func(candidate string) {
		if candidate == "" || len(candidate) < shortest || candidate[0] != word[0] || !oneEdit(word, candidate) {
			return
		}
		if found == "" {
			found = candidate
		}
	}
	try(l.short[word])
	for i := range word {
		short := word[:i] + word[i+1:]
		if l.words[short] {
			try(short)
		}
		try(l.short[short])
	}
	return found
}

func plainLetters(word string) bool {
	return strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == ""
}

// oneEdit reports whether one letter added, left out or changed, or two neighbours swapped, turn a word into another.
func oneEdit(a, b string) bool {
	from := 0
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	a, b = a[from:], b[from:]
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return (len(a) <= 1 && len(b) <= 1) || (len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0])
}
