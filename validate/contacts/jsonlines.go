package contacts

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts/xlsx"
)

// jsonLines reports whether a head is that of JSON Lines: its first line that isn't blank is an object.
func (l *List) jsonLines(head []byte, eof bool) bool {
	d := dialect{delim: noDelimiter, limit: l.dialect.limit}
	for at := 0; at < len(head); {
		n, text, ended := d.line(head[at:], eof)
		line := head[at : at+text]
		at += n
		if len(bytes.TrimSpace(line)) > 0 {
			return (ended || eof) && isObject(line)
		}
	}
	return false
}

// linesBehind finds JSON Lines behind first lines that are too long to tell anything, and where that is; nil if there are
// none.
func (l *List) linesBehind() (head []byte, at int64) {
	r := bufio.NewReader(io.NewSectionReader(l.in, l.start, l.in.size-l.start))
	for at = l.start; ; {
		b, err := r.ReadSlice('\n')
		line := len(b)
		for err == bufio.ErrBufferFull {
			b, err = r.ReadSlice('\n')
			line += len(b)
		}
		at += int64(line)
		if err != nil || at == l.in.size || line <= l.dialect.limit {
			return nil, 0
		}
		head = make([]byte, min(headSize, l.in.size-at))
		if _, err := l.in.ReadAt(head, at); err != nil && err != io.EOF {
			return nil, 0
		}
		if l.jsonLines(head, at+int64(len(head)) == l.in.size) {
			return head, at
		}
	}
}

// readJSONLines finds the paths of the objects, which are the columns, and those of the addresses.
func (l *List) readJSONLines(ctx context.Context, head []byte, eof bool, o *Options) error {
	if l.charset.page != nil {
		return unreadable("it is JSON in "+l.charset.name+", not in UTF-8", "convert it: iconv -f "+l.charset.name+
			" -t UTF-8", nil)
	}
	l.layout.Format = jsonlFormat
	l.dialect = dialect{delim: noDelimiter, limit: l.dialect.limit}
	l.layout.LineEnd = l.dialect.commonLineEnd(head)
	l.afterSeparator, l.headerAt, l.body = l.start, l.start, l.start
	var p paths
	var lines [][]byte
	for _, e := range l.dialect.sample(head, eof, nil, sampleRows) {
		if line := head[e.at : e.at+e.size]; isObject(line) {
			lines = append(lines, line)
			p.add(line)
		}
	}
	if o.Out != asItCame && o.Out != jsonlFormat {
		if err := l.everyPath(ctx, &p); err != nil {
			return err
		}
	}
	l.layout.Names, l.layout.Width = p.names, len(p.names)
	var rows []entry
	object := newObjectReader(p.names)
	for _, line := range lines {
		rows = append(rows, entry{cells: texts(object.cells(nil, line))})
	}
	columns := measure(rows, l.layout.Names, l.layout.Width)
	if err := l.pick(columns, rows, o); err != nil {
		return err
	}
	return l.findTraits(rows, columns, o)
}

func texts(cells []xlsx.Cell) (out [][]byte) {
	for _, c := range cells {
		out = append(out, c.Text)
	}
	return out
}

// paths are the paths of objects in the order in which they were met.
type paths struct {
	names []string
	known map[string]bool
}

const mostPaths = xlsx.MaxColumns

// add adds those of an object.
func (p *paths) add(line []byte) {
	if p.known == nil {
		p.known = map[string]bool{}
	}
	w := walker{see: func(path, _ []byte) {
		if !p.known[string(path)] && len(p.names) < mostPaths {
			p.known[string(path)] = true
			p.names = append(p.names, string(path))
		}
	}}
	w.object(line, blanks(line, 0), 0)
}

// everyPath goes through the whole list: a table needs to know its columns beforehand.
func (l *List) everyPath(ctx context.Context, p *paths) error {
	r := bufio.NewReaderSize(io.NewSectionReader(l.in, l.start, l.in.size-l.start), 1<<16)
	var line []byte
	for {
		b, err := r.ReadSlice('\n')
		if line = append(line, b...); err == bufio.ErrBufferFull && len(line) < l.dialect.limit {
			continue
		}
		if isObject(line) {
			p.add(line)
		}
		line = line[:0]
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case len(p.names) >= mostPaths:
			return unreadable(fmt.Sprintf("its objects have more than %d different fields", mostPaths-1),
				"--format jsonl", nil)
		case err == io.EOF:
			return nil
		case err != nil && err != bufio.ErrBufferFull:
			return readError(err)
		}
	}
}

// wholeLine is what a pass over JSON Lines asks of the text underneath.
var wholeLine = wanted{fields: numbers{0}, slots: []int{0}, addresses: 1, cells: 1, inOrder: true}

// objectPass hands out lines as objects.
type objectPass struct {
	Pass
	paths     []string
	addresses int
}

func (l *List) objects(p Pass, extra []int) Pass {
	o := &objectPass{Pass: p, addresses: len(l.layout.Columns)}
	for _, c := range l.layout.Columns {
		o.paths = append(o.paths, l.layout.Names[c.Index])
	}
	for _, i := range extra {
		o.paths = append(o.paths, l.layout.Names[i])
	}
	return o
}

func (p *objectPass) Next(reuse Block) (_ Block, err error) {
	b, ok := reuse.(*objectBlock)
	if !ok {
		b = &objectBlock{object: newObjectReader(p.paths), addresses: p.addresses, cells: make([][]byte, len(p.paths))}
	}
	b.Block, err = p.Pass.Next(b.Block)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// objectBlock is a block of lines that hold objects.
type objectBlock struct {
	Block
	object    *objectReader
	addresses int
	cells     [][]byte
}

func (b *objectBlock) Lines(*Lines) bool { return false }

const whyNoObject = "not a JSON object"

func (b *objectBlock) Next(r *Record) bool {
	if !b.Block.Next(r) {
		return false
	}
	if r.Kind != Row {
		return true
	}
	if !isObject(r.Raw) {
		r.Kind, r.Why, r.Cells, r.Extra = Unreadable, whyNoObject, nil, nil
		return true
	}
	b.object.read(r.Raw)
	for i, c := range b.object.found {
		b.cells[i] = c.Text
	}
	r.Cells, r.Extra = b.cells[:b.addresses], b.cells[b.addresses:]
	return true
}

// objectRows gathers objects, with fields of ours behind their own.
type objectRows struct {
	ownRows
	names []string
}

func (p *objectRows) keep(rec *Record, extra []string) {
	line := rec.Raw
	if e := rec.Edit; e != nil {
		p.changed = editObject(p.changed[:0], rec.Raw, p.list.layout.Names[e.Column], e.Text)
		line = p.changed
	}
	if len(p.names) == 0 {
		p.append(line)
		return
	}
	if rec.Kind != Row {
		return
	}
	raw := bytes.TrimRight(line, " \t\r\n")
	p.row = append(p.row[:0], bytes.TrimRight(raw[:len(raw)-1], " \t")...)
	for i, v := range extra {
		if i > 0 || p.row[len(p.row)-1] != '{' {
			p.row = append(p.row, ',')
		}
		p.row = append(appendJSON(p.row, []byte(p.names[i])), ':')
		p.row = appendJSON(p.row, []byte(strings.ToValidUTF8(v, "\ufffd")))
	}
	p.row = append(append(p.row, '}'), p.list.layout.LineEnd...)
	p.append(p.row)
}
