package main

import (
	"fmt"
	"io"
	"strings"
)

// The rules of speaking to a person:
//
//   - stdout is for data; everything else goes to stderr as "prebounce: what: why", then "prebounce: hint: what to type next";
//   - no capital at the start, no full stop at the end, no stack;
//   - nothing from outside reaches a terminal unescaped: see plain.

func complain(w io.Writer, err error, hints ...string) {
	say(w, "%s", err)
	for _, h := range hints {
		say(w, "hint: %s", h)
	}
}

func say(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "prebounce: %s\n", plain(fmt.Sprintf(format, args...)))
}

// plain makes text from outside safe to print: control characters (C0, DEL, C1, bidi controls, line ends) become escapes.
func plain(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unprintable(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfffd:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff:
		return true
	}
	return false
}
