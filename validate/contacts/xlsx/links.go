package xlsx

import (
	"bytes"
	"io"
	"net/url"
	"path"
	"strings"
)

// mostLinks bounds the links of a sheet that are kept in memory.
const mostLinks = 1 << 20

// at is the place of a cell, both from 0.
type at struct{ row, column int }

// links finds the cells of a sheet that link to an e-mail address. The links stand behind the rows, so the
// part is read once more, but only if one of its targets is an address.
func (w *Workbook) links(s *Sheet) (map[at]string, error) {
	targets, err := w.mailTargets(s)
	if err != nil || len(targets) == 0 {
		return nil, err
	}
	part, err := w.open(s.part)
	if err != nil {
		return nil, err
	}
	defer part.Close()
	found := map[at]string{}
	for scan := newScanner(part); ; {
		t, err := scan.next()
		if err == io.EOF {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if t != startTag || scan.name() != "hyperlink" || len(found) >= mostLinks {
			continue
		}
		if address, ok := targets[string(scan.attribute("id"))]; ok {
			link(found, scan.attribute("ref"), address)
		}
	}
}

// mailTargets are the addresses that a sheet links to, by the number under which it knows them.
func (w *Workbook) mailTargets(s *Sheet) (map[string]string, error) {
	targets := map[string]string{}
	name := path.Join(path.Dir(s.part), "_rels", path.Base(s.part)+".rels")
	err := w.each(name, func(x *scanner) error {
		if x.name() != "Relationship" || len(targets) >= mostLinks {
			return nil
		}
		if address := mailAddress(string(x.attribute("Target"))); address != "" {
			targets[string(x.attribute("Id"))] = address
		}
		return nil
	})
	return targets, err
}

// mostLinked bounds the cells that one link covers.
const mostLinked = 1000

// link notes the cells of a reference such as B2 or B2:B5.
func link(found map[at]string, ref []byte, address string) {
	from, to, isRange := bytes.Cut(ref, []byte{':'})
	if !isRange {
		to = from
	}
	first, ok1 := place(from)
	last, ok2 := place(to)
	if !ok1 || !ok2 || last.row < first.row || last.column < first.column ||
		(last.row-first.row+1)*(last.column-first.column+1) > mostLinked {
		return
	}
	for row := first.row; row <= last.row; row++ {
		for column := first.column; column <= last.column; column++ {
			found[at{row, column}] = address
		}
	}
}

// place reads the name of a cell.
func place(name []byte) (at, bool) {
	column, ok := columnOf(name)
	row := number(bytes.TrimLeftFunc(name, func(r rune) bool { return r < '0' || r > '9' }))
	return at{row - 1, column}, ok && row >= 1 && row <= maxRows
}

const mailTo = "mailto:"

// mailAddress is the address of a mailto: link, or empty.
func mailAddress(target string) string {
	target = strings.TrimSpace(target)
	if len(target) <= len(mailTo) || !strings.EqualFold(target[:len(mailTo)], mailTo) {
		return ""
	}
	to, _, _ := strings.Cut(target[len(mailTo):], "?")
	if plain, err := url.PathUnescape(to); err == nil {
		to = plain
	}
	if to = strings.TrimSpace(to); strings.IndexByte(to, '@') < 1 || strings.ContainsAny(to, "<>\r\n\t") {
		return ""
	}
	return to
}

// longestFormula is how much of a formula is looked at, in octets.
const longestFormula = 1 << 10

// formula gathers the text of a cell's formula.
type formula struct {
	inside bool
	there  bool
	text   []byte
}

func (f *formula) see(t token, x *scanner) {
	switch {
	case t == text && f.inside:
		f.text = append(f.text, x.text[:min(len(x.text), longestFormula-min(len(f.text), longestFormula))]...)
	case t != text && x.name() == "f":
		f.inside = t == startTag
		f.there = true
	}
}

// address is the one that HYPERLINK("mailto:ann@x.example","Ann") links to, or empty.
func (f *formula) address() string {
	const call = "HYPERLINK("
	i := strings.Index(strings.ToUpper(string(f.text)), call)
	if i < 0 {
		return ""
	}
	argument := strings.TrimLeft(string(f.text[i+len(call):]), " ")
	if argument == "" || argument[0] != '"' {
		return ""
	}
	target, _, ok := strings.Cut(argument[1:], `"`)
	if !ok {
		return ""
	}
	return mailAddress(target)
}
