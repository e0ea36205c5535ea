package known

import (
	"fmt"
	"iter"
	"strings"
)

// table is sorted text, searched in place: one line per key, which a tab or comma may separate from its
// value. Lines that start with # sort before every key and hold comments. No byte of a key sorts before a
// hyphen, so that the separators do.
type table string

// find returns what follows key and its separator.
func (t table) find(key string) (value string, ok bool) {
	if key == "" {
		return "", false
	}
	lo, hi := 0, len(t)
	for lo < hi {
		start := int(uint(lo+hi) / 2)
		for start > lo && t[start-1] != '\n' {
			start--
		}
		switch order := t.order(start, key); {
		case order > 0:
			hi = start
		case order < 0:
			lo = t.end(start) + 1
		default:
			value := start + len(key)
			return string(t[min(value+1, t.end(start)):t.end(start)]), true
		}
	}
	return "", false
}

// end is where the line ends that starts there.
func (t table) end(start int) int {
	if n := strings.IndexByte(string(t[start:]), '\n'); n >= 0 {
		return start + n
	}
	return len(t)
}

// order compares the key of the line that starts there with key.
func (t table) order(start int, key string) int {
	line := t[start:]
	for i := range len(key) {
		switch {
		case i == len(line) || line[i] < key[i]:
			return -1
		case line[i] > key[i] || key[i] < '-': // the second is not a key
			return 1
		}
	}
	if len(line) == len(key) || line[len(key)] < '-' {
		return 0
	}
	return 1
}

func (t table) has(key string) bool {
	_, ok := t.find(key)
	return ok
}

// all yields the keys and values in order.
func (t table) all() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for line := range strings.Lines(string(t)) {
			key, value := cut(strings.TrimSuffix(line, "\n"))
			if key != "" && key[0] != '#' && !yield(key, value) {
				return
			}
		}
	}
}

func cut(line string) (key, value string) {
	if i := strings.IndexAny(line, "\t,"); i >= 0 {
		return line[:i], line[i+1:]
	}
	return line, ""
}

// check refuses what find could not search: keys out of order, keys or values that proper refuses, a last
// line without its end.
func (t table) check(proper func(key, value string) bool) error {
	last, n := "", 0
	for line := range strings.Lines(string(t)) {
		n++
		switch key, value := cut(strings.TrimSuffix(line, "\n")); {
		case !strings.HasSuffix(line, "\n"):
			return fmt.Errorf("line %d has no end", n)
		case strings.HasPrefix(line, "#") && last == "":
		case strings.IndexFunc(key, func(r rune) bool { return r < '-' }) >= 0 || !proper(key, value):
			return fmt.Errorf("line %d: %.80q does not belong here", n, line)
		case key <= last:
			return fmt.Errorf("line %d: %q stands after %q", n, key, last)
		default:
			last = key
		}
	}
	return nil
}

// count is the number of keys.
func (t table) count() (n int) {
	for range t.all() {
		n++
	}
	return n
}
