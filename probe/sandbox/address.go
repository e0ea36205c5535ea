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

// canonical is the A-label form of a domain, in lower case with a final dot: a mail host looks up that form, whichever a
// client writes. What IDNA refuses stays as it is.
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

// quote puts a local part that is no dot-string into quotes.
func quote(local string) string {
	if !strings.ContainsAny(local, " \"\\(),:;<>@[]") {
		return local
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"`
}

// path is what follows MAIL or RCPT.
type path struct {
	address
	params       []string
	faults       []string // what is wrong with it, by the words of refuse-path
	before, rest string   // where an address that is malformed ceases to be one
}

// readPath reads "<path> parameters". A source route is dropped (RFC 5321 §4.1.1.3).
func readPath(rest string) path {
	p := path{before: rest}
	text, params := rest, ""
	switch end := pathEnd(rest); {
	case end > 0:
		text, params = rest[1:end], rest[end+1:]
		if params != "" && params[0] != ' ' {
			p.before, p.rest = rest[:end+1], params
			p.faults = append(p.faults, "no-space")
		}
	case strings.HasPrefix(rest, "<"):
		p.faults = append(p.faults, "unclosed")
		text = rest[1:]
	default:
		text, params, _ = strings.Cut(rest, " ")
		p.faults = append(p.faults, "no-brackets")
	}
	if strings.HasPrefix(text, "@") {
		_, text, _ = strings.Cut(text, ":")
	}
	p.params = strings.Fields(params)
	p.readAddress(text)
	return p
}

// readAddress notes the faults of an address, beside those of its brackets.
func (p *path) readAddress(text string) {
	fault := func(name string, at int) {
		if len(p.faults) == 0 && at > 0 {
			at += strings.Index(p.before, text)
			p.before, p.rest = p.before[:at], p.before[at:]
		}
		p.faults = append(p.faults, name)
	}
	a, ok := splitAddress(text)
	p.address = a
	i := strings.LastIndexByte(text, '@')
	switch {
	case text == "":
		fault("empty", 0)
	case !ok && i < 0:
		p.address.local = text
		fault("no-domain", 0)
	case !ok:
		fault("malformed", 0)
	case strings.HasPrefix(text, `"`):
		fault("quoted", 0)
	case strings.Contains(text[:i], "@"):
		fault("two-at", i)
	}
	if ok && text[i+1] == '[' {
		fault("literal", 0)
	}
	if first := strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }); first >= 0 {
		fault("utf8", first)
		if j := strings.IndexFunc(text[i+1:], func(r rune) bool { return r >= 0x80 }); j >= 0 {
			fault("u-label", i+1+j)
		}
	}
}

// pathEnd is where the bracket that begins the text is closed, or -1.
func pathEnd(text string) int {
	if !strings.HasPrefix(text, "<") {
		return -1
	}
	quoted := false
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quoted:
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == '>' && !quoted:
			return i
		}
	}
	return -1
}

// ascii reports whether a text needs no SMTPUTF8.
func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) < 0
}
