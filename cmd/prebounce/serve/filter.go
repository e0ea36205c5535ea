package serve

import (
	"bytes"
	"encoding/csv"
)

// filter is which rows to show. An empty field lets every row pass.
type filter struct {
	List, Reason, Status, Operator, Domain, File, Text string
	Typos                                              bool // with a suggestion
}

// Columns of results.csv, as DESIGN has them.
const (
	colAddress = 1 + iota
	colStatus
	colReason
	colList
	_
	colSuggestion
	colOperator
)

// colFile is the column of several lists.
const colFile = 15

// fits reports whether a record passes. What can rule it out without taking the record apart is tried first.
func (f *filter) fits(line []byte) bool {
	if *f == (filter{}) {
		return true
	}
	for _, text := range []string{f.List, f.Reason, f.Status, f.Operator, f.File} {
		if text != "" && !bytes.Contains(line, []byte(text)) {
			return false
		}
	}
	if (f.Domain != "" && !containsFold(line, f.Domain)) || (f.Text != "" && !containsFold(line, f.Text)) {
		return false
	}
	return f.exactly(cellsOfLine(line))
}

func (f *filter) exactly(cells []string) bool {
	is := func(column int, want string) bool {
		return want == "" || (column < len(cells) && cells[column] == want)
	}
	if !is(colList, f.List) || !is(colReason, f.Reason) || !is(colStatus, f.Status) || !is(colOperator, f.Operator) ||
		!is(colFile, f.File) {
		return false
	}
	if f.Typos && (len(cells) <= colSuggestion || cells[colSuggestion] == "") {
		return false
	}
	return f.Domain == "" || (len(cells) > colAddress && hasDomain(cells[colAddress], f.Domain))
}

// hasDomain reports whether an address is at a domain.
func hasDomain(address, domain string) bool {
	at := len(address) - len(domain) - 1
	return at >= 0 && address[at] == '@' && foldEqual(address[at+1:], domain)
}

// cellsOfLine are the cells of a record; nil if it is none.
func cellsOfLine(line []byte) []string {
	r := csv.NewReader(bytes.NewReader(line))
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	cells, err := r.Read()
	if err != nil {
		return nil
	}
	return cells
}

func foldEqual(a, b string) bool { return len(a) == len(b) && containsFold([]byte(a), b) }

// containsFold reports whether text contains a part, whatever the case of ASCII letters.
func containsFold(text []byte, part string) bool {
	if part == "" {
		return true
	}
	first := lower(part[0])
	for i := 0; i+len(part) <= len(text); i++ {
		if lower(text[i]) == first && sameFold(text[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

func sameFold(a []byte, b string) bool {
	for i := range a {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
