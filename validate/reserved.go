package validate

import "strings"

// Names that can't be anybody's, by RFC 2606, RFC 6761, RFC 6762 (.local), RFC 7686 (.onion), RFC 3172 (.arpa)
// and ICANN's resolution of 2024-07-29 (.internal).
var reservedTops = []string{"test", "example", "invalid", "localhost", "local", "onion", "internal", "arpa"}

// Reserved reports whether a domain in A-label form is set aside for examples, tests or private networks.
func Reserved(domain string) bool {
	rest, top := cutLast(domain)
	switch top {
	case "com", "net", "org":
		_, name := cutLast(rest)
		return name == "example"
	}
	for _, r := range reservedTops {
		if top == r {
			return true
		}
	}
	return false
}

// cutLast splits off the last label.
func cutLast(domain string) (rest, label string) {
	if i := strings.LastIndexByte(domain, '.'); i >= 0 {
		return domain[:i], domain[i+1:]
	}
	return "", domain
}

// Reasons says what the address alone speaks for.
func (a Address) Reasons() (s Reasons) {
	if a.Quoted {
		s |= 1 << QuotedLocalPart
	}
	if a.UTF8 {
		s |= 1 << UTF8LocalPart
	}
	if a.Literal {
		return s | 1<<DomainLiteral
	}
	return s | DomainReasons(a.Domain)
}

// DomainReasons says what a domain name alone speaks for.
func DomainReasons(domain string) (s Reasons) {
	if strings.IndexByte(domain, '.') < 0 {
		s |= 1 << DotlessDomain
	}
	if Reserved(domain) {
		s |= 1 << ReservedDomain
	}
	return s
}
