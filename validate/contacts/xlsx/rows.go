package xlsx

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Rows iterates over the rows of a sheet.
type Rows struct {
	workbook *Workbook
	part     io.ReadCloser
	scan     *scanner
	number   int // of the row, from 1
	cells    []Cell
	buf      []byte // the texts of cells, one after the other
	ends     []int
	in       richText
	began    bool // the rows have
	formula  formula
	linked   map[at]string  // by hyperlinks
	links    map[int]string // of the row, by column

	Uncalculated int // formulas without a value: the program that wrote them never worked them out
	HiddenRows   int // by a filter, say
}

// Rows starts reading a sheet. Reading a second sheet ends the first.
func (w *Workbook) Rows(s *Sheet) (*Rows, error) {
	if w.shared == nil {
		shared, err := w.readShared()
		if err != nil {
			return nil, explained(err)
		}
		w.shared = shared
	}
	linked, err := w.links(s)
	if err != nil {
		return nil, explained(err)
	}
	part, err := w.open(s.part)
	if err != nil {
		return nil, explained(err)
	}
	return &Rows{workbook: w, part: part, scan: newScanner(part), linked: linked}, nil
}

// explained is err as an [Error], unless it is one, or none about the workbook.
func explained(err error) error {
	if e := (*Error)(nil); err == io.EOF || errors.As(err, &e) || strings.Contains(err.Error(), "temporary copy") {
		return err
	}
	return damaged(err)
}

// Close stops reading.
func (r *Rows) Close() error {
	if r.part == nil {
		return nil
	}
	return r.part.Close()
}

// Next returns the next row of the sheet and its number, counting from 1; the sheet may omit empty rows. It returns
// io.EOF only at the end of a complete sheet. The cells are valid until the next call, and the last cell is never
// empty.
func (r *Rows) Next() (number int, cells []Cell, err error) {
	if r.scan == nil {
		return 0, nil, io.EOF
	}
	for {
		t, err := r.scan.next()
		if err == io.EOF && !r.began {
			err = errors.New("a sheet has no row data")
		}
		if err != nil {
			return 0, nil, explained(err)
		}
		if t == startTag && r.scan.name() == "sheetData" {
			r.began = true
		}
		if t == startTag && r.scan.name() == "row" {
			if err := r.row(); err != nil {
				return 0, nil, explained(err)
			}
			return r.number, r.cells, nil
		}
	}
}

var errOrder = errors.New("its rows are not in order")

// row reads the cells of a row.
func (r *Rows) row() error {
	r.number++
	if n := number(r.scan.attribute("r")); n >= r.number {
		r.number = n
	} else if n >= 0 {
		return errOrder
	}
	if r.number > maxRows {
		return errors.New("it has more rows than Excel allows")
	}
	if truth(r.scan.attribute("hidden")) {
		r.HiddenRows++
	}
	r.cells, r.buf, r.ends = r.cells[:0], r.buf[:0], r.ends[:0]
	clear(r.links)
	for {
		t, err := r.scan.next()
		if err != nil {
			return cut(err)
		}
		switch {
		case t == endTag && r.scan.name() == "row":
			r.spread()
			return nil
		case t == startTag && r.scan.name() == "c":
			if err := r.cell(); err != nil {
				return err
			}
		}
	}
}

// spread gives the cells their texts, now that the buffer moves no more, and drops empty ones at the end.
func (r *Rows) spread() {
	from := 0
	for i, end := range r.ends {
		r.cells[i].Text = r.buf[from:end:end]
		from = end
	}
	for n := len(r.cells); n > 0 && len(r.cells[n-1].Text) == 0 && r.links[n-1] == ""; n-- {
		r.cells = r.cells[:n-1]
	}
}

// cell reads one cell into its place.
func (r *Rows) cell() error {
	column := len(r.cells)
	if name := r.scan.attribute("r"); name != nil {
		var ok bool
		if column, ok = columnOf(name); !ok || column < len(r.cells) {
			return errors.New("its cells are not in order")
		}
	}
	if column >= MaxColumns {
		return errors.New("it has more columns than Excel allows")
	}
	kind, style := string(r.scan.attribute("t")), number(r.scan.attribute("s"))
	for len(r.cells) < column {
		r.put(Text)
	}
	value, err := r.content()
	if err != nil {
		return err
	}
	if r.formula.there && len(value) == 0 {
		r.Uncalculated++
	}
	if len(r.buf) > longestRow {
		return errLong
	}
	if err := r.value(kind, style, value); err != nil {
		return err
	}
	link := r.linked[at{r.number - 1, column}]
	if r.formula.there && link == "" {
		link = r.formula.address()
	}
	if link != "" {
		if r.links == nil {
			r.links = map[int]string{}
		}
		r.links[column] = link
	}
	return nil
}

// Link returns the e-mail address that a cell of the row links to, by a hyperlink or a formula, or "". Columns count
// from 0.
func (r *Rows) Link(column int) string { return r.links[column] }

const longestRow = 16 << 20 // many cells can name one string

// put ends the cell that was appended to buf.
func (r *Rows) put(k Kind) {
	r.cells, r.ends = append(r.cells, Cell{Kind: k}), append(r.ends, len(r.buf))
}

// content reads what a cell holds.
func (r *Rows) content() (value []byte, err error) {
	r.in.reset()
	r.formula = formula{text: r.formula.text[:0]}
	for depth := r.scan.depth; ; {
		t, err := r.scan.next()
		if err != nil {
			return nil, cut(err)
		}
		if t == endTag && r.scan.depth < depth {
			return r.in.text, nil
		}
		r.formula.see(t, r.scan)
		switch {
		case t != text && r.scan.name() == "v":
			r.in.inside = t == startTag
		case t != text && r.scan.name() == "f":
		default:
			if err := r.in.see(t, r.scan); err != nil {
				return nil, err
			}
		}
	}
}

// value puts a cell by its type (ISO/IEC 29500-1 §18.18.11).
func (r *Rows) value(kind string, style int, value []byte) (err error) {
	switch kind {
	case "s":
		n, bad := strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64)
		if len(value) > 0 && bad != nil {
			return errNoString
		}
		if len(value) > 0 {
			at := len(r.buf)
			r.buf, err = r.workbook.shared.text(r.buf, n)
			r.buf = append(r.buf[:at], unescapeText(r.buf[at:])...)
		}
		r.put(Text)
	case "b":
		r.buf = append(r.buf, map[bool]string{true: "TRUE", false: "FALSE"}[truth(value)]...)
		r.put(Bool)
	case "d":
		r.buf = append(r.buf, value...)
		r.put(r.dateKind(value))
	case "str", "inlineStr", "e":
		r.buf = append(r.buf, unescapeText(value)...)
		r.put(Text)
	default:
		r.plainNumber(style, bytes.TrimSpace(value))
	}
	return err
}

// dateKind is the kind of an ISO 8601 date: ours if it is written as we do.
func (r *Rows) dateKind(value []byte) Kind {
	if _, _, ok := serialOf(string(value)); ok {
		return Date
	}
	return Text
}

// plainNumber puts a number, or the date it stands for.
func (r *Rows) plainNumber(style int, value []byte) {
	if style >= 0 && style < len(r.workbook.shows) {
		if as := r.workbook.shows[style]; as != plain {
			var ok bool
			if r.buf, ok = appendDate(r.buf, value, as, r.workbook.since1904); ok {
				r.put(Date)
				return
			}
		}
	}
	r.buf = append(r.buf, value...)
	if !isNumber(value) {
		r.put(Text)
		return
	}
	r.put(Number)
}

// isNumber reports whether a workbook may hold text as a number.
func isNumber(text []byte) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && bytes.IndexByte([]byte("+-.eE"), c) < 0 {
			return false
		}
	}
	_, err := strconv.ParseFloat(string(text), 64)
	return err == nil
}

// KindOf returns the type that a text from another format represents, judged by how it is written.
func KindOf(text []byte) Kind {
	if isNumber(text) {
		return Number
	}
	if string(text) == "TRUE" || string(text) == "FALSE" {
		return Bool
	}
	if _, _, ok := serialOf(string(text)); ok {
		return Date
	}
	return Text
}

// columnOf reads the column of a cell's name, from 0: that of "AB12" is 27.
func columnOf(name []byte) (column int, ok bool) {
	for _, c := range name {
		if c |= 0x20; c < 'a' || c > 'z' {
			break
		}
		if column = 26*column + int(c|0x20-'a') + 1; column > MaxColumns {
			return 0, false
		}
	}
	return column - 1, column > 0
}

// unescapeText turns _x000D_ into the character that XML can't hold (ISO/IEC 29500-1 §22.9.2.19). It writes to b.
func unescapeText(b []byte) []byte {
	out := b[:0]
	for {
		i := bytes.Index(b, []byte("_x"))
		if i < 0 {
			return append(out, b...)
		}
		out, b = append(out, b[:i]...), b[i:]
		r, ok := escaped(b)
		if !ok {
			out, b = append(out, "_x"...), b[2:]
			continue
		}
		out, b = utf8.AppendRune(out, r), b[7:]
	}
}

// escaped reads _xHHHH_ at the front of b.
func escaped(b []byte) (rune, bool) {
	if len(b) < 7 || b[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil && (n < 0xD800 || n > 0xDFFF)
}
