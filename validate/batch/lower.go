package batch

import "bytes"

// lowered appends a text with its letters of ASCII in lower case. It may begin where the text does, and then
// changes it in place.
func lowered[T string | []byte](to []byte, text T) []byte {
	for i := range len(text) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		to = append(to, c)
	}
	return to
}

// lower puts the domain at the end of a plain address in lower case.
func lower(address []byte) {
	domain := address[bytes.LastIndexByte(address, '@')+1:]
	lowered(domain[:0], domain)
}
