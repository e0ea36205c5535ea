package reply

import "strings"

// gap is how many bytes may stand between the two parts of a phrase such as "user ~ unknown".
const gap = 48

// phrase is what an index looks for. Head begins with a letter and ends with a space, unless the table lets the last word go
// on ("blacklist*").
type phrase[T any] struct {
	head, tail string // tail is empty, or follows within the gap
	row        T
}

// index finds phrases at the starts of words, by their first three bytes.
type index[T any] map[[3]byte][]phrase[T]

// add puts a phrase of a table into the index. It has at least three bytes.
func (x index[T]) add(text string, row T) {
	head, tail, _ := strings.Cut(text, "~")
	p := phrase[T]{head: entry(head), row: row}
	if tail != "" {
		p.tail = " " + entry(tail)
	}
	key := [3]byte([]byte(p.head))
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

// each calls found for every phrase in the text, which is in the form of [words].
func (x index[T]) each(text string, found func(T)) {
	for i := 1; i+3 <= len(text); i++ {
		if text[i-1] != ' ' {
			continue
		}
		for _, p := range x[[3]byte{text[i], text[i+1], text[i+2]}] {
			if strings.HasPrefix(text[i:], p.head) && p.tailIn(text[i+len(p.head)-1:]) {
				found(p.row)
			}
		}
	}
}

func (p *phrase[T]) tailIn(rest string) bool {
	return p.tail == "" || strings.Contains(rest[:min(len(rest), gap+len(p.tail))], p.tail)
}
