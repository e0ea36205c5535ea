package contacts

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// ownSink writes rows as they stand in the list.
func (l *List) ownSink(w io.Writer, extra []string) (*Sink, error) {
	odd := l.oddOctets()
	own := func() *ownRows { return &ownRows{list: l, extra: len(extra) > 0, odd: odd} }
	p := own()
	if p.extra {
		p.append(p.safe(l.layout.Separator))
		header := l.header
		if l.openEnd > 0 { // columns of ours behind an open quote would be a part of its cell
			header = l.dialect.mended(header)
		}
		p.keepRow(p.safe(header), len(l.layout.Names), extra)
	}
	if _, err := w.Write(append(bytes.Clone(l.layout.BOM), p.buf...)); err != nil {
		return nil, fmt.Errorf("writing: %w", err)
	}
	return textSink(w, func() textRows { return own() }), nil
}

// ownRows gathers raw records in the list's own encoding.
type ownRows struct {
	list  *List
	extra bool
	buf   []byte
	row   []byte // a record of a wide list before it is widened
	value []byte
	odd   *[256]bool // octets that a value of ours can't be appended with as it stands

	harmless []byte // records that a spreadsheet can't take for formulas
	fields   [][]byte
	changed  []byte // a row with an edit
}

func (p *ownRows) reset()       { p.buf = p.buf[:0] }
func (p *ownRows) size() int    { return len(p.buf) }
func (p *ownRows) text() []byte { return p.buf }

func (p *ownRows) keep(rec *Record, extra []string) {
	raw := p.safe(p.edited(rec))
	if !p.extra {
		p.append(raw)
		return
	}
	if rec.Kind == Row {
		p.keepRow(p.list.dialect.trimEnd(raw), rec.width(), extra)
	}
}

// append adds bytes as they came out of the list.
func (p *ownRows) append(raw []byte) {
	if w := p.list.charset.wide; w != nil {
		p.buf = w.widen(p.buf, raw)
		return
	}
	p.buf = append(p.buf, raw...)
}

// keepRow adds a row with values of ours behind its own fields.
func (p *ownRows) keepRow(raw []byte, fields int, extra []string) {
	if p.list.charset.wide == nil {
		p.buf = p.appendRow(p.buf, raw, fields, extra)
		return
	}
	p.row = p.appendRow(p.row[:0], raw, fields, extra)
	p.append(p.row)
}

func (p *ownRows) appendRow(dst, raw []byte, fields int, extra []string) []byte {
	dst = p.list.appendOwn(dst, raw)
	delim := p.list.appendDelimiter()
	if p.list.dialect.inner != nil {
		fields = p.list.layout.Width // all of them are one cell
	}
	for range p.list.layout.Width - max(fields, 1) {
		dst = append(dst, delim)
	}
	for _, v := range extra {
		dst = append(dst, delim)
		if p.plain(v) {
			dst = append(dst, v...)
			continue
		}
		dst, p.value = p.list.appendValue(dst, p.value[:0], v)
	}
	return append(dst, p.list.layout.LineEnd...)
}

// plain reports whether a value of ours can be appended as it stands, as most can.
func (p *ownRows) plain(v string) bool {
	if v == "" {
		return true
	}
	odd := v[0] == ' ' || v[len(v)-1] == ' ' || strings.IndexByte(formulas, v[0]) >= 0
	for i := range len(v) {
		odd = odd || p.odd[v[i]]
	}
	return !odd
}

// oddOctets are those that a value of ours is to be looked at with care for.
func (l *List) oddOctets() *[256]bool {
	odd := new([256]bool)
	for c := range odd {
		odd[c] = c < ' ' || c > '~' || c == '"' || c == int(l.appendDelimiter())
	}
	return odd
}

// appendDelimiter separates our columns: by a comma where the list itself has no delimiter.
func (l *List) appendDelimiter() byte {
	if l.dialect.delim == noDelimiter {
		return ','
	}
	return l.dialect.delim
}

// appendOwn appends the row's own fields. In a list without a delimiter a comma in its only field has to be quoted now.
func (l *List) appendOwn(dst, raw []byte) []byte {
	quoted := len(raw) > 0 && raw[0] == '"' && closing(raw, 1) == len(raw)-1
	if l.dialect.delim != noDelimiter || quoted || bytes.IndexByte(raw, ',') < 0 {
		return append(dst, raw...)
	}
	return appendQuoted(dst, raw)
}

func appendQuoted(dst, text []byte) []byte {
	dst = append(dst, '"')
	for {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			break
		}
		dst = append(append(dst, text[:i+1]...), '"')
		text = text[i+1:]
	}
	return append(append(dst, text...), '"')
}

// appendValue appends a value of ours, quoted if it must be. It uses scratch.
func (l *List) appendValue(dst, scratch []byte, v string) (out, used []byte) {
	v = safe(v)
	scratch = l.charset.appendText(scratch, v)
	if strings.IndexByte(v, l.appendDelimiter()) >= 0 || strings.IndexByte(v, '"') >= 0 {
		return appendQuoted(dst, scratch), scratch
	}
	return append(dst, scratch...), scratch
}

// formulas begin with one of these.
const formulas = "=+-@"

// safe makes a value harmless in a spreadsheet: no control characters, and an apostrophe before what would be
// a formula.
func safe(v string) string {
	for i := range len(v) {
		if v[i] < ' ' || v[i] > '~' { // seldom, and dear to look at
			v = strings.Map(noControl, v)
			break
		}
	}
	v = strings.TrimSpace(v)
	if v != "" && strings.IndexByte(formulas, v[0]) >= 0 {
		return "'" + v
	}
	return v
}

func noControl(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return ' '
	case r < ' ' || (r >= 0x7F && r <= 0x9F):
		return -1
	}
	return r
}
