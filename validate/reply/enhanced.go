package reply

import (
	"fmt"
	"strings"
)

// Enhanced is an enhanced status code, class.subject.detail (RFC 3463). The zero value means that the reply has none.
type Enhanced struct{ Class, Subject, Detail uint16 }

// IsZero reports whether the enhanced status code is absent.
func (e Enhanced) IsZero() bool { return e == Enhanced{} }

// String writes the code as in the reply; nothing for none.
func (e Enhanced) String() string {
	if e.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d", e.Class, e.Subject, e.Detail)
}

// MarshalText makes a code read the same in text, CSV and JSON.
func (e Enhanced) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// ParseEnhanced reads a code that stands alone, such as the Status of a bounce mail.
func ParseEnhanced(s string) (Enhanced, error) {
	e, n := leadingEnhanced(s)
	if n == 0 || n != len(s) {
		return Enhanced{}, fmt.Errorf("invalid enhanced status code %q: want class.subject.detail", s)
	}
	return e, nil
}

// leadingEnhanced reads the code at the start of s and its length, 0 if there is none. Four numbers are an IP address.
func leadingEnhanced(s string) (Enhanced, int) {
	if len(s) < 5 || s[1] != '.' || (s[0] != '2' && s[0] != '4' && s[0] != '5') {
		return Enhanced{}, 0
	}
	subject, i := leadingNumber(s[2:])
	i += 2
	if i == 2 || i >= len(s) || s[i] != '.' {
		return Enhanced{}, 0
	}
	detail, n := leadingNumber(s[i+1:])
	end := i + 1 + n
	if n == 0 || (end < len(s) && (isAlnum(s[end]) || (s[end] == '.' && end+1 < len(s) && isDigit(s[end+1])))) {
		return Enhanced{}, 0
	}
	return Enhanced{uint16(s[0] - '0'), subject, detail}, end
}

// leadingNumber reads one to three digits.
func leadingNumber(s string) (v uint16, n int) {
	for n < len(s) && isDigit(s[n]) {
		v = v*10 + uint16(s[n]-'0')
		n++
		if n > 3 {
			return 0, 0
		}
	}
	return v, n
}

// findEnhanced looks for a code of this class inside the text: qmail and Cisco write "(#5.1.1)" or "#5.1.0"
// after the words.
func findEnhanced(s string, class uint16) Enhanced {
	for i := 0; i+5 <= len(s); i++ {
		next := strings.IndexByte(s[i:], '.')
		if next < 0 {
			break
		}
		i += next
		if i == 0 || !isDigit(s[i-1]) || (i > 1 && (isAlnum(s[i-2]) || s[i-2] == '.')) {
			continue
		}
		if e, n := leadingEnhanced(s[i-1:]); n > 0 && (class == 0 || e.Class == class) {
			return e
		}
	}
	return Enhanced{}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isAlnum(c byte) bool { return isDigit(c) || (c|0x20 >= 'a' && c|0x20 <= 'z') }
