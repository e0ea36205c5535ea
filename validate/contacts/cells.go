package contacts

import "github.com/prebounce/prebounce/validate/contacts/xlsx"

// cellReader takes all cells out of a record, for outputs of another format. It serves one goroutine.
type cellReader struct {
	list    *List
	decode  *decoder
	fields  [][]byte
	cells   []xlsx.Cell
	row     []byte // what the quotes around a record hold
	scratch []byte
	object  *objectReader // for JSON Lines
}

func (l *List) cellReader() *cellReader {
	c := &cellReader{list: l, decode: l.charset.decoder()}
	if l.layout.Format == jsonlFormat {
		c.object = newObjectReader(l.layout.Names)
	}
	return c
}

// next returns the cells of the first record of raw, at least as many as [Layout.Width], and its size. They
// are good until the following call.
func (c *cellReader) next(raw []byte) (cells []xlsx.Cell, size int) {
	var rec shape
	rec, c.fields, c.row = c.list.dialect.apart(raw, true, every, c.fields[:0], c.row[:0])
	c.cells, c.scratch = c.cells[:0], c.scratch[:0]
	if c.object != nil {
		c.cells = c.object.cells(c.cells, raw[:rec.size])
		return c.cells, rec.size
	}
	for _, f := range c.fields {
		cell := xlsx.Cell{}
		if c.list.layout.Format == xlsxFormat && len(f) > 0 && f[0] != '"' {
			cell.Kind = xlsx.KindOf(f)
		}
		cell.Text, c.scratch = c.decode.cell(f, c.scratch)
		c.cells = append(c.cells, cell)
	}
	for len(c.cells) < c.list.layout.Width {
		c.cells = append(c.cells, xlsx.Cell{})
	}
	return c.cells, rec.size
}
