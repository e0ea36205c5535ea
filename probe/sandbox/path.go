package sandbox

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

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

// addressFaults are what may be wrong with an address, beside its brackets. Each pattern ends with the first
// octet that can't be.
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

// afterKeyword is what follows FROM: or TO:.
func afterKeyword(arg, keyword string) (rest string, ok bool) {
	if len(arg) < len(keyword) || !strings.EqualFold(arg[:len(keyword)], keyword) {
		return "", false
	}
	return strings.TrimSpace(arg[len(keyword):]), true
}

func isUTF8(param string) bool { return strings.EqualFold(param, "SMTPUTF8") }

// faultOf names the reply to a path with a fault that the host refuses, or is empty. UTF-8 is none if it was announced.
func (s *session) faultOf(path path, whose string, utf8 bool) string {
	s.path, s.whose = path, whose
	for _, fault := range path.faults {
		switch {
		case !slices.Contains(s.host.p.refusePath, fault), utf8 && (fault == "utf8" || fault == "u-label"),
			fault == "u-label" && s.host.p.smtputf8 == "no", whose == "sender" && fault == "empty":
		case s.host.p.says["path-"+fault] != "":
			return "path-" + fault
		default:
			return "bad-" + whose
		}
	}
	return ""
}
