package known

import (
	"iter"
	"slices"
	"strings"
	"sync"
)

// Prior is what a typed domain may have been meant to be: the large consumer domains, and the frequent
// domains of the user's own list, which say best what its people meant. It does not change once made. nil
// knows the consumer domains alone.
type Prior struct {
	all    byLength
	byTop  map[string]*byLength // those of each top-level domain that somebody can register
	counts map[string]int
}

// byLength are targets by the number of their octets.
type byLength [maxTarget + 1][]target

// maxTarget is the longest domain that is suggested; maxOwn how many of the user's own are; minOwn how often
// they must occur.
const (
	maxTarget = 64
	maxOwn    = 1000
	minOwn    = 500
)

// target is a domain that may have been meant.
type target struct {
	domain string
	name   string // without the public suffix and its dot
	suffix string
	bag    letters // of the whole domain
	count  int     // in the user's list
	kind   targetKind
	edits  int // as many as a slip of it may have
}

type targetKind uint8

const (
	ownDomain targetKind = iota // of the user's list
	consumer
	giant
)

// NewPrior takes how often each domain occurs in the user's list, in any order.
func NewPrior(counts iter.Seq2[string, int]) *Prior {
	p := &Prior{byTop: map[string]*byLength{}, counts: map[string]int{}}
	for domain, n := range counts {
		if n >= minOwn || (targetShapes.has(domain) && targets.has(domain)) {
			p.counts[domain] = n
		}
	}
	for domain, kind := range targets.all() {
		k := consumer
		if kind == "giant" {
			k = giant
		}
		p.add(domain, p.counts[domain], k)
	}
	for _, domain := range p.frequent() {
		p.add(domain, p.counts[domain], ownDomain)
	}
	return p
}

// frequent is the user's own domains that count as targets.
func (p *Prior) frequent() (own []string) {
	for domain, n := range p.counts {
		if n >= minOwn && !targets.has(domain) {
			own = append(own, domain)
		}
	}
	slices.SortFunc(own, func(a, b string) int {
		if d := p.counts[b] - p.counts[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return own[:min(len(own), maxOwn)]
}

func (p *Prior) add(domain string, count int, kind targetKind) {
	suffix, listed := splitSuffix(domain)
	name := strings.TrimSuffix(domain, "."+suffix)
	if len(domain) > maxTarget || name == domain {
		return
	}
	t, top := target{domain, name, suffix, bagOf(domain), count, kind, 1}, topOf(domain)
	if len(name) >= 8 && kind != ownDomain {
		t.edits = maxEdits
	}
	p.all[len(domain)] = append(p.all[len(domain)], t)
	if !listed {
		return
	}
	if p.byTop[top] == nil {
		p.byTop[top] = new(byLength)
	}
	p.byTop[top][len(domain)] = append(p.byTop[top][len(domain)], t)
}

// topOf is the last label of a domain.
func topOf(domain string) string { return domain[strings.LastIndexByte(domain, '.')+1:] }

var consumersOnly = sync.OnceValue(func() *Prior { return NewPrior(func(func(string, int) bool) {}) })

// Suggest says which domain was probably meant, or is empty, which it prefers to be: most domains that look
// like a slip are somebody's. domain is a lower-case A-label that occurs seen times in the user's list (0:
// not known). Domains that the lists know as free, consumer, alias or guarded domains are never slips, nor is
// one that the user's list has more often; a disposable domain is never what was meant.
func (l *Lists) Suggest(domain string, seen int, p *Prior) string {
	return l.SuggestFor(l.Domain(domain), domain, seen, p)
}

// SuggestFor is Suggest for a domain of which is known already what [Lists.Domain] says.
func (l *Lists) SuggestFor(d Domain, domain string, seen int, p *Prior) string {
	if d.Free || d.Alias || d.Operator != "" || len(domain) > maxTarget+2 {
		return ""
	}
	if p == nil {
		p = consumersOnly()
	}
	meant := p.meant(domain, seen)
	if meant == "" && d.Disposable == Weak {
		meant = nearMail(domain)
	}
	outvoted := seen >= minOwn && seen > p.counts[meant]
	if meant == "" || outvoted || guards.has(domain) || l.Domain(meant).Disposable != None {
		return ""
	}
	return meant
}

// nearMail is the large consumer domain that is one edit away, even one that fingers seldom make: lists of
// throw-away domains hold many names that were registered for the mail of people who mistype. Of two, it is
// the giant, else the first.
func nearMail(domain string) (meant string) {
	bag, p := bagOf(domain), consumersOnly()
	for n := max(len(domain)-1, 0); n <= min(len(domain)+1, maxTarget); n++ {
		for i := range p.all[n] {
			t := &p.all[n][i]
			if t.domain == domain {
				return ""
			}
			if t.bag.apart(bag) <= 2 && t.isNear(domain) && (meant == "" || t.kind == giant) {
				meant = t.domain
			}
		}
	}
	return meant
}

// isNear reports whether one edit of a long enough name leads from the target to a domain.
func (t *target) isNear(domain string) bool {
	typed, ok := strings.CutSuffix(domain, t.suffix)
	if !ok || len(t.name) < 5 || strings.IndexByte(typed, '.') != len(typed)-1 {
		return false
	}
	n, _ := edits(strings.TrimSuffix(typed, "."), t.name, 0, 0, 1)
	return n == 1
}

// Typo is what Suggest would say of a domain that no list knew: the lists are made with it, so that no slip
// is called free.
func Typo(domain string) string { return consumersOnly().meant(domain, 0) }

var typoShapes, targetShapes = shapesOf(typos), shapesOf(targets)

// meant looks where a slip is likeliest first: the table of slips, the last label, the dot, the name.
func (p *Prior) meant(domain string, seen int) string {
	if typoShapes.has(domain) {
		if meant, ok := typos.find(domain); ok {
			return meant
		}
	}
	if fixed := p.fixTLD(domain, seen); fixed != "" {
		if meant := p.meant(fixed, seen); meant != "" {
			return meant
		}
		return fixed
	}
	if !strings.Contains(domain, ".") {
		return p.missingDot(domain)
	}
	return p.nearest(domain, seen)
}

// missingDot finds gmailcom: a target without one of its dots.
func (p *Prior) missingDot(domain string) string {
	if len(domain) >= maxTarget {
		return ""
	}
	for _, t := range p.all[len(domain)+1] {
		if dot := strings.LastIndexByte(t.domain, '.'); domain[:dot] == t.domain[:dot] &&
			domain[dot:] == t.domain[dot+1:] {
			return t.domain
		}
	}
	return ""
}

// nearest is the one target that stands a slip away, if there is one and enough speaks for it.
func (p *Prior) nearest(domain string, seen int) (meant string) {
	q := query{domain: domain, bag: bagOf(domain), seen: seen}
	best := closeness{edits: maxEdits + 1}
	targets := p.byTop[topOf(domain)] // where there is such a domain, none under another is meant
	if targets == nil {
		targets = &p.all
	}
	for n := max(len(domain)-maxEdits, 0); n <= min(len(domain)+maxEdits, maxTarget); n++ {
		for i := range targets[n] {
			t := &targets[n][i]
			if t.tooFar(&q) {
				continue
			}
			switch c := q.close(t); {
			case c.edits == 0: // it is a target itself
				return ""
			case c.edits > maxEdits || !q.enough(t, c):
			case c.beats(best):
				best, meant = c, t.domain
			case !best.beats(c): // two as near as each other: nobody knows
				meant = ""
			}
		}
	}
	return meant
}
