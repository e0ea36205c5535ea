package batch

import (
	"slices"
	"unsafe"
)

// padded is a text that has at least as many octets of memory behind it as padding says. So it can be copied in steps of that size,
// nearly always in one: to find out how to copy few octets takes longer than to copy some more.
type padded string

const padding = 32

// pad makes a padded text.
func pad(s string) padded {
	b := make([]byte, len(s)+padding)
	copy(b, s)
	return padded(view(b[:len(s)]))
}

// padded tells whether b is one as it stands.
func isPadded(b []byte) bool { return cap(b)-len(b) >= padding }

// put appends a padded text.
func put(b []byte, text padded) []byte {
	n := len(b)
	if cap(b)-n < len(text)+padding {
		b = slices.Grow(b, len(text)+padding)
	}
	to, from := b[n:cap(b)], unsafe.Slice(unsafe.StringData(string(text)), len(text)+padding)
	for i := 0; i < len(text); i += padding {
		*(*[padding]byte)(to[i:]) = *(*[padding]byte)(from[i:])
	}
	return b[:n+len(text)]
}
