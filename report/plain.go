package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Plain makes text from outside safe to print on a terminal: controls (C0, C1), line ends, bidi and
// zero-width characters and octets that are no UTF-8 become escapes.
func Plain(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case !unprintable(r):
			b.WriteRune(r)
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool { return (r != ' ' && !unicode.IsGraphic(r)) || r == utf8.RuneError }

// domainForPeople is a domain with its U-labels (RFC 5890), safe to print. What has none stays as it is.
func domainForPeople(domain string) string {
	if !strings.Contains(domain, "xn--") {
		return Plain(domain)
	}
	if u, err := idna.Display.ToUnicode(domain); err == nil {
		return Plain(u)
	}
	return Plain(domain)
}

// addressForPeople is an address with the domain as people write it.
func addressForPeople(address string) string {
	at := strings.LastIndexByte(address, '@') + 1
	return Plain(address[:at]) + domainForPeople(address[at:])
}
