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
		"SIZE":     {"", "", regexp.MustCompile(`^\d+$`), "bad-size"},
		"BODY":     {"", "", regexp.MustCompile(`^(?:7BIT|8BITMIME)$`), "bad-body"},
		"RET":      {"DSN", "no-dsn", regexp.MustCompile(`^(?:FULL|HDRS)$`), "bad-ret"},
		"ENVID":    {"DSN", "no-dsn", regexp.MustCompile(`^` + xtext + `$`), "bad-envid"},
		"AUTH":     {"", "", regexp.MustCompile(`^(?:<>|` + xtext + `)$`), "bad-auth"},
		"PRDR":     {"PRDR", "unknown-param", nil, "unknown-param"},
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

// offeredParameters are those that the host reads: some do only after EHLO.
func (s *session) offeredParameters(known map[string]parameter) map[string]parameter {
	if s.host.p.afterEHLO && !s.extended {
		return nil
	}
	return known
}

// refusedParameter names the reply to the first parameter that the host refuses, or is empty. unknown is the reply to
// one that the command does not have.
func (s *session) refusedParameter(known map[string]parameter, params []string, unknown string) string {
	p, seen := &s.host.p, make(map[string]bool)
	for n := range params {
		i := n
		if p.backwards {
			i = len(params) - 1 - n
		}
		s.param, s.params = params[i], strings.Join(params[:i+1], " ")
		name := unknown
		key, value, valued := strings.Cut(strings.ToUpper(params[i]), "=")
		param, ok := known[key]
		switch {
		case ok && seen[key] && param.extension == "DSN" && p.says["twice"] != "":
			name = param.malformed
		case ok && !valued && p.lone && param.value != nil:
			name = s.judgeParameter(param, key, "-")
		case ok && valued == (param.value != nil):
			name = s.judgeParameter(param, key, value)
		}
		seen[key] = true
		if name != "" {
			return name
		}
	}
	return ""
}

func (s *session) judgeParameter(param parameter, key, value string) string {
	p := &s.host.p
	form := param.value
	if own := p.forms[key]; own != nil {
		form = own
	}
	switch {
	case param.extension != "" && !slices.Contains(p.ehlo, param.extension):
		return s.unlessIgnored(param.without)
	case key == "SIZE" && overflows.MatchString(value):
		return s.unlessIgnored("size-overflow")
	case key == "SIZE" && negative.MatchString(value):
		return s.unlessIgnored("size-negative")
	case key == "NOTIFY" && p.says["notify-never"] != "" && strings.Contains(value, ",") &&
		slices.Contains(strings.Split(value, ","), "NEVER"):
		return "notify-never"
	case form != nil && !form.MatchString(value):
		return s.unlessIgnored(param.malformed)
	case key == "SIZE" && tooLarge(value, p.size):
		return s.unlessIgnored("size-too-big")
	case key == "SMTPUTF8" && p.smtputf8 != "yes":
		return "no-smtputf8"
	}
	s.mail.utf8 = s.mail.utf8 || (key == "SMTPUTF8")
	s.mail.prdr = s.mail.prdr || (key == "PRDR")
	return ""
}

// unlessIgnored is the name of a reply, or empty if the host's row leaves that reply empty.
func (s *session) unlessIgnored(name string) string {
	if s.host.p.text(name) == "" {
		return ""
	}
	return name
}

// overflows is a size that no integer holds, negative one that none can be.
var (
	overflows = regexp.MustCompile(`^\d{19,}$`)
	negative  = regexp.MustCompile(`^-\d+$`)
)

// tooLarge reports whether a declared size exceeds a limit; 0 is not a limit. What is not a size is not.
func tooLarge(digits string, limit int) bool {
	size, err := strconv.ParseUint(digits, 10, 63)
	return limit > 0 && err == nil && size > uint64(limit)
}
