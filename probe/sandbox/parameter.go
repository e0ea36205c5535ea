package sandbox

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// parameter is a parameter of MAIL or RCPT.
type parameter struct {
	extension string         // the keyword of EHLO without which the value is not read; empty: it always is
	without   string         // the reply of a host that does not offer the extension
	value     *regexp.Regexp // what the value must match, in upper case; nil: the parameter has no value
	malformed string         // the reply to another value; a host ignores the parameter if its row leaves a reply empty
}

// unknownRecipientParameter names the reply to a parameter that RCPT does not have.
const unknownRecipientParameter = "unknown-rcpt-param"

// xtext is the encoding of RFC 3461 §4, in upper case.
const xtext = `(?:[!-*,-<>-~]|\+[0-9A-F]{2})+`

var (
	// mailParameters are those of MAIL (RFC 1870, 6152, 3461, 4954, 6531).
	mailParameters = map[string]parameter{
		"SIZE":     {"", "", regexp.MustCompile(`^\d{1,20}$`), "bad-size"},
		"BODY":     {"", "", regexp.MustCompile(`^(?:7BIT|8BITMIME)$`), "bad-body"},
		"RET":      {"DSN", "no-dsn", regexp.MustCompile(`^(?:FULL|HDRS)$`), "bad-ret"},
		"ENVID":    {"DSN", "no-dsn", regexp.MustCompile(`^` + xtext + `$`), "bad-envid"},
		"AUTH":     {"", "", regexp.MustCompile(`^(?:<>|` + xtext + `)$`), "syntax-param"},
		"SMTPUTF8": {"", "", nil, "unknown-param"},
	}
	// rcptParameters are those of RCPT (RFC 3461 §4.1 and §4.2).
	rcptParameters = map[string]parameter{
		"NOTIFY": {
			"DSN", unknownRecipientParameter,
			regexp.MustCompile(`^(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*)$`), "bad-notify",
		},
		"ORCPT": {
			"DSN", unknownRecipientParameter,
			regexp.MustCompile(`^[A-Z0-9-]+;` + xtext + `$`), "bad-orcpt",
		},
	}
)

// refusedParameter names the reply to the first parameter that the host refuses, or is empty. unknown is the reply to
// one that the command does not have.
func (s *session) refusedParameter(known map[string]parameter, params []string, unknown string) string {
	for _, text := range params {
		s.param = text
		name := unknown
		key, value, valued := strings.Cut(strings.ToUpper(text), "=")
		if param, ok := known[key]; ok && valued == (param.value != nil) {
			name = s.judgeParameter(param, key, value)
		}
		if name != "" {
			return name
		}
	}
	return ""
}

func (s *session) judgeParameter(param parameter, key, value string) string {
	p := &s.host.p
	switch {
	case param.extension != "" && !slices.Contains(p.ehlo, param.extension):
		return s.unlessIgnored(param.without)
	case param.value != nil && !param.value.MatchString(value):
		return s.unlessIgnored(param.malformed)
	case key == "SIZE" && tooLarge(value, p.size):
		return "too-big"
	case key == "SMTPUTF8" && p.smtputf8 != "yes":
		return "no-smtputf8"
	}
	s.mail.utf8 = s.mail.utf8 || (key == "SMTPUTF8")
	return ""
}

// unlessIgnored is the name of a reply, or empty if the host's row leaves that reply empty.
func (s *session) unlessIgnored(name string) string {
	if s.host.p.text(name) == "" {
		return ""
	}
	return name
}

// tooLarge reports whether a declared size exceeds a limit; 0 is no limit. A size that no integer holds is too large.
func tooLarge(digits string, limit int) bool {
	size, err := strconv.ParseUint(digits, 10, 63)
	return limit > 0 && (err != nil || size > uint64(limit))
}
