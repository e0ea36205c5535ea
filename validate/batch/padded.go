package batch

import "unsafe"

// padded is a text with at least padding octets of memory behind it. So it can be copied in steps of as many,
// nearly always in one: to find out how to copy few octets takes longer than to copy some more.
type padded string

const padding = 32

// pad makes a padded text.
func pad(s string) padded {
	b := make([]byte, len(s)+padding)
	copy(b, s)
	return padded(view(b[:len(s)]))
}

// isPadded reports whether b is padded as it stands.
func isPadded(b []byte) bool { return cap(b)-len(b) >= padding }

// put copies a text to b[at:] and tells where it ends. There must be room for it and for padding octets more:
// nothing looks whether there is.
func put(b []byte, at int, text padded) (end int) {
	from, to := unsafe.Pointer(unsafe.StringData(string(text))), unsafe.Pointer(unsafe.SliceData(b))
	for i := 0; i < len(text); i += padding { // in two halves, as then no function is called for it
		*(*[padding / 2]byte)(unsafe.Add(to, at+i)) = *(*[padding / 2]byte)(unsafe.Add(from, i))
		*(*[padding / 2]byte)(unsafe.Add(to, at+i+padding/2)) = *(*[padding / 2]byte)(unsafe.Add(from, i+padding/2))
	}
	return at + len(text)
}
