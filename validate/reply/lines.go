package reply

import (
	"strconv"
	"strings"
)

// readLines takes the lines of a reply, also where they were flattened into one: "550-5.1.1 a 550-5.1.1 b 550 5.1.1 c".
func (r *Reply) readLines(text string) {
	more := true // the line before announced another one, or wasn't a line of a reply
	for text != "" && len(r.Lines) < maxLines {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		code, goesOn, rest := cutCode(line)
		if code != 0 && r.Code != 0 && code != r.Code && !more {
			return // another reply
		}
		r.note(code)
		if code != 0 {
			more = goesOn
		}
		if first, flat, ok := cutFlattened(rest, code, goesOn); ok {
			rest, text = first, flat+"\n"+text
		}
		r.addLine(rest)
	}
}

// note keeps the gentlest of the codes that the lines of one reply give; by RFC 5321 §4.2.1 they are all the same.
func (r *Reply) note(code int) {
	if code != 0 && (r.Code == 0 || (code/100 == 4 && r.Code/100 == 5)) {
		r.Code = code
	}
}

func (r *Reply) addLine(line string) {
	e, n := leadingEnhanced(strings.TrimLeft(line, "#-( "))
	if n > 0 {
		if r.Enhanced.IsZero() {
			r.Enhanced, r.hash = e, line[0] == '#'
		}
		line = strings.TrimLeft(line, "#-( ")[n:]
		line = strings.TrimLeft(line, ")-:; ")
	}
	if line = strings.TrimSpace(line); line != "" || len(r.Lines) == 0 {
		r.Lines = append(r.Lines, line)
	}
}

// cutCode splits the basic code from a line, if it begins with one.
func cutCode(line string) (code int, goesOn bool, rest string) {
	if !startsWithCode(line) {
		return 0, false, line
	}
	code, _ = strconv.Atoi(line[:3])
	goesOn = len(line) > 3 && line[3] == '-'
	return code, goesOn, strings.TrimLeft(line[3:], "-:,; \t")
}

// cutFlattened splits a line where the same code stands again behind a space, after a line that announced another one.
func cutFlattened(line string, code int, goesOn bool) (first, rest string, ok bool) {
	if !goesOn {
		return "", "", false
	}
	mark := " " + strconv.Itoa(code)
	for from := 0; ; {
		i := strings.Index(line[from:], mark)
		if i < 0 {
			return "", "", false
		}
		at := from + i
		if next := at + len(mark); next == len(line) || line[next] == '-' || line[next] == ' ' {
			return line[:at], line[at+1:], true
		}
		from = at + 1
	}
}

// startsWithCode reports whether s begins with a basic code. Any number from 200 to 599 may be one: servers invent them.
func startsWithCode(s string) bool {
	if len(s) < 3 || s[0] < '2' || s[0] > '5' || !isDigit(s[1]) || !isDigit(s[2]) {
		return false
	}
	if len(s) == 3 {
		return true
	}
	switch s[3] {
	case ' ', '-', '\t', '\r', '\n', '#', ',', ';', ':', '"', '\'', '(', '<', '>', ')', ']':
		return true
	case '.':
		return len(s) == 4 || !isDigit(s[4]) // else an IP address
	}
	return false
}
