package sandbox

import (
	"strings"

	"github.com/miekg/dns"
	"golang.org/x/net/idna"
)

// address is a mailbox as a command names it. The null reverse-path has neither part.
type address struct {
	text          string // as written, without the brackets
	local, domain string // local without quotes, domain in lower case with a final dot
}

// splitAddress parts an address at its last @.
func splitAddress(text string) (address, bool) {
	i := strings.LastIndexByte(text, '@')
	if i < 1 || i == len(text)-1 || strings.ContainsAny(text[i:], " <>\"") {
		return address{text: text}, false
	}
	return address{text: text, local: unquote(text[:i]), domain: canonical(text[i+1:])}, true
}

// canonical is the A-label form of a domain, in lower case with a final dot: a mail host looks up that form,
// whichever a client writes. What IDNA refuses stays as it is.
func canonical(domain string) string {
	if !ascii(domain) {
		if mapped, err := idna.Lookup.ToASCII(domain); err == nil {
			domain = mapped
		}
	}
	return dns.CanonicalName(domain)
}

// unquote takes off the quotes of a quoted string, RFC 5321 §4.1.2.
func unquote(local string) string {
	if len(local) < 2 || local[0] != '"' || local[len(local)-1] != '"' {
		return local
	}
	var b strings.Builder
	inner := local[1 : len(local)-1]
	for i := 0; i < len(inner); i++ {
		if inner[i] == '\\' && i+1 < len(inner) {
			i++
		}
		b.WriteByte(inner[i])
	}
	return b.String()
}

// quote puts a local part that is not a dot-string into quotes.
func quote(local string) string {
	if !strings.ContainsAny(local, " \"\\(),:;<>@[]") {
		return local
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"`
}

// ascii reports whether a text needs no SMTPUTF8.
func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) < 0
}
