package reply

import (
	"bufio"
	"bytes"
	"strings"
)

// isHeaderField reports whether a line can be the first of a mail: "Return-Path: <>".
func isHeaderField(line string) bool {
	name, _, ok := strings.Cut(line, ":")
	if !ok || name == "" || len(name) > 70 {
		return false
	}
	for i := range len(name) {
		if !isAlnum(name[i]) && name[i] != '-' {
			return false
		}
	}
	return true
}

// mailHeader reports whether the text has one of the fields that every bounce mail has.
func mailHeader(text string) bool {
	lower := strings.ToLower(text[:min(len(text), 16<<10)])
	for _, field := range []string{"\nfrom:", "\nsubject:", "\nreceived:", "\nreturn-path:", "\nmime-version:",
		"\nx-failed-recipients:", "\nreporting-mta:", "\nfinal-recipient:"} {
		if strings.Contains("\n"+lower, field) {
			return true
		}
	}
	return false
}

// readMbox takes the mails of an mbox one after the other; of a long one the first MiB.
func readMbox(r *bufio.Reader, passed func(line int), yield func(Bounce, error) bool) {
	var text bytes.Buffer
	blank, stopped, from := true, false, 1
	flush := func() bool {
		stopped = !mailed(text.Bytes(), from, passed, yield)
		text.Reset()
		return !stopped
	}
	lines(r, func(line string, n int, err error) bool {
		if err != nil {
			stopped = true
			return yield(Bounce{}, err)
		}
		if blank && strings.HasPrefix(line, "From ") {
			more := flush()
			from = n
			return more
		}
		blank = line == ""
		if quoted := strings.TrimLeft(line, ">"); quoted != line && strings.HasPrefix(quoted, "From ") {
			line = line[1:]
		}
		if text.Len() < maxMail {
			text.WriteString(line + "\n")
		}
		return true
	})
	if !stopped {
		flush()
	}
}
