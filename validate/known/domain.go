package known

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"golang.org/x/net/publicsuffix"
)

// Strength is how much speaks for a domain being disposable.
type Strength uint8

const (
	None Strength = iota // no list names it
	// one list that gathers from other lists names it, or a service was seen handing it out long ago
	Weak
	// a curated list or two gathering ones name it, a service was lately seen handing it out, or the user says so
	Strong
)

var strengthNames = [...]string{"none", "weak", "strong"}

func (s Strength) String() string {
	if int(s) >= len(strengthNames) {
		return fmt.Sprintf("strength(%d)", uint8(s))
	}
	return strengthNames[s]
}

// Sources is the set of lists that name a disposable domain. Its bits are those of the second column of
// data/disposable.txt.
type Sources uint16

const (
	Curated     Sources = 1 << iota // disposable-email-domains, by its npm package
	SeenLately                      // fakefilter saw a service hand it out within eighteen months before its release
	SeenLongAgo                     // fakefilter saw it, longer ago
	Checker                         // mailchecker
	Gathered                        // disposable-domains
	UserList                        // the user's own
)

// Alone marks a public suffix in data/disposable.txt: it speaks for itself and not for the names below it.
const Alone = UserList << 1

const (
	strong    = Curated | SeenLately | UserList
	gathering = Checker | Gathered
)

var sourceNames = [...]string{"disposable-email-domains-js", "fakefilter", "fakefilter", "mailchecker",
	"disposable-domains", "your list"}

// Names are the lists' names, as in [Source].
func (s Sources) Names() (names []string) {
	for ; s != 0; s &= s - 1 {
		if i := bits.TrailingZeros16(uint16(s)); i < len(sourceNames) && !slices.Contains(names, sourceNames[i]) {
			names = append(names, sourceNames[i])
		}
	}
	return names
}

// Strength is what these sources amount to.
func (s Sources) Strength() Strength {
	switch {
	case s == 0:
		return None
	case s&strong != 0, s&gathering == gathering:
		return Strong
	}
	return Weak
}

// Domain is what the lists say about a domain. The zero value means that no list knows it.
type Domain struct {
	Disposable Strength
	Sources    Sources
	Alias      bool // an alias or relay service: the mail reaches a person, so never disposable
	Free       bool // anybody can have a mailbox there
	// who runs the mail hosts, where that is known without asking: a name of the providers table, or empty
	Operator string
}

// Domain says what the lists know about a lower-case A-label. A subdomain inherits "disposable" and "alias"
// from each parent down to the registrable domain; a public suffix (ddns.net) speaks for itself only. What
// the user allows is never disposable; after that comes what the user blocks, then the lists. A common slip
// of the pen for a provider's name is never strongly disposable, whoever took the name. It does not allocate.
func (l *Lists) Domain(name string) Domain {
	var d Domain
	s, allowed := l.lists(), false
	for h, suffix := range suffixes(name) {
		allowed = l.mark(&d, s, h, suffix, len(suffix) == len(name)) || allowed
	}
	switch {
	case allowed:
		d.Sources = 0
	case d.Alias:
		d.Sources &= UserList
	}
	d.Disposable = d.Sources.Strength()
	// a customer meant gmail.com
	if d.Disposable == Strong && d.Sources&UserList == 0 && (typos.has(name) || nearMail(name) != "") {
		d.Disposable = Weak
	}
	return d
}

// mark adds what is known of a domain or one of its parents, whose hash is h. It reports whether the user allows it.
func (l *Lists) mark(d *Domain, s *lists, h hash, name string, whole bool) (allowed bool) {
	if s.filter.has(h) {
		d.Sources |= s.sources(name, whole)
		d.Free = d.Free || (whole && s.free.has(name))
	}
	if byHand.has(h) {
		d.Alias = d.Alias || aliases.has(name)
		if operator, ok := consumers.find(name); ok && whole {
			d.Operator = operator
		}
	}
	return l != nil && l.own != nil && l.own.mark(d, name, whole)
}

// sources looks a name up among the disposable ones. A public suffix is not a parent to inherit from.
func (s *lists) sources(name string, whole bool) Sources {
	mask, ok := s.disposable.find(name)
	if !ok {
		return 0
	}
	n, _ := strconv.ParseUint(mask, 16, 16)
	if from := Sources(n); whole || from&Alone == 0 {
		return from &^ Alone
	}
	return 0
}

// IsPublicSuffix reports whether anybody can register names below name: co.uk, ddns.net.
func IsPublicSuffix(name string) bool {
	suffix, _ := publicsuffix.PublicSuffix(name)
	return suffix == name
}

// RegistrableDomain is the public suffix and one label more (example.co.uk of mx1.example.co.uk), or host
// itself where there is no such thing.
func RegistrableDomain(host string) string {
	d, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return d
}
