package bounces

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	sniffed   = 64 << 10 // bytes looked at to tell what a file is
	maxRecord = 1 << 20  // bytes of one record
)

// unwrapped takes off gzip and a byte order mark, and turns UTF-16 into UTF-8.
func unwrapped(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReader(r)
	r = b
	switch head, _ := b.Peek(4); {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, err
		}
		r = z
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil, errors.New("it is a ZIP: unpack it and name the files inside")
	}
	return bufio.NewReaderSize(transform.NewReader(r, utf.BOMOverride(encoding.Nop.NewDecoder())), sniffed), nil
}

// readerOf tells what a file is from its first 64 KiB.
func readerOf(b *bufio.Reader, m *Mapping, n *Count, found bool) (reader, error) {
	head, err := b.Peek(sniffed)
	if err != nil && err != io.EOF {
		return nil, err
	}
	text := strings.TrimLeft(string(head), " \t\r\n")
	n.begin(text)
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return readJSON(b, m, n), nil
	}
	header, comma := headerOf(text)
	if f := formatOf(m, func(name string) bool { return slices.Contains(header, name) }); f != nil {
		return readCSV(b, f, header, comma, n), nil
	}
	if m != nil || looksLikeTable(header, comma, text) {
		return nil, &UnknownError{What: "columns", Names: header}
	}
	return readPlain(b, n, found), nil
}

// UnknownError says that an export is of no format that is known, or not of the one that a mapping speaks of.
type UnknownError struct {
	What  string // columns or keys
	Names []string
}

// mostNames are as many names as an error tells.
const mostNames = 12

func (e *UnknownError) Error() string {
	names, more := e.Names[:min(len(e.Names), mostNames)], ""
	if len(e.Names) > mostNames {
		more = ", ..."
	}
	return fmt.Sprintf("it is neither a known export nor what --map says: its %s are %s%s", e.What,
		strings.Join(names, ", "), more)
}

// headerOf cuts the first line into names at the delimiter that gives most.
func headerOf(text string) (names []string, comma rune) {
	first, _, _ := strings.Cut(text, "\n")
	first = strings.TrimSuffix(first, "\r")
	for _, c := range ",;\t|" {
		r := csv.NewReader(strings.NewReader(first))
		r.Comma, r.LazyQuotes = c, true
		if cells, err := r.Read(); err == nil && len(cells) > len(names) {
			names, comma = cells, c
		}
	}
	for i, n := range names {
		names[i] = normal(n)
	}
	return names, comma
}

// looksLikeTable tells a CSV from a log, a mail or a plain list: its first line has names, and one of them is
// of addresses or a cell below them is one.
func looksLikeTable(names []string, comma rune, text string) bool {
	if len(names) < 2 || slices.ContainsFunc(names, func(n string) bool {
		return strings.ContainsAny(n, ":@<>") ||
			len(n) > longestName
	}) {
		return false
	}
	_, rest, _ := strings.Cut(text, "\n")
	second, _, _ := strings.Cut(rest, "\n")
	cells := strings.Split(second, string(comma))
	return slices.ContainsFunc(names, func(n string) bool {
		return strings.Contains(n, "mail") || strings.Contains(n, "address") || strings.Contains(n, "recipient")
	}) || (len(cells) == len(names) && slices.ContainsFunc(cells, func(c string) bool {
		return strings.Contains(c,
			"@")
	}))
}

const longestName = 64 // octets in the name of a column

// normal is how names of columns and keys are compared: "Email Address", "email_address" and "emailAddress"
// are one. Dots part the keys of objects within objects.
func normal(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
