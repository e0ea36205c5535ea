package report

import "strings"

// Words says what the segment is, for people.
func (s Segment) Words() string {
	what, value, _ := strings.Cut(string(s), "=")
	if what == "age" {
		return sayAge(value)
	}
	return say(value)
}
