package validate

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// SyntaxError says what is wrong with an address and where.
type SyntaxError struct {
	What string // for people, no capital, no full stop
	At   int    // the character at which it is wrong, from 1; 0: all of it
}

func (e *SyntaxError) Error() string {
	if e.At == 0 {
		return e.What
	}
	return e.What + " at " + strconv.Itoa(e.At)
}

// noAt reports that the text holds no address.
func (p *Parser) noAt() *SyntaxError {
	p.fault = SyntaxError{What: "there is no @"}
	return &p.fault
}

// fail notes what is wrong at octet i of s; where what is empty, the character there is itself the trouble.
func (p *Parser) fail(s string, i int, what string) *SyntaxError {
	if what == "" {
		what = trouble(s[i:])
	}
	p.fault = SyntaxError{what, utf8.RuneCountInString(s[:min(i, len(s))]) + 1}
	return &p.fault
}

// characters that are met often enough to be called by name.
var troubleNames = [128]string{
	' ': "a blank", '\t': "a tab", '\n': "a line end", '\r': "a line end", '@': "a second @", ',': "a comma",
	';': "a semicolon", ':': "a colon",
	'"': "a quote", '\\': "a backslash", '(': "an opening bracket", ')': "a closing bracket",
	'[': "an opening bracket", ']': "a closing bracket",
	'<': "an angle bracket", '>': "an angle bracket", '_': "an underscore in the domain",
}

func trouble(rest string) string {
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case r < 128 && troubleNames[r] != "":
		return troubleNames[r]
	case r < ' ' || r == 0x7f:
		return "a control character"
	case r == utf8.RuneError:
		return "octets that are not UTF-8"
	}
	return signs[r&127]
}

// signs holds, for each printable ASCII character, a sentence with it; made once so that a bad address costs
// no allocation.
var signs = func() (signs [128]string) {
	for r := rune(' '); r < 0x7f; r++ {
		signs[r] = fmt.Sprintf("the character %c", r)
	}
	return signs
}()
