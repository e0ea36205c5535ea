package smtp

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxAddress is RFC 5321 §4.5.3.1.3 less the angle brackets.
const maxAddress = 254

// checkIdentity makes sure that our names can be written in a command.
func checkIdentity(helo, from string) error {
	if !isDomain(helo) {
		return errors.New("the HELO name is not a domain or address literal")
	}
	if from == "" {
		return nil
	}
	if err := checkMailbox(from, false); err != nil {
		return fmt.Errorf("envelope sender: %w", err)
	}
	return nil
}

func checkRecipients(recipients []string, utf8 bool) error {
	for i, r := range recipients {
		if err := checkMailbox(r, utf8); err != nil {
			return fmt.Errorf("recipient %d: %w", i+1, err)
		}
	}
	return nil
}

// checkMailbox makes sure that an address can be written in a command and is one argument of it, whatever the
// caller has checked. It is not a judge of addresses beyond that.
func checkMailbox(s string, intl bool) error {
	at := strings.LastIndexByte(s, '@')
	switch {
	case len(s) > maxAddress:
		return errors.New("longer than 254 octets")
	case at < 1 || !isDomain(s[at+1:]):
		return errors.New("no domain with A-labels behind an @")
	case !utf8.ValidString(s):
		return errors.New("not UTF-8")
	}
	local := s[:at]
	if quoted, ok := strings.CutPrefix(local, `"`); ok {
		return checkQuoted(quoted, intl)
	}
	for _, r := range local {
		if !inWord(r, intl) || strings.ContainsRune(`()<>[]:;@\,"`, r) {
			return errors.New("a character before the @ that can't stand there unquoted")
		}
	}
	return nil
}

// checkQuoted reads the rest of a quoted string (RFC 5321 §4.1.2).
func checkQuoted(s string, intl bool) error {
	escaped := false
	for i, r := range s {
		switch {
		case r != ' ' && !inWord(r, intl):
			return errors.New("a character that can't stand in quotes")
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"' && i == len(s)-1:
			return nil
		case r == '"':
			return errors.New("a quote inside the quotes")
		}
	}
	return errors.New("no closing quote")
}

// inWord reports whether a rune is visible, and ASCII unless UTF-8 is spoken.
func inWord(r rune, intl bool) bool {
	return (r > ' ' && r < unicode.MaxASCII) || (intl && r > unicode.MaxASCII && unicode.IsGraphic(r) &&
		!unicode.IsSpace(r))
}

// isDomain takes names of letters, digits, hyphens, underscores and dots, and address literals.
func isDomain(s string) bool {
	others := "-_."
	if literal, ok := strings.CutPrefix(s, "["); ok {
		if s, ok = strings.CutSuffix(literal, "]"); !ok {
			return false
		}
		others = "-.:"
	}
	fits := func(r rune) bool {
		return r <= unicode.MaxASCII && (isAlnum(byte(r)) || strings.ContainsRune(others, r))
	}
	return s != "" && len(s) <= 255 && strings.IndexFunc(s, func(r rune) bool { return !fits(r) }) < 0
}

func isAlnum(c byte) bool { return (c|0x20 >= 'a' && c|0x20 <= 'z') || (c >= '0' && c <= '9') }
