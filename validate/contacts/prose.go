package contacts

import (
	"bytes"
	"strings"
)

const (
	linesLooked  = 200
	fewestLines  = 4
	longestField = 60 // octets of the name of a field
)

// refuseText returns an error when head is text that holds no contact a line: a mail message, an LDIF or YAML
// file, labelled blocks.
func refuseText(head []byte) error {
	lines := linesOf(head)
	for _, kind := range [...]struct {
		fits       func(lines [][]byte) bool
		what, hint string
	}{
		{isMessage, "it is a mail message",
			"save the attached list and give that file, or paste the addresses into a text file, one per line"},
		{isLDIF, "it is an LDIF file (a directory export)", "export the entries as CSV; or convert it: ldif2csv"},
		{isBlocks, "it holds one field per line (YAML or labelled blocks), not one contact per line", export},
	} {
		if kind.fits(lines) {
			return unreadable(kind.what, kind.hint, nil)
		}
	}
	return nil
}

// linesOf are the first lines of head that are not blank.
func linesOf(head []byte) (lines [][]byte) {
	for line := range bytes.FieldsFuncSeq(head, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if len(bytes.TrimSpace(line)) > 0 {
			lines = append(lines, line)
		}
		if len(lines) == linesLooked {
			break
		}
	}
	return lines
}

// messageFields are header fields of mail (RFC 5322) that a list's first lines don't have by chance.
var messageFields = setOf(`received from to subject date message-id mime-version return-path delivered-to content-type dkim-signature reply-to
x-received arc-seal authentication-results cc sender`)

// isMessage reports whether the text begins with the header of a mail message, perhaps behind the From line
// of a mailbox file.
func isMessage(lines [][]byte) bool {
	if len(lines) > 0 && bytes.HasPrefix(lines[0], []byte("From ")) {
		lines = lines[1:]
	}
	known, distinct := 0, map[string]bool{}
	for i, line := range lines[:min(len(lines), 25)] {
		name, _, ok := bytes.Cut(line, []byte(":"))
		field := strings.ToLower(string(name))
		switch {
		case line[0] == ' ' || line[0] == '\t':
			if i == 0 {
				return false
			}
			continue // folded
		case !ok || len(name) > longestField || bytes.ContainsAny(name, " \t,;|\""):
			return known >= 3
		case messageFields[field] && !distinct[field]:
			distinct[field] = true
			known++
		}
	}
	return known >= 3
}

// isLDIF reports whether entries begin with a distinguished name (RFC 2849).
func isLDIF(lines [][]byte) bool {
	for _, line := range lines[:min(len(lines), 10)] {
		if bytes.HasPrefix(line, []byte("dn: ")) || bytes.HasPrefix(line, []byte("dn:: ")) {
			return true
		}
	}
	return false
}

// isBlocks reports whether nearly every line holds a field with its name, and most hold no address: several
// lines make a contact.
func isBlocks(lines [][]byte) bool {
	fields, addresses, names := 0, 0, map[string]bool{}
	for _, line := range lines {
		if name, ok := fieldName(line); ok {
			fields++
			names[name] = true
		}
		addresses += btoi(bytes.IndexByte(line, '@') >= 0)
	}
	return len(lines) >= fewestLines && len(names) > 1 && 10*fields >= 8*len(lines) && 5*addresses <= 3*len(lines) &&
		addresses > 0
}

// fieldName is the name of the field that a line holds, as in " - email: ann@x.example"; a list's own mark
// counts as one.
func fieldName(line []byte) (string, bool) {
	line = bytes.TrimSpace(line)
	if bytes.HasPrefix(line, []byte("#")) || string(line) == "---" || string(line) == "-" || string(line) == "..." {
		return string(line[:1]), true
	}
	line = bytes.TrimPrefix(line, []byte("- "))
	if len(line) > 2 && line[0] == '[' && line[len(line)-1] == ']' {
		return "[]", true // of an INI file
	}
	i := bytes.IndexAny(line, ":=")
	if i < 0 {
		return "", false
	}
	name, value, equals := line[:i], line[i+1:], line[i] == '='
	name = bytes.Trim(bytes.TrimSpace(name), `"'`)
	apart := equals || len(value) == 0 || value[0] == ' ' || value[0] == '\t'
	if len(name) == 0 || len(name) > longestLabel || !apart || !isLabel(name) {
		return "", false
	}
	return string(name), true
}

// aligned reports whether the cells of a list without delimiters hold an address among columns that blanks keep apart.
func aligned(rows []entry) bool {
	n, all := 0, 0
	for _, row := range rows {
		if len(row.cells) == 0 {
			continue
		}
		all++
		for cell := range strings.SplitSeq(string(row.cells[0]), "  ") {
			if isAddress(bytes.TrimSpace([]byte(cell))) && len(row.cells) == 1 && len(cell) < len(trim(row.cells[0])) {
				n++
				break
			}
		}
	}
	return n > 0 && 3*n >= all
}
