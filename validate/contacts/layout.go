package contacts

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Layout is what Open found out about a list.
type Layout struct {
	Format    Format // as the list came
	Out       Format // of its outputs
	Member    string // the name inside an archive, or of a sheet that is a list of its own
	Sheet     string // of a workbook
	Encoding  string
	Guessed   bool     // Encoding is what the bytes suggest, not what a mark, plain UTF-8 or the person said
	BOM       []byte   // as it stands in the list
	Delimiter byte     // 0: every record is a single field
	LineEnd   string   // of most of its lines
	Separator []byte   // the sep= line with its line end, or nil
	Header    []byte   // the header without its line end, or nil
	Names     []string // the header's names, or nil
	// fields that rows have; a shorter row is padded before columns of ours, a longer one keeps its surplus
	Width   int
	Columns []Column // the address columns in the order chosen
	Left    []Column // columns that look like address columns but were not chosen
	// columns of the same person, where the address may stand if the chosen one holds none; see [Search]
	Others  []Column
	Traits  []Trait   // columns that say something else of a contact, if they were asked for
	Groups  []Column  // columns that hold few values, if traits were asked for
	Notes   []string  // sentences for the person
	Written time.Time // when the list was last written; zero: not known

	holding []int // columns that hold addresses, whosever
	usual   int   // cells of most rows that hold an address in its place; 0: none does
}

// Verbatim reports whether outputs without added columns hold the list's own text.
func (l *Layout) Verbatim() bool { return l.Out == l.Format && l.Format != xlsxFormat }

// findOut fills in the layout, step by step: each needs the one before.
func (l *List) findOut(ctx context.Context, o *Options) error {
	if l.in.size == 0 {
		return unreadable("it is empty", "", nil)
	}
	if err := l.translate(ctx, o); err != nil {
		return err
	}
	defer l.sayOut(o)
	head, err := l.head()
	if err != nil {
		return err
	}
	if l.layout.Format == xlsxFormat {
		return l.readColumns(head, int64(len(head)) == l.in.size, o)
	}
	if err := refuse(head); err != nil {
		return err
	}
	if err := l.readCharset(ctx, head, o); err != nil {
		return err
	}
	if l.in.size == l.start {
		return unreadable("it holds nothing but a byte order mark", "", nil)
	}
	if head, err = l.head(); err != nil {
		return err
	}
	if l.charset.wide != nil {
		if err := refuse(head); err != nil {
			return err
		}
	}
	eof := l.start+int64(len(head)) == l.in.size
	if l.jsonLines(head, eof) && !l.wrapped(head) {
		return l.readJSONLines(ctx, head, eof, o)
	}
	if isCards(head) {
		return l.readCards(ctx, o)
	}
	if isDocument(head) {
		return l.readDocument(ctx, o)
	}
	if err := refuseText(head); err != nil && !o.named(csvFormat) {
		return err
	}
	if eof && o.Delimiter == 0 && len(o.columns(csvFormat)) == 0 && pasted(head) {
		return l.readPasted(head, o)
	}
	l.readDialect(head, eof, o)
	return l.readColumns(head, eof, o)
}

// head reads the beginning of the list behind its byte order mark.
func (l *List) head() ([]byte, error) {
	head := make([]byte, min(headSize, l.in.size-l.start))
	n, err := l.in.ReadAt(head, l.start)
	if n < len(head) {
		if err == io.EOF {
			err = ErrChanged
		}
		return nil, readError(err)
	}
	return head, nil
}

// readCharset finds the encoding; a wide list is copied to a spool in UTF-8.
func (l *List) readCharset(ctx context.Context, head []byte, o *Options) (err error) {
	sample := head
	if int64(len(head)) < l.in.size {
		sample = trimSample(head)
	}
	var bom []byte
	if l.charset, bom, err = findCharset(sample, o.Encoding); err != nil {
		return err
	}
	l.layout.Encoding, l.layout.Guessed, l.layout.BOM = l.charset.name, l.charset.guessed, bytes.Clone(bom)
	if l.charset.guessed {
		l.note("read as %s (a guess)", l.charset.name)
	}
	l.start = int64(len(bom))
	if l.charset.wide == nil {
		return nil
	}
	wideInput := l.in
	in, err := o.spool(ctx, l.charset.wide.reader(io.NewSectionReader(wideInput, l.start, wideInput.size-l.start)))
	if err != nil {
		return err
	}
	l.in, l.start = in, 0
	return wideInput.close()
}

func (l *List) note(format string, args ...any) {
	l.layout.Notes = append(l.layout.Notes, fmt.Sprintf(format, args...))
}

// readDialect finds delimiter, line ends and the sep= line.
func (l *List) readDialect(head []byte, eof bool, o *Options) {
	sep, size := separatorLine(head)
	l.afterSeparator = l.start + int64(size)
	if size > 0 {
		l.layout.Separator = bytes.Clone(head[:size])
	}
	d := &l.dialect
	d.delim = o.Delimiter
	if d.delim == 0 {
		d.delim = sep
	}
	if d.delim == 0 && labelledLines(head) {
		d.delim = noDelimiter
	}
	known := d.delim
	found, at, end := d.sniffBelow(head[size:], eof, l.charset.lead)
	*d = found
	if end > 0 {
		l.openAt, l.openEnd = l.afterSeparator+int64(at), l.afterSeparator+int64(end)
		l.note("line %d: a quote opens and is not closed before the rows begin; the line is kept unchanged, and "+
			"the rows below it are read normally", 1+d.lines(head[:size+at]))
	}
	if known != 0 {
		*d = d.with(known, d.cr, l.charset.lead)
	}
	if inner := d.wrapping(head[size:], eof); inner != nil && o.Delimiter == 0 && l.charset.lead == nil {
		*d = d.with(inner.delim, d.cr, nil)
		d.inner = inner
		l.note("each line is enclosed in quotes as a whole; the rows inside the quotes are read")
	}
	l.layout.LineEnd = d.commonLineEnd(head)
	if d.delim != noDelimiter {
		l.layout.Delimiter = d.delim
	}
}

// commonLineEnd is what ends most lines of the head.
func (d *dialect) commonLineEnd(head []byte) string {
	pairs := bytes.Count(head, crlf)
	feeds := bytes.Count(head, lf) - pairs
	lone := 0
	if d.cr {
		lone = bytes.Count(head, cr) - pairs
	}
	switch {
	case lone > feeds && lone > pairs:
		return "\r"
	case pairs > feeds:
		return "\r\n"
	}
	return "\n"
}

// readColumns finds the header and the address columns.
func (l *List) readColumns(head []byte, eof bool, o *Options) error {
	from := int(l.afterSeparator - l.start)
	entries := l.entries(head[from:], eof)
	all := regions(entries)
	most := mainRegion(all)
	main := &all[most]
	l.headerAt, l.body = l.afterSeparator, l.afterSeparator
	if main.header >= 0 {
		l.takeHeader(head[from:], entries, main.header)
	}
	l.layout.Width = main.width
	rows := entries[main.from:main.to]
	if err := l.pick(main.columns, rows, o); err != nil {
		return err
	}
	l.addTables(head[from:], entries, all[most+1:])
	return l.findTraits(rows, main.columns, o)
}

func (l *List) takeHeader(head []byte, entries []entry, titles int) {
	e := entries[titles]
	l.headerAt = l.afterSeparator + int64(e.at)
	l.body = l.headerAt + int64(e.size)
	l.header = bytes.Clone(l.dialect.trimEnd(head[e.at : e.at+e.size]))
	l.layout.Header = l.header
	for _, c := range e.cells {
		l.layout.Names = append(l.layout.Names, string(bytes.TrimSpace(c)))
	}
	line := 1 + l.dialect.lines(head[:e.at]) + btoi(l.layout.Separator != nil)
	switch n := above(entries[:titles]); {
	case n > 0:
		l.note("the table with the most addresses begins on line %d and is read; the lines before it are kept "+
			"unchanged, and their %d rows with an address are not checked", line, n)
	case titles > 0:
		l.note("the header is on line %d; the lines before it are kept unchanged", line)
	case !namesAddress(e.cells):
		l.note("line %d is read as the header, although none of its names is about e-mail", line)
	}
}

// named reports whether the person said how to read a list of a format.
func (o *Options) named(f Format) bool { return o.Delimiter != 0 || len(o.columns(f)) > 0 }

// columns are the address columns that the person named for a list of a format.
func (o *Options) columns(f Format) []string {
	switch {
	case !o.Several:
		return append(o.Columns[:len(o.Columns):len(o.Columns)], o.Fields...)
	case f == jsonlFormat && len(o.Fields) > 0:
		return o.Fields
	}
	return o.Columns
}

// pick decides which columns hold the addresses, and which others may.
func (l *List) pick(columns []Column, rows []entry, o *Options) error {
	if err := l.pickChosen(columns, rows, o); err != nil {
		return err
	}
	if len(o.columns(l.layout.Format)) == 0 {
		l.layout.Others = others(columns, l.layout.Columns[0], len(rows))
	}
	l.layout.usual = usualWidth(rows, len(l.layout.Names), l.layout.Columns[0].Index)
	for _, c := range columns {
		if c.addresses() {
			l.layout.holding = append(l.layout.holding, c.Index)
		}
	}
	l.tellElsewhere(rows)
	return nil
}

func (l *List) pickChosen(columns []Column, rows []entry, o *Options) (err error) {
	if wanted := o.columns(l.layout.Format); len(wanted) > 0 {
		var notes []string
		if l.layout.Columns, notes, err = find(columns, wanted); err != nil {
			return lacking(err, columns)
		}
		l.layout.Notes = append(l.layout.Notes, notes...)
	} else if l.layout.Columns, l.layout.Left = choose(columns); l.layout.Columns == nil {
		if aligned(rows) {
			return unreadable("its columns have a fixed width and no delimiter",
				"open it in a spreadsheet with Text to Columns, and save it as CSV UTF-8", nil)
		}
		return noColumn(columns)
	} else if c := l.layout.Columns[0]; c.rank < rankMail && c.Name != "" {
		l.note("the addresses are read from %s because of its content, not its name", c)
	}
	return nil
}

// tellElsewhere says what to type where rows without an address in the chosen column have one in another.
func (l *List) tellElsewhere(rows []entry) {
	chosen := l.layout.Columns[0]
	n, columns := elsewhere(inStep(rows, len(l.layout.Names)), chosen, l.layout.Left)
	if n == 0 {
		return
	}
	flags := ""
	for _, c := range append([]Column{chosen}, columns...) {
		flags += " --column " + l.layout.Argument(c.Index)
	}
	l.note("%d of the first %d rows have an address only in %s; to read it too, add%s", n, len(rows),
		nameList(columns), flags)
}

// Argument returns the column with the given number (from 0) as a shell argument: its name, or its number from 1 if
// the name has shell metacharacters or another column has the same name.
func (l *Layout) Argument(column int) string {
	name := ""
	if column < len(l.Names) {
		name = l.Names[column]
	}
	same := 0
	for _, n := range l.Names {
		same += btoi(n == name)
	}
	if same != 1 || name == "" || strings.ContainsAny(name, "\"\\$`!\n") {
		return strconv.Itoa(column + 1)
	}
	return strconv.Quote(name)
}
