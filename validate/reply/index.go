package reply

import "strings"

// gap is how many bytes may stand between the two parts of a phrase such as "user ~ unknown".
const gap = 48

// phrase is what an index looks for. Head begins with a letter and ends with a space, unless the table lets
// the last word go on ("blacklist*").
type phrase[T any] struct {
	head, tail string // tail is empty, or follows within the gap
	row        T
}

// index finds phrases at the starts of words, by as many of their first bytes as the longest of keyLengths
// that they have: many phrases begin with the same word, few with the same two.
type index[T any] map[string][]phrase[T]

var keyLengths = [...]int{3, 6, 12}

// add puts a phrase of a table into the index. It has at least three bytes.
func (x index[T]) add(text string, row T) {
	head, tail, _ := strings.Cut(text, "~")
	p := phrase[T]{head: entry(head), row: row}
	if tail != "" {
		p.tail = " " + entry(tail)
	}
	key := p.head[:keyLengths[0]]
	for _, n := range keyLengths {
		if n <= len(p.head) {
			key = p.head[:n]
		}
	}
	x[key] = append(x[key], p)
}

// entry is a phrase in the form of [words], without the space before it.
func entry(text string) string {
	open := strings.HasSuffix(text, "*")
	w := words(text)[1:]
	if open {
		w = strings.TrimSuffix(w, " ")
	}
	return w
}

// each calls found for every phrase in the text, which is in the form of [words], and where its head stands.
func (x index[T]) each(text string, found func(row T, start, end int)) {
	for i := 1; i < len(text); i++ {
		if text[i-1] != ' ' {
			continue
		}
		for _, n := range keyLengths {
			if i+n > len(text) {
				break
			}
			for _, p := range x[text[i:i+n]] {
				if strings.HasPrefix(text[i:], p.head) && p.tailIn(text[i+len(p.head)-1:]) {
					found(p.row, i, i+len(strings.TrimSuffix(p.head, " ")))
				}
			}
		}
	}
}

func (p *phrase[T]) tailIn(rest string) bool {
	return p.tail == "" || strings.Contains(rest[:min(len(rest), gap+len(p.tail))], p.tail)
}
