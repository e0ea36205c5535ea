package spf

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Record is an SPF record without syntax errors.
type Record struct {
	Mechanisms []Mechanism // in the order written
	Redirect   string      // the domain-spec of redirect=, or empty
	Modifiers  []Modifier  // all modifiers, known or not, in the order written
}

// Mechanism is one term that can match a client.
type Mechanism struct {
	Text      string       // as written
	Result    Result       // what a match means: Pass, Fail, SoftFail or Neutral
	Name      string       // in lower case: all, include, a, mx, ptr, ip4, ip6 or exists
	Domain    string       // the domain-spec with its macros; empty means the domain of the record
	Network   netip.Prefix // of ip4 and ip6
	IPv4Bits  int          // of a and mx: the prefix length, 32 if none is written
	IPv6Bits  int          // of a and mx: the prefix length, 128 if none is written
	hasDomain bool
}

// Modifier is a name=value term (RFC 7208 §6). Receivers ignore those that they do not know.
type Modifier struct{ Text, Name, Value string }

// SyntaxError is the fault that makes a whole record invalid.
type SyntaxError struct {
	Term string // as published: it may hold anything
	Why  string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("invalid term %q: %s", e.Term, e.Why) }

const version = "v=spf1"

// IsRecord reports whether a TXT record is an SPF record: v=spf1 alone, or followed by a blank (RFC 7208 §4.5).
func IsRecord(text string) bool {
	name, _, _ := strings.Cut(text, " ")
	return strings.EqualFold(name, version)
}

// Parse reads a record, for which [IsRecord] holds. The error is a [*SyntaxError].
func Parse(text string) (*Record, error) {
	if !IsRecord(text) {
		return nil, &SyntaxError{text, "want v=spf1 and a blank at the start"}
	}
	r := &Record{}
	for term := range strings.SplitSeq(text[len(version):], " ") {
		if term == "" {
			continue
		}
		if why := r.add(term); why != "" {
			return nil, &SyntaxError{term, why}
		}
	}
	return r, nil
}

// add reads one term and returns what is wrong with it, or nothing.
func (r *Record) add(term string) (why string) {
	if i := strings.IndexFunc(term, func(c rune) bool { return c < '!' || c > '~' }); i >= 0 {
		return "only visible ASCII characters are allowed, and blanks between terms"
	}
	if m, ok := modifier(term); ok {
		return r.modify(m)
	}
	m := Mechanism{Text: term, Result: Pass, IPv4Bits: 32, IPv6Bits: 128}
	if result, ok := qualifiers[term[0]]; ok {
		m.Result, term = result, term[1:]
	}
	name := term
	if end := strings.IndexAny(term, ":/"); end >= 0 {
		name = term[:end]
	}
	m.Name = strings.ToLower(name)
	read, known := mechanisms[m.Name]
	if !known {
		return unknownTerm(term)
	}
	if why = read(&m, term[len(name):]); why == "" {
		r.Mechanisms = append(r.Mechanisms, m)
	}
	return why
}

var qualifiers = map[byte]Result{'+': Pass, '-': Fail, '~': SoftFail, '?': Neutral}

// unknownTerm says what a term that is not a mechanism was probably meant to be.
func unknownTerm(term string) string {
	if addr, err := netip.ParseAddr(term); err == nil {
		if addr.Is4() {
			return "an address needs a mechanism: ip4:" + term
		}
		return "an address needs a mechanism: ip6:" + term
	}
	name, _, _ := strings.Cut(strings.ToLower(term), ":")
	switch name {
	case "ip", "ipv4":
		return "unknown mechanism: want ip4"
	case "ipv6":
		return "unknown mechanism: want ip6"
	case "redirect", "exp":
		return fmt.Sprintf("a modifier takes an equals sign: %s=DOMAIN", name)
	}
	return "unknown mechanism: want all, include, a, mx, ptr, ip4, ip6 or exists"
}

// modifier splits name=value. A name begins with a letter and goes on with letters, digits, "-", "_" and ".".
func modifier(term string) (m Modifier, ok bool) {
	name, value, ok := strings.Cut(term, "=")
	if !ok || name == "" || !isLetter(name[0]) {
		return m, false
	}
	for _, c := range []byte(name) {
		if !isLetter(c) && !isDigit(c) && c != '-' && c != '_' && c != '.' {
			return m, false
		}
	}
	return Modifier{term, strings.ToLower(name), value}, true
}

func (r *Record) modify(m Modifier) (why string) {
	switch m.Name {
	case "redirect", "exp":
		if slices.ContainsFunc(r.Modifiers, func(o Modifier) bool { return o.Name == m.Name }) {
			return m.Name + "= may stand only once"
		}
		why = checkDomainSpec(m.Value)
		if m.Name == "redirect" {
			r.Redirect = m.Value
		}
	default:
		_, why = parseMacros(m.Value, anyMacro)
	}
	r.Modifiers = append(r.Modifiers, m)
	return why
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
