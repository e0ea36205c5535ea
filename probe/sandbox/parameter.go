package sandbox

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// parameter is a parameter of MAIL or RCPT. A host that lacks its extension ignores a DSN parameter, as Exim does.
type parameter struct {
	extension string         // the keyword of EHLO that a host must offer for the value to be read; empty: always
	value     *regexp.Regexp // what the value must match, in upper case; nil: the parameter has no value
	malformed string         // the reply to another value
}

// xtext is the encoding of RFC 3461 §4, in upper case.
const xtext = `(?:[!-*,-<>-~]|\+[0-9A-F]{2})+`

var (
	// mailParameters are those of MAIL (RFC 1870, 6152, 3461, 4954, 6531).
	mailParameters = map[string]parameter{
		"SIZE":     {"", regexp.MustCompile(`^\d{1,20}$`), "bad-size"},
		"BODY":     {"", regexp.MustCompile(`^(?:7BIT|8BITMIME)$`), "bad-body"},
		"RET":      {"DSN", regexp.MustCompile(`^(?:FULL|HDRS)$`), "bad-ret"},
		"ENVID":    {"DSN", regexp.MustCompile(`^` + xtext + `$`), "bad-envid"},
		"AUTH":     {"", regexp.MustCompile(`^(?:<>|` + xtext + `)$`), "syntax-param"},
		"SMTPUTF8": {"", nil, "unknown-param"},
	}
	// rcptParameters are those of RCPT (RFC 3461 §4.1 and §4.2).
	rcptParameters = map[string]parameter{
		"NOTIFY": {"DSN", regexp.MustCompile(`^(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*)$`), "bad-notify"},
		"ORCPT":  {"DSN", regexp.MustCompile(`^[A-Z0-9-]+;` + xtext + `$`), "bad-orcpt"},
	}
)

// refusedParameter names the reply to the first parameter that the host refuses, or is empty.
func (s *session) refusedParameter(known map[string]parameter, params []string) string {
	for _, text := range params {
		s.param = text
		if name := s.judgeParameter(known, strings.ToUpper(text)); name != "" {
			return name
		}
	}
	return ""
}

func (s *session) judgeParameter(known map[string]parameter, text string) string {
	p := &s.host.p
	key, value, valued := strings.Cut(text, "=")
	param, ok := known[key]
	switch {
	case !ok, valued != (param.value != nil):
		return "unknown-param"
	case param.extension != "" && !slices.Contains(p.ehlo, param.extension):
		return ""
	case valued && !param.value.MatchString(value):
		return param.malformed
	case key == "SIZE" && tooLarge(value, p.size):
		return "too-big"
	case key == "SMTPUTF8" && p.smtputf8 != "yes":
		return "no-smtputf8"
	}
	s.mail.utf8 = s.mail.utf8 || (key == "SMTPUTF8")
	return ""
}

// tooLarge reports whether a declared size exceeds a limit; 0 is no limit. A size that no integer holds is too large.
func tooLarge(digits string, limit int) bool {
	size, err := strconv.ParseUint(digits, 10, 63)
	return limit > 0 && (err != nil || size > uint64(limit))
}
