package known

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Lists answers what the lists say. The zero value, and nil, use the lists that the program carries; [Open]
// takes newer ones. The user's own come on top through the Add methods. Once these have returned, a Lists is
// safe for concurrent use.
type Lists struct {
	opened *lists
	own    *own
}

// own is what the user adds: whether each name speaks for the names below it too. Its maps are read-only once
// Add has returned.
type own struct {
	blocked, allowed, alias, roles map[string]bool
}

func (o *own) mark(d *Domain, name string, whole bool) (allowed bool) {
	if speaks(o.blocked, name, whole) {
		d.Sources |= UserList
	}
	d.Alias = d.Alias || speaks(o.alias, name, whole)
	return speaks(o.allowed, name, whole)
}

func speaks(m map[string]bool, name string, whole bool) bool {
	below, ok := m[name]
	return ok && (whole || below)
}

// AddBlocked reads domains that shall count as disposable. All Add methods take plain text or a CSV of one
// column, one entry per line, where a # starts a comment; a domain covers its subdomains unless it is a
// public suffix. name is what errors call the file. A line that is not a domain is an error that tells its
// number; a file over 256 MiB or ten million entries is one as well.
func (l *Lists) AddBlocked(r io.Reader, name string) error {
	return l.add(r, name, ParseDomain, func(o *own) *map[string]bool { return &o.blocked })
}

// AddAllowed reads domains that shall never count as disposable, whoever says so.
func (l *Lists) AddAllowed(r io.Reader, name string) error {
	return l.add(r, name, ParseDomain, func(o *own) *map[string]bool { return &o.allowed })
}

// AddAlias reads domains of alias services.
func (l *Lists) AddAlias(r io.Reader, name string) error {
	return l.add(r, name, ParseDomain, func(o *own) *map[string]bool { return &o.alias })
}

// AddRoles reads local parts that are a department's.
func (l *Lists) AddRoles(r io.Reader, name string) error {
	return l.add(r, name, roleEntry, func(o *own) *map[string]bool { return &o.roles })
}

const (
	maxOwnBytes   = 256 << 20
	maxOwnEntries = 10_000_000
)

func (l *Lists) add(r io.Reader, name string, entry func(string) (string, error),
	field func(*own) *map[string]bool) error {
	if l.own == nil {
		l.own = new(own)
	}
	set := field(l.own)
	if *set == nil {
		*set = map[string]bool{}
	}
	limited := &io.LimitedReader{R: r, N: maxOwnBytes + 1}
	lines, n := bufio.NewScanner(limited), 1
	for ; lines.Scan(); n++ {
		text := ownLine(lines.Text(), n)
		if text == "" || (n == 1 && isHeader(text)) {
			continue
		}
		key, err := entry(text)
		if err != nil {
			return fmt.Errorf("%s: line %d: %.80q: %w", name, n, text, err)
		}
		if (*set)[key] = !IsPublicSuffix(key); len(*set) > maxOwnEntries {
			return fmt.Errorf("%s: line %d: more than %d entries", name, n, maxOwnEntries)
		}
	}
	if limited.N == 0 {
		return fmt.Errorf("%s: line %d: longer than %d MiB", name, n, maxOwnBytes>>20)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: line %d: %w", name, n, err)
	}
	return nil
}

// ownLine strips what is not the entry: byte order mark, comment, blanks, quotes, empty cells after it.
func ownLine(line string, n int) string {
	if n == 1 {
		line = strings.TrimPrefix(line, "\ufeff")
	}
	line, _, _ = strings.Cut(line, "#")
	line = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(line), ",;"))
	if len(line) > 1 && line[0] == '"' && line[len(line)-1] == '"' {
		line = strings.TrimSpace(line[1 : len(line)-1])
	}
	return line
}

func isHeader(text string) bool {
	switch strings.ToLower(text) {
	case "domain", "domains", "email domain", "role", "roles", "local part", "local_part":
		return true
	}
	return false
}

// ParseDomain makes a lower-case A-label of a domain written as people do: @example.com, *.example.com,
// EXAMPLE.com., a U-label.
func ParseDomain(text string) (string, error) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "@"), "*.")
	name, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.TrimPrefix(text, "."), "."))
	if err != nil || !isDomain(name) {
		return "", errors.New("no domain")
	}
	return name, nil
}

// isDomain reports whether name is a lower-case A-label of two labels or more, as the tables hold them.
func isDomain(name string) bool {
	if len(name) > 253 || !strings.Contains(name, ".") {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

func roleEntry(text string) (string, error) {
	if len(text) > maxLocal || !utf8.ValidString(text) || strings.ContainsAny(text, " \t@,;\"") {
		return "", errors.New("no local part")
	}
	return lower(text), nil
}
