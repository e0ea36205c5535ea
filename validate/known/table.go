package known

import (
	"fmt"
	"iter"
	"strings"
)

// table is sorted text, searched in place: one line per key, which a tab or comma may separate from its value. Lines that
// start with # sort before every key and hold comments.
type table string

// find returns what follows key and its separator.
func (t table) find(key string) (value string, ok bool) {
	if key == "" || key[0] == '#' {
		return "", false
	}
	lo, hi := 0, len(t)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		start := lo + strings.LastIndexByte(string(t[lo:mid]), '\n') + 1
		end := hi
		if n := strings.IndexByte(string(t[start:hi]), '\n'); n >= 0 {
			end = start + n
		}
		line := string(t[start:end])
		switch order(line, key) {
		case -1:
			lo = end + 1
		case 1:
			hi = start
		default:
			return line[min(len(key)+1, len(line)):], true
		}
	}
	return "", false
}

func (t table) has(key string) bool {
	_, ok := t.find(key)
	return ok
}

// order compares the key of a line with key. Both separators sort before all that a key may hold.
func order(line, key string) int {
	n := min(len(line), len(key))
	switch c := strings.Compare(line[:n], key[:n]); {
	case c != 0:
		return c
	case len(line) < len(key):
		return -1
	case len(line) == len(key) || separates(line[n]):
		return 0
	}
	return 1
}

func separates(c byte) bool { return c == '\t' || c == ',' }

// all yields the keys and values in order.
func (t table) all() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for line := range strings.Lines(string(t)) {
			key, value := cut(strings.TrimSuffix(line, "\n"))
			if !strings.HasPrefix(key, "#") && !yield(key, value) {
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

// check refuses what find could not search: keys out of order, keys or values that proper refuses, a last line without its end.
func (t table) check(proper func(key, value string) bool) error {
	last, n := "", 0
	for line := range strings.Lines(string(t)) {
		n++
		switch key, value := cut(strings.TrimSuffix(line, "\n")); {
		case !strings.HasSuffix(line, "\n"):
			return fmt.Errorf("line %d has no end", n)
		case strings.HasPrefix(line, "#") && last == "":
		case !proper(key, value):
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
