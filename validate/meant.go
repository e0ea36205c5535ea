package validate

import "strings"

// Meant is the address that was probably meant by a text that is none: with a comma typed for a dot in its domain, "ann@gmail,com". It is
// empty where there is no such address.
func Meant(text string) string {
	at := strings.LastIndexByte(text, '@')
	if at < 1 || !strings.Contains(text[at:], ",") {
		return ""
	}
	a, err := Parse(text[:at] + strings.ReplaceAll(text[at:], ",", "."))
	if err != nil || a.Literal {
		return ""
	}
	return a.String()
}
