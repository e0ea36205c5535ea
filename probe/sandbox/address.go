package sandbox

import (
	"regexp"
	"strings"
	"unicode/utf8"

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
		if inner, ok := strings.CutPrefix(text, "<"); ok && strings.HasPrefix(params, ">") {
			text, params = inner, params[1:]
			p.faults = append(p.faults, "double-brackets")
		}
		if params != "" && params[0] != ' ' {
			p.before, p.rest = rest[:end+1], params
			p.faults = append(p.faults, "no-space")
		}
	case strings.HasPrefix(rest, "<"):
		if strings.Count(rest, `"`)%2 == 1 {
			p.faults = append(p.faults, "open-quote")
		}
		p.faults = append(p.faults, "unclosed")
		text = rest[1:]
	default:
		text, params, _ = strings.Cut(rest, " ")
		if inner, ok := strings.CutSuffix(text, ">"); ok {
			text, p.before, p.rest = inner, strings.TrimSuffix(rest, ">"), ">"
			p.faults = append(p.faults, "unopened")
		}
		p.faults = append(p.faults, "no-brackets")
	}
	p.params = strings.Fields(params)
	p.readAddress(text)
	return p
}

var comment = regexp.MustCompile(` *\([^()]*\)$`)

// readAddress notes the faults of an address, beside those of its brackets.
func (p *path) readAddress(text string) {
	if bare := strings.TrimSpace(comment.ReplaceAllString(text, "")); bare != text {
		p.faults = append(p.faults, "padded")
		text = bare
	}
	if strings.HasPrefix(text, "@") && strings.Contains(text, ":") {
		_, text, _ = strings.Cut(text, ":")
	}
	a, ok := splitAddress(text)
	p.address = a
	if !ok && strings.LastIndexByte(text, '@') < 0 {
		p.address.local = text
	}
	if i := strings.LastIndexByte(text, '@'); i == 0 && len(text) > 1 {
		p.address.domain = canonical(text[1:])
	}
	for _, f := range addressFaults {
		at := f.pattern.FindStringIndex(text)
		if at == nil {
			continue
		}
		if len(p.faults) == 0 {
			_, last := utf8.DecodeLastRuneInString(text[:at[1]])
			cut := max(0, strings.Index(p.before, text)+at[1]-last)
			p.before, p.rest = p.before[:cut], p.before[cut:]
		}
		p.faults = append(p.faults, f.name)
	}
}

// addressFaults are what may be wrong with an address, beside its brackets. Each pattern ends with the first octet that can't be.
var addressFaults = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"empty", regexp.MustCompile(`^$`)},
	{"no-domain", regexp.MustCompile(`^[^@]+$`)},
	{"no-local", regexp.MustCompile(`^@[^@]+$`)},
	{"empty-domain", regexp.MustCompile(`@$`)},
	{"malformed", regexp.MustCompile(`@[^@"<>]*["<>][^@]*$`)},
	{"quoted", regexp.MustCompile(`^"`)},
	{"space", regexp.MustCompile(`^[^"]* `)},
	{"two-at", regexp.MustCompile(`^[^"@]*@[^@]*@`)},
	{"dots", regexp.MustCompile(`^(?:\.|[^"@]*\.\.)[^@]*@`)},
	{"domain-dots", regexp.MustCompile(`@(?:\.|[^@]*\.\.)`)},
	{"final-dot", regexp.MustCompile(`@[^@]+\.$`)},
	{"literal", regexp.MustCompile(`@\[`)},
	{"underscore", regexp.MustCompile(`@[^@_]*_`)},
	{"u-label", regexp.MustCompile(`@[\x00-?A-\x7f]*[^\x00-\x7f]`)},
	{"utf8", regexp.MustCompile(`[^\x00-\x7f]`)},
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
