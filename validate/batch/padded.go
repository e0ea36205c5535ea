package batch

import "unsafe"

// padded is a text with at least padding octets of memory behind it. So it can be copied in steps of as many, nearly always in one: to
// find out how to copy few octets takes longer than to copy some more.
type padded string

const padding = 32

// pad makes a padded text.
func pad(s string) padded {
	b := make([]byte, len(s)+padding)
	copy(b, s)
	return padded(view(b[:len(s)]))
}

// isPadded tells whether b is padded as it stands.
func isPadded(b []byte) bool { return cap(b)-len(b) >= padding }

// put copies a text to b[at:] and tells where it ends. There must be room for padding octets more.
func put(b []byte, at int, text padded) (end int) {
	from := unsafe.Pointer(unsafe.StringData(string(text)))
	*(*[padding]byte)(b[at:]) = *(*[padding]byte)(from)
	for i := padding; i < len(text); i += padding {
		*(*[padding]byte)(b[at+i:]) = *(*[padding]byte)(unsafe.Add(from, i))
	}
	return at + len(text)
}
