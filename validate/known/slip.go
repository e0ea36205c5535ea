package known

import (
	"math/bits"
	"strings"

	"golang.org/x/net/publicsuffix"
)

const maxEdits = 2

// letters is the set of characters in a name, which tells most names apart at a glance.
type letters uint64

func bagOf(name string) (bag letters) {
	for i := range len(name) {
		bag |= letter(name[i])
	}
	return bag
}

// letter is the set of one character of a domain; what no domain holds is all one.
func letter(c byte) letters {
	switch {
	case 'a' <= c && c <= 'z':
		return 1 << (c - 'a')
	case '0' <= c && c <= '9':
		return 1 << (26 + c - '0')
	case c == '-':
		return 1 << 36
	case c == '.':
		return 1 << 37
	}
	return 1 << 38
}

func (b letters) apart(other letters) int { return bits.OnesCount64(uint64(b ^ other)) }

// query is a domain that was typed.
type query struct {
	domain string
	bag    letters
	seen   int    // how often it occurs in the list
	name   string // without its public suffix, once split
	suffix string // its public suffix, once split
	listed bool   // the public suffix list knows the top-level domain
}

// split asks the public suffix list, which takes longer than telling most targets apart.
func (q *query) split() {
	if q.suffix == "" {
		q.suffix, q.listed = splitSuffix(q.domain)
		q.name = strings.TrimSuffix(strings.TrimSuffix(q.domain, q.suffix), ".")
	}
}

// splitSuffix finds the public suffix; a top-level domain that nobody has registered is not listed.
func splitSuffix(domain string) (suffix string, listed bool) {
	suffix, icann := publicsuffix.PublicSuffix(domain)
	return suffix, icann || strings.Contains(suffix, ".")
}

// closeness is how a typed domain differs from a target.
type closeness struct {
	edits  int
	odd    bool // an edit that fingers seldom make
	weight int  // how often the target occurs, a giant at least giantWeight times
}

const giantWeight = 100

// beats reports whether c explains the domain clearly better.
func (c closeness) beats(other closeness) bool {
	if c.edits != other.edits {
		return c.edits < other.edits
	}
	return c.weight > 10*other.weight
}

// tooFar tells, without a closer look, that no slip leads from a target to what was typed. To leave out a
// character, or to type one more, changes one letter at most; any other edit changes two.
func (t *target) tooFar(q *query) bool {
	longer := len(q.domain) - len(t.domain)
	longer = max(longer, -longer)
	return longer > t.edits || t.bag.apart(q.bag) > 2*t.edits-longer
}

// close compares the names where the public suffixes are the same, and the whole where the typed one is none.
func (q *query) close(t *target) closeness {
	q.split()
	far := closeness{edits: maxEdits + 1}
	typed, meant := q.domain, t.domain
	if q.listed {
		if q.suffix != t.suffix {
			return far
		}
		typed, meant = q.name, t.name
	}
	n, odd := edits(typed, meant, 0, 0, t.edits)
	if n > t.edits || (len(t.name) < 5 && n > 0) {
		return far
	}
	weight := t.count
	if t.kind == giant {
		weight = max(weight, giantWeight)
	}
	return closeness{n, odd, weight + 1}
}

// times says how many times as frequent as the slip a target must be, by its kind and by whether the edit is
// odd; 0: no need to be in the list at all, less: never.
var times = [...][2]int{
	giant:     {0, 200},
	consumer:  {20, 1000},
	ownDomain: {500, -1},
}

// enough weighs the list's word: a slip is rarer than what was meant.
func (q *query) enough(t *target, c closeness) bool {
	factor := times[t.kind][0]
	if c.odd {
		factor = times[t.kind][1]
		if c.edits > 1 {
			return false
		}
	}
	if factor == 0 { // then the list may still speak against it
		return q.seen < 5 || t.count >= 20*q.seen
	}
	return factor > 0 && t.count >= factor*max(q.seen, 1)
}

// edits is the optimal string alignment distance of typed[i:] from meant[j:], where what stands before is the
// same; more than budget if it is more. odd reports whether one of the edits is none that fingers make: a far
// key, or one at the very start.
func edits(typed, meant string, i, j, budget int) (n int, odd bool) {
	for i < len(typed) && j < len(meant) && typed[i] == meant[j] {
		i, j = i+1, j+1
	}
	if typed[i:] == meant[j:] {
		return 0, false
	}
	if budget == 0 {
		return 1, true
	}
	n, odd = budget+1, true
	for _, s := range slips {
		oddly, applies := s.is(typed, meant, i, j)
		if !applies {
			continue
		}
		more, o := edits(typed, meant, i+s.typed, j+s.meant, budget-1)
		if oddly = oddly || o; more+1 < n || (more+1 == n && odd && !oddly) {
			n, odd = more+1, oddly
		}
	}
	return n, odd
}
