package main

import (
	"fmt"
	"io"

	"github.com/prebounce/prebounce/report"
)

// The rules of speaking to a person:
//
//   - stdout is for data; everything else goes to stderr as "prebounce: what: why", then "prebounce: hint: what to type next";
//   - no capital at the start, no full stop at the end, no stack;
//   - nothing from outside reaches a terminal unescaped: see [report.Plain].

func complain(w io.Writer, err error, hints ...string) {
	say(w, "%s", err)
	for _, h := range hints {
		say(w, "hint: %s", h)
	}
}

func say(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "prebounce: %s\n", report.Plain(fmt.Sprintf(format, args...)))
}
